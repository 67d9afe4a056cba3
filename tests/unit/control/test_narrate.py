"""A run is told in plain lines, every change once."""

from __future__ import annotations

from k8stui.control.logstream import LogLine
from k8stui.control.narrate import Narrator, outcome, tree_text
from k8stui.incluster.states import RunState, StepState
from k8stui.model.views import AttemptView, RunView, StepView


def step(name: str, state: StepState, *after: str, why: str = "", tries: int = 1) -> StepView:
    attempts = tuple(
        AttemptView(attempt=n, pod=f"p{n}", state=state, node="node-1", started=10.0, finished=22.0)
        for n in range(1, tries + 1)
    )
    return StepView(
        name=name, state=state, after=after, why=why, attempts=attempts if state is not StepState.WAITING else ()
    )


def run(*steps: StepView, state: RunState = RunState.RUNNING, why: str = "") -> RunView:
    return RunView(run="r", namespace="n", state=state, steps=steps, created=0.0, finished=252.0, why=why)


def test_every_change_is_told_once() -> None:
    narrator = Narrator()
    view = run(step("load", StepState.RUNNING), step("train", StepState.WAITING, "load"))
    assert narrator.changes(view) == ["load  * running on node-1"]
    assert narrator.changes(view) == []
    assert narrator.changes(run(step("load", StepState.SUCCEEDED))) == ["load * succeeded in 12s"]


def test_a_failure_says_why_and_a_running_retry_does_not_repeat_it() -> None:
    narrator = Narrator()
    assert narrator.changes(run(step("a", StepState.RETRYING, why="exit code 1"))) == ["a * retrying: exit code 1"]
    told = narrator.changes(run(step("a", StepState.RUNNING, why="exit code 1", tries=2)))
    assert told == ["a * running on node-1 attempt 2"]


def test_a_container_that_cannot_be_started_is_told_once() -> None:
    narrator = Narrator()
    assert narrator.changes(run(step("a", StepState.STARTING, why="ContainerCreating"))) == []
    told = narrator.changes(run(step("a", StepState.STARTING, why="ErrImagePull: no such image")))
    assert told == ["a * starting: ErrImagePull: no such image"]
    assert narrator.changes(run(step("a", StepState.STARTING, why="ImagePullBackOff: waits for 10 s"))) == []
    assert narrator.changes(run(step("a", StepState.RUNNING))) == ["a * running on node-1"]


def test_each_trouble_of_the_run_is_told_once() -> None:
    narrator = Narrator()
    whys = ["", "no image", "waits", "no image", "waits"]
    assert [narrator.changes(run(why=why)) for why in whys] == [[], ["no image"], ["waits"], [], []]


def test_an_attempt_that_ended_between_two_views_is_told() -> None:
    narrator = Narrator()
    first = AttemptView(attempt=1, pod="p1", state=StepState.RUNNING, node="node-1")
    second = AttemptView(attempt=2, pod="p2", state=StepState.RUNNING, node="node-1")
    gone = first.model_copy(update={"state": StepState.EVICTED, "reason": "Evicted", "message": "low on memory"})
    narrator.changes(run(StepView(name="a", state=StepState.RUNNING, attempts=(first,))))
    told = narrator.changes(run(StepView(name="a", state=StepState.RUNNING, attempts=(gone, second))))
    assert told == ["a * evicted: low on memory", "a * running on node-1 attempt 2"]
    third = AttemptView(attempt=3, pod="p3", state=StepState.RUNNING, node="node-1")
    evicted = second.model_copy(update={"state": StepState.EVICTED})
    assert narrator.changes(run(StepView(name="a", state=StepState.EVICTED, attempts=(gone, evicted)))) == [
        "a * evicted"
    ]
    told = narrator.changes(run(StepView(name="a", state=StepState.RUNNING, attempts=(gone, evicted, third))))
    assert told == ["a * running on node-1 attempt 3"]


def test_a_log_line_is_harmless_and_named() -> None:
    line = LogLine(0.0, "p", "a", "r", "\x1b[31mred\x1b]0;title\x07")
    assert Narrator().log(line) == "a | red"


def test_the_tree_has_times_attempts_and_other_parents() -> None:
    view = run(
        step("load", StepState.SUCCEEDED),
        step("a", StepState.SUCCEEDED, "load"),
        step("b", StepState.FAILED, "load", tries=2, why="exit code 1"),
        step("end", StepState.SKIPPED, "a", "b", tries=0),
    )
    assert tree_text(view) == [
        "load     succeeded     12s",
        "├ a      succeeded     12s",
        "└ b      failed        12s  2 attempts  exit code 1",
        "  └ end  skipped            also after a",
    ]


def test_the_outcome_is_one_sentence() -> None:
    assert outcome(run(state=RunState.SUCCEEDED)) == "succeeded in 4m12s"
    assert outcome(run(state=RunState.FAILED, why="step b failed")) == "failed after 4m12s: step b failed"
