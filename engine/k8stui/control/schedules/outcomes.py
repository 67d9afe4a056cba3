"""What became of a schedule's firings, from the records of their runs and from the Jobs that are still there. Pure.

The records outlive the Jobs and tell of the past. A Job without a record tells of a firing whose orchestrator has not
started yet, or never could.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any

from k8stui.cluster.store import Key
from k8stui.control.truth.jobs import ended_at, job_facts
from k8stui.control.words.spans import epoch
from k8stui.control.zenml.jobs import run_state
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.master.firing import SCHEDULED_AT, TRIGGERED, scheduled_time
from k8stui.model.scheduleviews import FiringView
from k8stui.model.shapes import NOTHING, instant
from k8stui.model.views import RunSummaryView

Json = dict[str, Any]

LAST = 10
"""How many ended runs are looked at to say how a schedule does."""

_SAID = {"": RunState.PENDING, "complete": RunState.SUCCEEDED, "failed": RunState.FAILED}


@dataclass(frozen=True)
class Outcomes:
    """How a schedule does.

    Attributes:
        last_run: Its newest run.
        states: Of its last ten runs that ended, newest first.
        usual: Seconds that those took that ended well, the median; None where none did.
        active: Names of the runs that go on, newest first.
    """

    last_run: FiringView | None = None
    states: tuple[RunState, ...] = ()
    usual: float | None = None
    active: tuple[str, ...] = ()


def outcomes(firings: Sequence[FiringView]) -> Outcomes:
    """How a schedule does, from its firings, newest first."""
    return Outcomes(
        last_run=firings[0] if firings else None,
        states=tuple(one.state for one in _last(firings)),
        usual=usual_of(firings),
        active=tuple(one.run for one in firings if not one.state.ended),
    )


def usual_of(runs: Iterable[FiringView | RunSummaryView]) -> float | None:
    """Seconds that runs usually take: the median of those of the last ten that ended well; None where none did.

    Args:
        runs: The newest first.
    """
    took = [
        one.finished - one.created
        for one in _last(runs)
        if one.state is RunState.SUCCEEDED and one.finished is not None and one.created is not None
    ]
    return median(took) if took else None


def _last(runs: Iterable[FiringView | RunSummaryView]) -> list[FiringView | RunSummaryView]:
    return list(islice((one for one in runs if one.state.ended), LAST))


def firings(
    schedule: str,
    runs: Iterable[RunSummaryView],
    jobs: Iterable[Json],
    *,
    steps: Mapping[str, Sequence[Json]] | None = None,
) -> list[FiringView]:
    """The firings of a schedule, newest first; those that a person triggered included.

    Args:
        schedule: Its name.
        runs: Its runs, as they really are.
        jobs: Its Jobs; a Job of one of the runs only tells when that was due.
        steps: Of a schedule of ZenML: Jobs of steps, by the uid of the Job that owns them.
    """
    of_jobs = {run_of(job): job for job in jobs}
    found = [_of_run(schedule, run, of_jobs.pop(run.run, None)) for run in runs]
    for name, job in of_jobs.items():
        if job_facts(job).exists:
            firing = _of_job(schedule, name, job)
            found.append(firing if steps is None else _of_zenml(firing, job, steps.get(job["metadata"]["uid"], ())))
    return sorted(found, key=lambda one: (-(one.created or 0), one.run))


def runs_by_schedule(runs: Iterable[RunSummaryView]) -> dict[Key, list[RunSummaryView]]:
    """The runs of each schedule, by its namespace and name, in the order in which they are given."""
    found: dict[Key, list[RunSummaryView]] = {}
    for run in runs:
        if run.schedule:
            found.setdefault((run.namespace, run.schedule), []).append(run)
    return found


def run_of(job: Json) -> str:
    """The name of a Job's run: its own, unless it is one under which a run was tried again."""
    meta = job["metadata"]
    return str((meta.get("labels") or {}).get(names.LABEL_RUN_ID) or meta["name"])


def _of_run(schedule: str, run: RunSummaryView, job: Json | None) -> FiringView:
    meta = job["metadata"] if job else {"name": run.run}
    return FiringView(
        run=run.run,
        state=run.state,
        scheduled=_due_at(meta, schedule),
        trigger=run.trigger,
        created=run.created,
        finished=run.finished,
        why=run.why,
    )


def _of_job(schedule: str, name: str, job: Json) -> FiringView:
    facts, meta = job_facts(job), job["metadata"]
    return FiringView(
        run=name,
        state=_SAID[facts.outcome],
        scheduled=_due_at(meta, schedule),
        trigger=(meta.get("annotations") or {}).get(TRIGGERED) or "",
        created=epoch(meta.get("creationTimestamp")),
        finished=ended_at(job),
        why=facts.why if facts.outcome == "failed" else "",
    )


def _due_at(meta: Json, schedule: str) -> float | None:
    """When a Job was due; anybody may have written its annotations."""
    told = (meta.get("annotations") or {}).get(SCHEDULED_AT)
    return None if told and instant(told) is NOTHING else scheduled_time(meta, schedule)


def _of_zenml(firing: FiringView, job: Json, steps: Sequence[Json]) -> FiringView:
    state, why = run_state(job, steps)
    return firing.model_copy(update={"state": state, "why": why})
