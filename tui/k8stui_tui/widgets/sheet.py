"""What a table shows of things, column by column: each has its title and widths, its cell, and what it sorts by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

T = TypeVar("T")

Shown: TypeAlias = tuple[Cell, Any]
"""A cell, and what its row is sorted by in this column; of one kind in all rows, or None, which comes last."""

Shows: TypeAlias = Callable[[T, float], Shown]
"""Gives that of a thing, at a moment in seconds since the epoch."""

NAMESPACE = Column("namespace", "NAMESPACE", least=9, most=24, flex=1)


def by_text(text: str, role: str = "") -> Shown:
    """A cell that is sorted by what stands in it."""
    return Cell(text, role), text


@lru_cache(1024)
def _in_namespace(name: str) -> Shown:
    """One for all that is there: there may be thousands."""
    return by_text(name, "dim")


class Sheet(Generic[T]):
    """Makes rows of things.

    Attributes:
        columns: From left to right.
    """

    def __init__(self, key: Callable[[T], str], *shown: tuple[Column, Shows[T]]) -> None:
        """Declare the columns.

        Args:
            key: Names a thing for good.
            shown: Each column with what it shows.
        """
        self.columns = tuple(column for column, _ in shown)
        self._key, self._shown = key, shown
        self._shows = tuple(shows for _, shows in shown)

    def with_namespace(self, place: int, of: Callable[[T], str]) -> Sheet[T]:
        """The same with the namespace of each thing as a further column at that place."""
        further: tuple[Column, Shows[T]] = NAMESPACE, lambda thing, _: _in_namespace(of(thing))
        return Sheet(self._key, *self._shown[:place], further, *self._shown[place:])

    def row(self, thing: T, now: float) -> Row:
        """The row of a thing at a moment, in seconds since the epoch."""
        cells, order = zip(*[shows(thing, now) for shows in self._shows], strict=True)
        return Row(self._key(thing), cells, order)

    def rows(self, things: Iterable[T], now: float = 0.0) -> list[Row]:
        """A row for each, in their order."""
        return [self.row(thing, now) for thing in things]
