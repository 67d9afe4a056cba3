"""Mapped steps and conditions in words, wherever a run is told."""

from __future__ import annotations

import pytest

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.steps import step_cause
from k8stui.control.logs.many import LogQuery
from k8stui.control.scripts.narrate import tree_text
from k8stui.control.truth import records
from k8stui.control.truth.forks import fork_text, planned
from k8stui.incluster.contract.branching import Condition
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.model.views import PodView, RunView, StepView
from tests.unit.incluster.samples import plan, step

FILES = Input(step="find", output="output")
PLAN = plan(
    step("find", outputs=("output",)),
    step("score", "find", inputs={"file": FILES}, mapped=("file",), outputs=("output",)),
    step("deploy", "score", when=(Condition(Input(step="score", output="best"), ">", 0.9),)),
)
RECORD = {"metadata": {"name": "run-r", "labels": {}}, "data": {}}


def view(**status: StepStatus) -> RunView:
    named = {name.replace("__", "[") + "]" if "__" in name else name: one for name, one in status.items()}
    return records.run_view(RECORD, plan=PLAN, status=named, outputs={})


def test_items_stand_after_their_step_and_below_it_in_their_order() -> None:
    done = StepStatus(StepState.SUCCEEDED)
    found = view(score__10=done, score__9=done, score=StepStatus(StepState.RUNNING))
    assert [one.name for one in found.steps] == ["find", "score", "score[9]", "score[10]", "deploy"]
    assert [one.after for one in found.steps] == [(), ("find",), ("score",), ("score",), ("score",)]
    assert [one.slug for one in found.steps][2:4] == ["score-9", "score-10"]
    assert [one.item_of for one in found.steps] == ["", "", "score", "score", ""]


@pytest.mark.parametrize(
    ("state", "items", "text"),
    [
        (StepState.WAITING, (), "map of find[] (?)"),
        (StepState.SKIPPED, (), "map of find[] (?)"),
        (StepState.SUCCEEDED, (), "map of find[] (0)"),
        (
            StepState.RUNNING,
            ("cached", "running", "failed", "queued"),
            "map of find[] (4), 1 done, 1 running, 1 failed",
        ),
        (StepState.SUCCEEDED, ("succeeded", "cached"), "map of find[] (2)"),
        (StepState.FAILED, ("succeeded", "failed"), "map of find[] (2), 1 done, 1 failed"),
    ],
)
def test_a_mapped_step_tells_its_list_and_how_far_it_is(state: StepState, items: tuple[str, ...], text: str) -> None:
    mapped = StepView(name="score", state=state, mapped_over=("find",))
    assert fork_text(mapped, [StepView(name="i", state=StepState(one)) for one in items]) == text


def test_a_condition_is_told_until_it_is_decided() -> None:
    asked = StepView(name="deploy", conditions=("pick > 0.9", "check"))
    assert fork_text(asked, ()) == "when pick > 0.9 and check"
    assert fork_text(asked.model_copy(update={"state": StepState.RUNNING}), ()) == ""


def test_the_tree_of_the_command_line_tells_both() -> None:
    lines = tree_text(view(score=StepStatus(StepState.RUNNING), score__0=StepStatus(StepState.SUCCEEDED)))
    assert [" ".join(line.split()) for line in lines] == [
        "find waiting",
        "└ score running map of find[] (1), 1 done",
        "├ score[0] succeeded",
        "└ deploy waiting when score.best > 0.9",
    ]


def test_the_plan_of_an_item_is_that_of_its_step() -> None:
    found = planned(PLAN, "score[3]")
    assert found is not None
    assert (found.slug, found.inputs["file"]) == ("score-3", Input(step="find", output="output", index=3))
    assert planned(PLAN, "find[3]") is None
    assert planned(PLAN, "other") is None


def test_a_branch_that_was_not_taken_is_no_trouble_and_nobody_waits_for_it() -> None:
    unmet = "not met: score.best > 0.9 (it is 0.5)"
    skipped = StepView(name="deploy", state=StepState.SKIPPED, untaken=True, why=unmet)
    later = StepView(name="report", after=("deploy", "score"))
    run = RunView(run="r", namespace="n", steps=(StepView(name="score", state=StepState.QUEUED), skipped, later))
    sight = Sight(run, PLAN, {}, Around(0.0))
    assert (step_cause(sight, skipped).level, step_cause(sight, skipped).words) == (Level.FINE, unmet)
    assert step_cause(sight, later).words.startswith("for score; ")


def test_a_mapped_step_that_goes_on_tells_how_far_it_is() -> None:
    run = view(find=StepStatus(StepState.SUCCEEDED), score=StepStatus(StepState.RUNNING), score__0=StepStatus())
    cause = step_cause(Sight(run, PLAN, {}, Around(0.0)), run.steps[1])
    assert (cause.level, cause.words) == (Level.FINE, "map of find[] (1)")


def test_the_logs_of_a_mapped_step_are_those_of_its_items() -> None:
    pods = [PodView(name="p", namespace="n", step=name) for name in ("score", "score[3]", "score_2")]
    assert [LogQuery(run="r", step="score").matches(pod) for pod in pods] == [True, True, False]
    assert [LogQuery(run="r", step="score[3]").matches(pod) for pod in pods] == [False, True, False]
