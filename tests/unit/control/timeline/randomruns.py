"""Runs that Hypothesis draws, with times in any order."""

from __future__ import annotations

from hypothesis import strategies as st

from k8stui.control.timeline.pulls import Pull
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import PodView, RunView
from tests.unit.control.timeline.samples import BEGIN, FAILED, OK, RUNNING, attempt, run, step

Given = tuple[RunView, float, dict[str, tuple[Pull, ...]]]
MOMENT = st.floats(0, 100, allow_nan=False)


@st.composite
def runs(draw: st.DrawFn) -> Given:
    """Any run, with times in any order, as clocks that differ and words that are missing may make them."""
    steps, pods = [], []
    pulls: dict[str, tuple[Pull, ...]] = {}
    for number in range(draw(st.integers(0, 7))):
        attempts = []
        for place in range(draw(st.integers(0, 3))):
            times = [draw(st.none() | MOMENT) for _ in range(3)]
            name = f"p-{number}-{place}"
            ends = st.sampled_from([OK, FAILED, RUNNING, StepState.EVICTED, StepState.STARTING])
            made = attempt(0, times[1], times[2], place + 1, draw(ends), name)
            attempts.append(made.model_copy(update={"created": None if times[0] is None else BEGIN + times[0]}))
            if draw(st.booleans()):
                pods.append(pod(name, draw(st.none() | MOMENT), name))
                begin, took = draw(MOMENT), draw(st.none() | MOMENT)
                pulls[name] = (Pull(name, BEGIN + begin, None if took is None else BEGIN + begin + took),)
        after = [f"s{earlier}" for earlier in range(number) if draw(st.booleans())]
        steps.append(step(f"s{number}", *attempts, after=after, state=draw(st.sampled_from(list(StepState)))))
    whole = draw(st.sampled_from([RunState.RUNNING, RunState.SUCCEEDED, RunState.FAILED]))
    finished = draw(MOMENT) if whole.ended else None
    return run(*steps, state=whole, finished=finished, pods=pods), BEGIN + draw(MOMENT), pulls


def pod(name: str, scheduled: float | None, uid: str = "u") -> PodView:
    at = None if scheduled is None else BEGIN + scheduled
    return PodView(name=name, namespace="ml", uid=uid, scheduled=at)
