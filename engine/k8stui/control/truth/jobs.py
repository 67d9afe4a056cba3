"""What Jobs say: whether they go on, how they ended, and which of them belong to what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k8stui.control.words.spans import epoch

Json = dict[str, Any]


@dataclass(frozen=True)
class JobFacts:
    """What a run's Job says about its master.

    Attributes:
        exists: Whether there is one.
        outcome: `complete`, `failed`, or empty while it goes on.
        why: Kubernetes' words on a failure.
        suspended: No master runs, and none will until somebody resumes the Job.
    """

    exists: bool = False
    outcome: str = ""
    why: str = ""
    suspended: bool = False


def job_facts(job: dict[str, Any] | None) -> JobFacts:
    """The facts of a Job's JSON; None for a Job that does not exist."""
    if job is None:
        return JobFacts()
    outcome, why = "", ""
    for condition in (job.get("status") or {}).get("conditions") or ():
        if condition.get("status") == "True" and condition.get("type") in ("Complete", "Failed"):
            outcome = "complete" if condition["type"] == "Complete" else "failed"
            why = ": ".join(part for part in (condition.get("reason"), condition.get("message")) if part)
    deleting = bool(job["metadata"].get("deletionTimestamp"))
    suspended = bool((job.get("spec") or {}).get("suspend"))
    return JobFacts(exists=not deleting, outcome=outcome, why=why, suspended=suspended)


def ended_at(job: dict[str, Any]) -> float | None:
    """When a Job ended, seconds since the epoch; None while it goes on: one that failed has no completion time."""
    status = job.get("status") or {}
    conditions = [one for one in status.get("conditions") or () if one.get("status") == "True"]
    failed = next((one.get("lastTransitionTime") for one in conditions if one.get("type") == "Failed"), None)
    return epoch(status.get("completionTime") or failed)


def jobs_by_owner(jobs: Iterable[Json]) -> dict[str, list[Json]]:
    """Jobs by the uid of what owns them."""
    found: dict[str, list[Json]] = {}
    for job in jobs:
        for owner in job["metadata"].get("ownerReferences") or ():
            found.setdefault(owner["uid"], []).append(job)
    return found


def jobs_around(by_owner: Mapping[str, Sequence[Json]], uid: str) -> list[Json]:
    """The Jobs that something owns, and those that these own."""
    own = by_owner.get(uid, ())
    return [*own, *(step for job in own for step in by_owner.get(job["metadata"].get("uid") or "", ()))]
