"""A ring of lines, and which line stands in which row when long ones are broken. Pure.

Rows are kept as running sums, so that finding a row is a binary search and appending looks at the new lines only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.cells import cell_len, chop_cells

T = TypeVar("T")


def rows_of(text: str, columns: int) -> int:
    """Rows a text takes when it is broken at that many columns."""
    if text.isascii():
        return max(1, -(-len(text) // columns))
    return max(1, len(chop_cells(text, columns))) if cell_len(text) > columns else 1


def part_of(text: str, part: int, columns: int) -> str:
    """One row of a broken text."""
    if text.isascii():
        return text[part * columns : (part + 1) * columns]
    parts = chop_cells(text, columns)
    return parts[part] if part < len(parts) else ""


class LineRing(Generic[T]):
    """The last lines of something endless.

    Lines are numbered from the first one ever, so that a number stays valid when older lines are dropped.

    Attributes:
        first: Number of the oldest line that is still there.
        lines: What is there.
    """

    def __init__(self, cap: int, measure: Callable[[T, int], int]) -> None:
        """Make an empty ring.

        Args:
            cap: How many lines are kept.
            measure: Rows a line takes at a number of columns.
        """
        self._cap, self._measure = cap, measure
        self.first = 0
        self.lines: list[T] = []
        self._columns = 0
        self._ends: list[int] = []
        self._base = 0

    @property
    def end(self) -> int:
        """One past the number of the newest line."""
        return self.first + len(self.lines)

    @property
    def rows(self) -> int:
        """How many rows all lines take."""
        return (self._ends[-1] - self._base if self._ends else 0) if self._columns else len(self.lines)

    def __getitem__(self, number: int) -> T:
        """The line with a number."""
        return self.lines[number - self.first]

    def append(self, lines: Sequence[T]) -> int:
        """Add lines; gives how many rows went at the other end."""
        self.lines.extend(lines)
        if self._columns:
            self._measure_all(lines)
        excess = len(self.lines) - self._cap
        if excess <= 0:
            return 0
        del self.lines[:excess]
        self.first += excess
        if not self._columns:
            return excess
        gone = self._ends[excess - 1] - self._base
        self._base = self._ends[excess - 1]
        del self._ends[:excess]
        return gone

    def clear(self) -> None:
        """Forget all lines; numbers go on."""
        self.first = self.end
        self.lines.clear()
        self._ends.clear()
        self._base = 0

    def wrap(self, columns: int) -> None:
        """Break lines at that many columns; 0 gives each line one row."""
        if columns == self._columns:
            return
        self._columns, self._base = columns, 0
        self._ends.clear()
        if columns:
            self._measure_all(self.lines)

    def remeasure(self) -> None:
        """Rows must be counted again: lines look different now."""
        columns, self._columns = self._columns, 0
        self.wrap(columns)

    def find(self, row: int) -> tuple[int, int]:
        """The number of the line in a row, and which of its parts stands there."""
        if not self._columns:
            return self.first + row, 0
        place = bisect_right(self._ends, self._base + row)
        start = self._ends[place - 1] if place else self._base
        return self.first + place, self._base + row - start

    def row_of(self, number: int) -> int:
        """The first row of a line; the nearest one when the line has gone."""
        place = min(max(0, number - self.first), len(self.lines))
        if not self._columns or not place:
            return place
        return self._ends[place - 1] - self._base

    def _measure_all(self, lines: Sequence[T]) -> None:
        measure, columns = self._measure, self._columns
        end = self._ends[-1] if self._ends else self._base
        for line in lines:
            end += measure(line, columns)
            self._ends.append(end)
