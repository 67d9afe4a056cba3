"""Bars of characters: never wider than their room, and what lasted is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.timeline.drawing import BROKEN, Scale, bar
from k8stui.control.timeline.making import timeline
from k8stui.model.views import AttemptView
from tests.unit.control.timeline.randomruns import Given, runs
from tests.unit.control.timeline.samples import BEGIN, FAILED, attempt, run, step

LETTERS = {"": " ", "held": "h", "queued": "q", "pulling": "p", "starting": "s", "running": "r", BROKEN: "x"}


def drawn(*attempts: AttemptView, columns: int = 20, seconds: float = 20) -> str:
    made = timeline(run(step("a", *attempts), finished=seconds), BEGIN + 99)
    scale = Scale(BEGIN, BEGIN + seconds, columns)
    return "".join(LETTERS[kind] * size for kind, size, _ in bar(made.rows[0], scale))


def test_a_bar_shows_each_phase_where_it_was() -> None:
    assert drawn(attempt(4, 8, 16)) == "    ssssrrrrrrrr    "
    assert drawn(attempt(2, 4, 8, state=FAILED), attempt(12, 13, 16, number=2)) == "  ssrrrxhhhhsrrr    "


def test_what_is_shorter_than_a_column_is_still_seen() -> None:
    assert drawn(attempt(4, 4.1, 4.2)) == "    r               "
    assert drawn(attempt(4, 4.1, 4.2, state=FAILED)) == "    x               "
    assert drawn(attempt(20, 20, 20)) == " " * 19 + "r"


@given(runs(), st.integers(1, 200), st.booleans())
def test_a_bar_is_as_wide_as_its_room(given: Given, columns: int, live: bool) -> None:
    made = timeline(*given)
    scale = Scale(made.begin, made.end, columns, live=live)
    assert scale.end >= made.end
    assert len(scale.axis("|")) == columns
    for row in made.rows:
        pieces = bar(row, scale)
        assert sum(size for _, size, _ in pieces) == columns
        assert all(size > 0 for _, size, _ in pieces)


@pytest.mark.parametrize(
    ("seconds", "columns", "axis"),
    [
        (60, 30, "|0s       |20s      |40s      "),
        (7200, 40, "|0s       |30m      |1h       |1h30m    "),
    ],
)
def test_the_axis_has_marks_at_round_times(seconds: float, columns: int, axis: str) -> None:
    assert Scale(0, seconds, columns).axis("|") == axis


def test_the_scale_of_a_run_that_goes_on_rests_between_marks() -> None:
    ends = {Scale(0, now, 60, live=True).end for now in range(100, 105)}
    assert len(ends) == 1
