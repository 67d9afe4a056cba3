"""Disruption budgets that pods of runs would fall under, and that would then block every eviction. Pure.

Why some cannot be counted: see `control.diagnosis.budgets`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k8stui.cluster.resources import JsonObject
from k8stui.control.diagnosis.budgets import blocking, selects
from k8stui.control.doctor.finding import Finding, Level
from k8stui.incluster.contract import names

_OURS = {
    "metadata": {
        "name": "a step's pod",
        "labels": {names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_COMPONENT: names.COMPONENT_STEP},
    }
}


def budget_findings(budgets: Iterable[JsonObject], pods: Iterable[JsonObject]) -> list[Finding]:
    """The budgets that stand in the way of evictions, or would once a run goes on; one that there is none.

    Args:
        budgets: Of the namespace.
        pods: Its pods that run.
    """
    found, running = list(budgets), list(pods)
    results = []
    for budget in found:
        name = budget["metadata"]["name"]
        for one in blocking([budget], running):
            results.append(Finding("evictions", Level.WARNING, f"budget {name} {one.sentence}", one.advice))
            break
        else:
            words = _uncountable(budget.get("spec") or {})
            if words and selects(budget, _OURS):
                results.append(
                    Finding(
                        "evictions",
                        Level.WARNING,
                        f"budget {name} would also hold pods of runs, and {words}: "
                        "from then on it blocks every eviction of what it selects, drains of nodes included",
                        "Narrow its selector, or use minAvailable with a number",
                    )
                )
    if results:
        return results
    told = f"none of the {len(found)} disruption budgets blocks evictions" if found else "no disruption budget"
    return [Finding("evictions", Level.OK, told)]


def _uncountable(spec: Mapping[str, Any]) -> str:
    if spec.get("maxUnavailable") is not None:
        return "maxUnavailable cannot be counted for them"
    if str(spec.get("minAvailable") or "").endswith("%"):
        return "a percentage cannot be counted for them"
    return ""
