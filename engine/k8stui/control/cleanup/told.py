"""A plan and what became of it, as data for programs and files."""

from __future__ import annotations

from typing import Any

from k8stui.control.cleanup.carrying import Report
from k8stui.control.cleanup.plan import CleanupPlan


def rows(plan: CleanupPlan, report: Report | None, *, dry: bool) -> list[dict[str, Any]]:
    """One row for each pod.

    Args:
        plan: What was to become of it.
        report: What did, or what the server said it would; None where it was not asked yet.
        dry: Whether the report is that of a dry run.
    """
    errors = {one.pod.uid: error.message for one, error in report.refused} if report else {}
    done = {one.pod.uid for one in report.done} if report else set()
    return [
        {
            "pod": verdict.of.pod.name,
            "namespace": verdict.of.pod.namespace,
            "uid": verdict.of.pod.uid,
            "status": verdict.of.pod.status,
            "run": verdict.of.pod.run,
            "owner": verdict.of.owner,
            "goes": verdict.goes,
            "why": verdict.why,
            "gone": not dry and verdict.of.pod.uid in done,
            "error": errors.get(verdict.of.pod.uid, ""),
        }
        for verdict in plan.verdicts
    ]
