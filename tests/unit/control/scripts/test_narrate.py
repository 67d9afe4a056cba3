"""A run is told in plain lines, every change once."""

from __future__ import annotations

from k8stui.control.logs.stream import LogLine
from k8stui.control.scripts.narrate import Narrator, outcome, progress_text, tree_text
from k8stui.incluster.contract.states import RunState, StepState
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


def test_a_cached_step_tells_where_its_result_is_from() -> None:
    told = "from run earlier: same code, image, settings and inputs"
    view = run(StepView(name="a", state=StepState.CACHED, cache=told))
    assert Narrator().changes(view) == [f"a * cached: {told}"]
    assert tree_text(view) == [f"a  cached             {told}"]


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


def test_an_eviction_says_why_as_soon_as_the_pod_does_and_the_record_adds_nothing() -> None:
    for why in ("", "Evicted: low on memory"):
        gone = AttemptView(attempt=1, pod="p1", state=StepState.EVICTED, reason="Evicted", message="low on memory")
        view = run(StepView(name="a", state=StepState.EVICTED, attempts=(gone,), why=why))
        assert Narrator().changes(view) == ["a * evicted: low on memory"]


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
        "└ b      failed        12s  2 attempts, 1 failed  exit code 1",
        "  └ end  skipped            also after a",
    ]


def saying(progress: float | None, **metrics: float | str) -> StepView:
    attempt = AttemptView(attempt=1, pod="p", state=StepState.RUNNING, progress=progress, metrics=metrics)
    return StepView(name="a", state=StepState.RUNNING, attempts=(attempt,))


def test_what_a_step_says_of_itself_stands_in_the_tree_and_is_no_news_for_the_narrator() -> None:
    narrator = Narrator()
    assert narrator.changes(run(saying(None))) == ["a * running"]
    assert narrator.changes(run(saying(0.64, loss=0.21))) == []
    assert tree_text(run(saying(0.64, loss=0.21))) == ["a  running            64 %  loss 0.21"]


def test_numbers_are_short_and_a_message_stands_for_itself() -> None:
    view = saying(None, loss=0.123456789, rows=12.0, message="epoch 3 of 9", phase="warm\x1b[31m\nup")
    assert progress_text(view) == "loss 0.1235  rows 12  epoch 3 of 9  phase warm\\nup"
    assert progress_text(saying(0.0)) == "0 %"


def test_the_outcome_is_one_sentence() -> None:
    assert outcome(run(state=RunState.SUCCEEDED)) == "succeeded in 4m12s"
    assert outcome(run(state=RunState.FAILED, why="step b failed")) == "failed after 4m12s: step b failed"
