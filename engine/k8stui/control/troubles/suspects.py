"""Which pods, runs and schedules may be in trouble, and which of them say the same, so that one is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from k8stui.control.diagnosis.runs import ORDINARY_START
from k8stui.control.pods.candidates import Candidate
from k8stui.control.pods.views import NOT_STARTED, STOPPING
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.views import PodView, RunSummaryView

RECENT = 3600.0
"""Seconds after its end in which a pod that belongs to no run is still a matter of now."""

DAY = 86_400.0
"""Seconds after its end in which a failed run is a matter of now, where no later one of its pipeline succeeded."""

LONG_STOP = 120.0
"""Seconds that a pod may take to be gone."""

_BAD_END = frozenset({StepState.FAILED.value, StepState.EVICTED.value})
_ORDINARY = frozenset({"", "ContainerCreating", "PodInitializing", "Pending"})
_NUMBER = re.compile(r"\d+")

T = TypeVar("T")


@dataclass(frozen=True)
class Group(Generic[T]):
    """Some that say the same.

    Attributes:
        key: What they say.
        members: They, in the order they were given; the first stands for all.
    """

    key: Hashable
    members: tuple[T, ...]


def groups(things: Iterable[T], key: Callable[[T], Hashable]) -> list[Group[T]]:
    """Those that say the same together, the largest first."""
    found: dict[Hashable, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    told = [Group(key, tuple(members)) for key, members in found.items()]
    return sorted(told, key=lambda group: -len(group.members))


def suspect_pods(pods: Sequence[Candidate], runs: Sequence[RunSummaryView], now: float) -> list[Candidate]:
    """The pods that may be in trouble now.

    Those of a run that has ended are left to the run, and so are those whose step has been tried again since.
    """
    known = {(run.namespace, run.run): run for run in runs}
    newest: dict[tuple[str, str, str], int] = {}
    for one in pods:
        place = (one.pod.namespace, one.pod.run, one.pod.step)
        newest[place] = max(newest.get(place, 0), one.pod.attempt or 0)
    return [one for one in pods if _is_suspect(one.pod, known, newest, now)]


def _is_suspect(
    pod: PodView,
    known: dict[tuple[str, str], RunSummaryView],
    newest: dict[tuple[str, str, str], int],
    now: float,
) -> bool:
    waited = now - (pod.created or now)
    if pod.status in NOT_STARTED:
        return waited > ORDINARY_START or pod.reason not in _ORDINARY
    if pod.status == STOPPING:
        return waited > LONG_STOP
    if pod.status not in _BAD_END:
        return False
    run = known.get((pod.namespace, pod.run)) if pod.run else None
    if run is None:
        return now - (pod.finished or pod.created or now) < RECENT
    if run.state.ended or pod.component == names.COMPONENT_ORCHESTRATOR:
        return False
    return (pod.attempt or 0) >= newest[pod.namespace, pod.run, pod.step]


def same_of_pods(one: Candidate) -> Hashable:
    """What a pod says, without what differs from pod to pod."""
    pod = one.pod
    message = _NUMBER.sub("#", pod.message.replace(pod.name, ""))
    return pod.status, pod.reason, pod.exit_code, message


def suspect_runs(runs: Sequence[RunSummaryView], now: float) -> list[RunSummaryView]:
    """Runs that failed within a day, and those that go on and say that something is the matter.

    Args:
        runs: All, the newest first.
        now: Seconds since the epoch.
    """
    found, better = [], set()
    for run in runs:
        pipeline = (run.namespace, run.pipeline)
        if run.state is RunState.SUCCEEDED:
            better.add(pipeline)
        elif run.state is RunState.FAILED:
            if pipeline not in better and now - (run.finished or run.created or now) < DAY:
                found.append(run)
        elif not run.state.ended and run.state is not RunState.PAUSED and run.why:
            found.append(run)
    return found


def same_of_runs(run: RunSummaryView) -> Hashable:
    """What a run says, and of which pipeline."""
    return run.namespace, run.pipeline, run.state, _NUMBER.sub("#", run.why)


def suspect_schedules(schedules: Sequence[ScheduleView]) -> list[ScheduleView]:
    """Those that should have fired and have not, and those that never will although nobody suspended them."""
    return [one for one in schedules if not one.suspended and (one.missed or one.next is None)]
