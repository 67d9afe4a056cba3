"""Tables of a few columns, to be tried."""

from __future__ import annotations

from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import LineTable, Row
from tests.tui.stage import SIZE

COLUMNS = (Column("status", "STATUS"), Column("name", "NAME", flex=1), Column("age", "AGE", right=True))
PAGE = SIZE[1] - 1


def row(key: str, status: str = "running", age: int | None = 0) -> Row:
    return Row(key, (Cell(status, status), Cell(key), Cell("" if age is None else f"{age}s")), (status, key, age))


def rows(*keys: str) -> list[Row]:
    return [row(key) for key in keys]


def many(count: int, first: int = 0) -> list[Row]:
    return [row(f"r{number:03}") for number in range(first, first + count)]


def table() -> LineTable:
    return LineTable(COLUMNS, empty="No runs yet.\nStart one: k8stui run FILE")
