"""PodDisruptionBudgets that stand in the way of evictions: of a node that is to be drained, of a clean-up.

A budget that counts by percentage or `maxUnavailable` needs controllers that tell how many pods there should be, and
neither a Job nor a step pod's ConfigMap does: such a budget fails to sync and then blocks the eviction of everything it
selects (Kubernetes docs, "Specifying a Disruption Budget", arbitrary workloads).
"""

from __future__ import annotations

from collections.abc import Iterable

from k8stui.control.diagnosis.around import Json, one_line
from k8stui.control.diagnosis.finding import Cause, Diagnosis, Level


def blocking(budgets: Iterable[Json], pods: Iterable[Json]) -> list[Diagnosis]:
    """The budgets that allow no eviction of one of these pods now.

    Args:
        budgets: Of the pods' namespace.
        pods: Those that run.
    """
    running = list(pods)
    found = []
    for budget in budgets:
        selected = [pod for pod in running if selects(budget, pod)]
        status = budget.get("status") or {}
        if selected and not status.get("disruptionsAllowed"):
            found.append(_diagnosis(budget, status, selected))
    return found


def _diagnosis(budget: Json, status: Json, selected: list[Json]) -> Diagnosis:
    name = budget["metadata"]["name"]
    failed = next((one for one in status.get("conditions") or () if one.get("reason") == "SyncFailed"), None)
    if failed is not None:
        cause = Cause(
            Level.WAITING,
            "it cannot be counted and so blocks every eviction of what it selects, drains of nodes included",
            "Use minAvailable with a number, or narrow its selector: what controls these pods has no scale.",
            (f"condition DisruptionAllowed: {one_line(str(failed.get('message') or ''))}",),
        )
    else:
        healthy, wanted = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        which = selected[0]["metadata"]["name"] if len(selected) == 1 else f"{len(selected)} pods"
        cause = Cause(
            Level.FINE,
            f"it allows no eviction of {which} now ({healthy} healthy, {wanted} wanted); a drain of the node waits",
            "Wait until the pods have ended; deleting one goes past the budget.",
        )
    return Diagnosis.of(f"PodDisruptionBudget {name}", "blocks", cause)


def selects(budget: Json, pod: Json) -> bool:
    """Whether a budget is about a pod; an empty selector is about all (policy/v1)."""
    selector = (budget.get("spec") or {}).get("selector")
    if selector is None:
        return False
    labels = pod["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_holds(one, labels) for one in selector.get("matchExpressions") or ())


def _holds(expression: Json, labels: Json) -> bool:
    key, values = str(expression.get("key")), expression.get("values") or ()
    match expression.get("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False
