"""What ends a run before all its steps have ended: a person, a failure, its time. Pure."""

from dataclasses import dataclass
from typing import Optional

from .states import RunState, StepState

CONTINUE_ON_FAILURE = "continue_on_failure"
STOP_ON_FAILURE = "stop_on_failure"
FAIL_FAST = "fail_fast"


@dataclass(frozen=True)
class Halt:
    """Nothing starts any more.

    Attributes:
        why: What steps are told that did not start because of it.
        deletes: Whether what runs is deleted, or may finish.
        unstarted: What becomes of steps that have not started.
        ends: How the run ends.
        verdict: Why it ends so; empty where its steps tell.
    """

    why: str
    deletes: bool = True
    unstarted: StepState = StepState.SKIPPED
    ends: RunState = RunState.FAILED
    verdict: str = ""


STOP = Halt("", unstarted=StepState.STOPPED, ends=RunState.STOPPED)
"""A person asked for the end."""


def after_failure(mode: str, step: str) -> Optional[Halt]:
    """What the failure of a step means for the rest of the run; None when independent steps go on."""
    if mode == CONTINUE_ON_FAILURE:
        return None
    return Halt("step %s failed (%s)" % (step, mode), deletes=mode == FAIL_FAST)


def out_of_time(seconds: float) -> Halt:
    """The run has taken longer than it may."""
    told = "the run timed out after %g s" % seconds
    return Halt(told, verdict=told)
