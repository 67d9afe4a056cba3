"""Runs with times, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, PodView, RunView, StepView

BEGIN = 1000.0
OK, FAILED, RUNNING, WAITING = StepState.SUCCEEDED, StepState.FAILED, StepState.RUNNING, StepState.WAITING


def attempt(
    created: float, started: float | None, finished: float | None, number: int = 1, state: StepState = OK, pod: str = ""
) -> AttemptView:
    return AttemptView(
        attempt=number,
        pod=pod or f"p-{created:g}",
        state=state,
        created=BEGIN + created,
        started=None if started is None else BEGIN + started,
        finished=None if finished is None else BEGIN + finished,
    )


def step(
    name: str, *attempts: AttemptView, after: Sequence[str] = (), state: StepState = OK, **more: object
) -> StepView:
    return StepView.model_validate({"name": name, "after": after, "attempts": attempts, "state": state, **more})


def run(
    *steps: StepView, state: RunState = RunState.SUCCEEDED, finished: float | None = None, pods: Sequence[PodView] = ()
) -> RunView:
    ended = BEGIN + finished if finished is not None else None
    return RunView(
        run="r", namespace="ml", state=state, created=BEGIN, finished=ended, steps=tuple(steps), pods=tuple(pods)
    )
