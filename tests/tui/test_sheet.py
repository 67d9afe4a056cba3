"""Columns that are declared one by one make rows whose cells and order stand at their places."""

from __future__ import annotations

from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import NAMESPACE, Sheet, by_text
from k8stui_tui.widgets.table import Row

NAME, AGE = Column("name", "NAME"), Column("age", "AGE", right=True)
SHEET: Sheet[tuple[str, float]] = Sheet(
    lambda one: one[0],
    (NAME, lambda one, _: by_text(one[0], "strong")),
    (AGE, lambda one, now: (Cell(f"{now - one[1]:g}s"), -one[1])),
)


def test_a_row_has_a_cell_and_what_it_is_sorted_by_for_each_column() -> None:
    assert SHEET.columns == (NAME, AGE)
    assert SHEET.rows([("a", 3.0), ("b", 1.0)], 10.0) == [
        Row("a", (Cell("a", "strong"), Cell("7s")), ("a", -3.0)),
        Row("b", (Cell("b", "strong"), Cell("9s")), ("b", -1.0)),
    ]


def test_the_namespace_is_a_column_at_the_place_that_is_wanted() -> None:
    everywhere = SHEET.with_namespace(1, lambda one: f"of {one[0]}")
    assert everywhere.columns == (NAME, NAMESPACE, AGE)
    row = everywhere.row(("a", 3.0), 10.0)
    assert (row.cells[1], row.sort) == (Cell("of a", "dim"), ("a", "of a", -3.0))
