"""Rows that are kept while they look the same: how many, however much comes and goes."""

from __future__ import annotations

from weakref import WeakSet

from k8stui_tui.screens.liverows import LiveRows
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.table import Row


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
