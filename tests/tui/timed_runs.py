"""A run with times that make sense, for the timeline and what else shows them."""

from __future__ import annotations

from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, PodView, RunView, StepView
from tests.tui.sample_runs import NOW

RUN, BEGIN = "train-churn-8a10", NOW - 300


def attempt(step: str, created: float, started: float | None, finished: float | None, **more: object) -> AttemptView:
    number = int(str(more.pop("number", 1)))
    given = {"state": StepState.SUCCEEDED, "attempt": number, "pod": f"{RUN}-{step}-{number}", **more}
    times = {"created": created, "started": started, "finished": finished}
    seconds = {name: None if value is None else BEGIN + value for name, value in times.items()}
    return AttemptView.model_validate({"node": "node-1", "uid": f"u-{step}-{number}", **given, **seconds})


def timed() -> RunView:
    """Queues, pulls, a step that failed once, one that something held back, and some that go on."""

    def step(name: str, *attempts: AttemptView, after: tuple[str, ...] = (), **more: object) -> StepView:
        given = {"state": StepState.SUCCEEDED, "slug": name, **more}
        return StepView.model_validate({"name": name, "after": after, "attempts": attempts, **given})

    failed = attempt("train", 75, 80, 120, state=StepState.FAILED, exit_code=1, message="ValueError: loss is nan")
    going = attempt("evaluate", 270, 280, None, state=StepState.RUNNING)
    queued = attempt("explain", 240, None, None, state=StepState.QUEUED)
    steps = (
        step("load", attempt("load", 2, 12, 30)),
        step("clean", attempt("clean", 30, 31, 75), after=("load",)),
        step("profile", attempt("profile", 50, 52, 64), after=("load",)),
        step("train", failed, attempt("train", 135, 141, 240, number=2), after=("clean",), failures=1),
        step("evaluate", going, after=("train",), state=StepState.RUNNING),
        step("explain", queued, after=("train",), state=StepState.QUEUED, why="Unschedulable: 0/5 nodes are available"),
        step("publish", after=("evaluate", "explain"), state=StepState.WAITING),
    )
    pods = [
        PodView(name=one.pod, namespace="ml-team", uid=one.uid, component="step", scheduled=one.created + wait)
        for found, wait in ((steps[0], 3), (steps[3], 2), (steps[4], 4))
        for one in found.attempts
        if one.created is not None
    ]
    return RunView(
        run=RUN, namespace="ml-team", pipeline="train-churn", state=RunState.RUNNING, created=BEGIN, started=BEGIN + 2,
        counts={"succeeded": 4, "running": 1, "queued": 1, "waiting": 1}, total=7, steps=steps,
        pods=(*pods, PodView(name=queued.pod, namespace="ml-team", uid=queued.uid, component="step")),
        submitted_by="ada", job=RUN,
    )  # fmt: skip
