"""Rows of runs and nodes of steps: made anew where a run or the time changed them, and the same object otherwise."""

from __future__ import annotations

from weakref import WeakSet

from k8stui.incluster.contract.states import StepState
from k8stui_tui.screens.liverows import LiveRows
from k8stui_tui.screens.runs.nodes import StepNodes
from k8stui_tui.screens.runs.rows import key_of, run_rows
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.table import Row
from tests.tui.sample_runs import NOW, every_state, train

STEPS = ("train[lr=0.1]", "train[lr=1]")


def test_rows_that_would_look_the_same_are_the_same_object() -> None:
    runs, rows = tuple(every_state()), run_rows(everywhere=False)
    first = rows.rows(runs, NOW)
    assert rows.rows(runs, NOW + 0.1) is first
    assert rows.rows(tuple(runs), NOW + 0.2) == first


def test_rows_look_as_if_they_were_made_at_that_moment() -> None:
    runs, rows = tuple(every_state()), run_rows(everywhere=False)
    moments = [NOW, NOW + 1, NOW + 1.5, NOW + 31, NOW + 60, NOW + 61, NOW + 3600]
    for moment in moments:
        assert _going_on(rows.rows(runs, moment)) == _going_on(run_rows(everywhere=False).rows(runs, moment))
    fewer = runs[1:]
    assert [row.key for row in rows.rows(fewer, moments[-1])] == list(map(key_of, fewer))


def _going_on(rows: list[Row]) -> list[tuple[Cell, ...]]:
    """Of those that have ended the age is exact to the minute only."""
    going = {key_of(run) for run in every_state() if not run.state.ended}
    return [row.cells for row in rows if row.key in going]


def test_only_what_goes_on_is_another_row_a_second_later() -> None:
    runs, rows = tuple(every_state()), run_rows(everywhere=False)
    first, later = rows.rows(runs, NOW), rows.rows(runs, NOW + 1)
    moved = {row.key for row, old in zip(later, first, strict=True) if row is not old}
    assert moved
    assert moved <= {key_of(run) for run in runs if not run.state.ended}


def test_a_row_stays_where_its_thing_does_and_comes_back_as_it_was_when_a_filter_goes() -> None:
    runs, rows = tuple(every_state()), run_rows(everywhere=False)
    first = rows.rows(runs, NOW)
    other = [*runs[:1], runs[1].model_copy(update={"why": "another"}), *runs[2:]]
    later = rows.rows(other, NOW)
    assert [row is old for row, old in zip(later, first, strict=True)].count(False) == 1
    assert [row.cells for row in later] == [row.cells for row in run_rows(everywhere=False).rows(other, NOW)]
    assert rows.rows(other[2:], NOW) == later[2:]
    assert all(row is old for row, old in zip(rows.rows(other, NOW), later, strict=True))


def test_nodes_look_as_if_they_were_made_at_that_moment() -> None:
    run, nodes = train(), StepNodes()
    for moment in (NOW, NOW + 0.2, NOW + 1, NOW + 13, NOW + 70):
        assert nodes.nodes(run, moment) == StepNodes().nodes(run, moment)
    assert nodes.nodes(run, NOW + 70.5) is nodes.nodes(run, NOW + 70.9)
    ended = [
        step.model_copy(update={"state": StepState.SUCCEEDED}) if step.name in STEPS else step for step in run.steps
    ]
    other = run.model_copy(update={"steps": tuple(ended)})
    assert nodes.nodes(other, NOW + 71) == StepNodes().nodes(other, NOW + 71)


class Thing:
    def __init__(self, key: str) -> None:
        self.key = key


def rows_of() -> LiveRows[Thing]:
    return LiveRows(lambda one, _: Row(one.key, (Cell(one.key),)), lambda one: one.key, lambda _: False)


def test_what_comes_and_goes_one_for_one_is_not_kept_for_ever() -> None:
    rows, alive = rows_of(), WeakSet[Thing]()
    things = [Thing(f"{number}") for number in range(100)]
    for number in range(100, 10_000):
        things = [*things[1:], Thing(f"{number}")]
        alive.add(things[-1])
        shown = rows.rows(things, 0.0)
    assert [row.key for row in shown] == [one.key for one in things]
    assert len(alive) < 2_000


def test_what_a_filter_leaves_out_is_not_made_anew_when_it_comes_back() -> None:
    rows = rows_of()
    things = [Thing(f"{number}") for number in range(100)]
    before = list(rows.rows(things, 0.0))
    rows.rows(things[:3], 0.0)
    assert all(new is old for new, old in zip(rows.rows(things, 0.0), before, strict=True))
