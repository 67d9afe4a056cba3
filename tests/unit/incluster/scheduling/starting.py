"""Schedulers to decide in tests."""

from __future__ import annotations

from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.scheduling.actions import Create
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, facts, plan

OK = Report(SUCCEEDED)


def scheduler(*steps: StepPlan, limit: int = 0) -> Scheduler:
    return Scheduler(plan(*steps, max_parallelism=limit))


def started(made: Scheduler, now: float = NOW) -> list[tuple[str, int]]:
    """What is created now; each pod is there at once."""
    found = [(action.step, action.attempt) for action in made.decide(now) if isinstance(action, Create)]
    for name, attempt in found:
        made.created(name, facts(name, attempt, running=False), now)
    return found


def state(made: Scheduler, name: str) -> StepState:
    return made.steps[name].state
