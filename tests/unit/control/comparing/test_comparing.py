"""Two runs beside each other: what differs, and the same the other way round."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given

from k8stui.control.comparing.parts import changed_files, compare
from k8stui.control.comparing.reading import one_before
from k8stui.control.comparing.words import comparison_lines, delta_text, structured
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from tests.unit.control.timeline.randomruns import Given, runs
from tests.unit.control.timeline.samples import BEGIN, FAILED, attempt, run, step


def package(**files: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return made.getvalue()


def named(name: str, view: RunView, **more: object) -> RunView:
    return view.model_copy(update={"run": name, **more})


ONE = named(
    "one",
    run(step("load", attempt(1, 2, 10)), step("fit", attempt(10, 11, 20), after=["load"]), step("old"), finished=21),
    parameters={"rows": 10, "rate": 0.1},
    image="python:3.12",
)
OTHER = named(
    "other",
    run(
        step("load", attempt(1, 2, 40)),
        step("fit", attempt(40, 41, 45, state=FAILED), after=["load"], state=FAILED),
        step("new", state=StepState.SKIPPED),
        finished=46,
        state=RunState.FAILED,
    ),
    parameters={"rows": 20, "rate": 0.1},
    image="python:3.12",
)


def test_the_largest_difference_of_time_comes_first_and_what_has_none_last() -> None:
    found = compare(ONE, OTHER, BEGIN + 99)
    assert [(pair.name, pair.delta, pair.changed) for pair in found.steps] == [
        ("load", 30.0, False), ("fit", -5.0, True), ("old", None, True), ("new", None, True),
    ]  # fmt: skip


def test_of_what_is_no_package_nothing_is_told() -> None:
    assert changed_files(b"no zip", package(train="x = 1")) is None


def test_what_differs_is_told_and_what_is_the_same_is_named() -> None:
    codes = (package(train="x = 1", same="1"), package(train="x = 2", same="1", more=""))
    lines = comparison_lines(compare(ONE, OTHER, BEGIN + 99, codes=codes))
    text = "\n".join(lines)
    assert "rows  10  20" in text
    assert "The same: rate." in text
    assert "changed train.py" in text
    assert "added more.py" in text
    assert "same.py" not in text
    fit = next(line for line in lines if line.strip().startswith("fit"))
    assert fit.split()[1:6] == ["succeeded", "failed", "10s", "5.0s", "-5.0s"]
    assert comparison_lines(compare(ONE, OTHER, BEGIN + 99))[-1].strip()


def test_code_that_is_gone_is_not_called_the_same() -> None:
    assert changed_files(None, package()) is None
    assert changed_files(b"", b"") == ()
    assert "is gone" in "\n".join(comparison_lines(compare(ONE, OTHER, BEGIN + 99)))


@given(runs(), runs())
def test_the_other_way_round_all_is_turned_round(one: Given, other: Given) -> None:
    now = max(one[1], other[1])
    found, turned = compare(one[0], other[0], now), compare(other[0], one[0], now)
    there = {pair.name: pair for pair in turned.steps}
    assert {pair.name for pair in found.steps} == set(there)
    for pair in found.steps:
        back = there[pair.name]
        assert (pair.states, pair.seconds, pair.attempts) == (
            back.states[::-1],
            back.seconds[::-1],
            back.attempts[::-1],
        )
        assert pair.delta == (None if back.delta is None else -back.delta)
    assert [(fact.name, fact.one, fact.other) for fact in found.outcome] == [
        (fact.name, fact.other, fact.one) for fact in turned.outcome
    ]
    assert len(structured(found)["steps"]) == len(found.steps)


@pytest.mark.parametrize(("seconds", "text"), [(None, ""), (0.01, "="), (12.0, "+12s"), (-90.0, "-1m30s")])
def test_a_difference_has_a_sign(seconds: float | None, text: str) -> None:
    assert delta_text(seconds) == text


def test_the_run_before_is_the_newest_earlier_one_of_its_pipeline() -> None:
    def made(name: str, created: float, pipeline: str = "p") -> RunView:
        return named(name, ONE, created=created, pipeline=pipeline)

    listed = [made("now", 9), made("later", 10), made("before", 8), made("older", 7), made("else", 8.5, "q")]
    assert one_before(listed[0], listed) == listed[2]
    assert one_before(listed[3], listed) is None
