"""A ring of lines, and which line stands in which row when long ones are broken. Pure.

Rows are kept as running sums, so that finding a row is a binary search, appending looks at the new lines only, and a
line that belongs further up moves only what is below it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Generic, TypeVar

from rich.cells import cell_len, get_character_cell_size

T = TypeVar("T")

_GAP = re.compile(r" *(?:\S+ {2,})?")
"""The indentation of a text, with its first word where that stands in a column of its own."""

UNBROKEN = 1 << 30
"""So many columns that only line breaks end a row."""


def rows_of(text: str, columns: int, *, words: bool = False) -> int:
    """Rows a text takes when it is broken at that many columns, and where it has line breaks.

    Args:
        text: The text.
        columns: How wide a row is.
        words: Break at spaces where there are any; rows after the first are `hang_of` columns narrower.
    """
    if "\n" in text:
        return sum(rows_of(line, columns, words=words) for line in text.split("\n"))
    if words and len(text) > columns // 2:
        return len(_word_begins(text, columns))
    if text.isascii():
        return max(1, -(-len(text) // columns))
    return len(_begins(text, columns)) if cell_len(text) > columns else 1


def span_of(text: str, part: int, columns: int, *, words: bool = False) -> tuple[int, int]:
    """Where one row of a text that is broken as `rows_of` says begins in it, and where it ends."""
    if "\n" in text:
        offset = 0
        for line in text.split("\n"):
            rows = rows_of(line, columns, words=words)
            if part < rows:
                begin, end = span_of(line, part, columns, words=words)
                return offset + begin, offset + end
            part, offset = part - rows, offset + len(line) + 1
    if words:
        begin, *following = _word_begins(text, columns)[part : part + 2]
        # Spaces at the end of a row may have no room in it; nobody misses them.
        return begin, begin + len(text[begin : following[0] if following else len(text)].rstrip(" "))
    if text.isascii():
        return part * columns, min(len(text), (part + 1) * columns)
    begins = _begins(text, columns)
    return begins[part], begins[part + 1] if part + 1 < len(begins) else len(text)


def hang_of(text: str, columns: int) -> int:
    """How far in the rows of a text after its first one begin: below its first word, or below its second column.

    Never more than a third of a row.
    """
    gap = _GAP.match(text)
    hang = cell_len(gap[0]) if gap else 0
    return hang if hang <= columns // 3 else 0


@lru_cache(256)
def _begins(text: str, columns: int) -> tuple[int, ...]:
    begins, used = [0], 0
    for place, character in enumerate(text):
        size = get_character_cell_size(character)
        # A wide character has a row of its own where there is one column; it won't be seen, but the rows add up.
        if used and used + size > columns:
            begins.append(place)
            used = 0
        used += size
    return tuple(begins)


@lru_cache(256)
def _word_begins(text: str, columns: int) -> tuple[int, ...]:
    hang = hang_of(text, columns)
    begins, used, word = [0], 0, 0
    for place, character in enumerate(text):
        if character == " ":
            used += 1
            continue
        if place and text[place - 1] == " ":
            word = place
        size = get_character_cell_size(character)
        if used and used + size > columns:
            # A word moves to the next row as a whole, unless it is alone in this one behind its indentation.
            whole = word > begins[-1] and bool(text[begins[-1] : word].strip(" "))
            begins.append(word if whole else place)
            used = hang + cell_len(text[begins[-1] : place])
        used += size
    return tuple(begins)


def window_of(text: str, skip: int, columns: int) -> tuple[int, int, bool]:
    """What is seen of an unbroken text from a column on.

    Returns:
        Where it begins and ends in the text, and whether a wide character was cut in two at the beginning: then a blank
        stands for its right half.
    """
    if text.isascii():
        return min(skip, len(text)), min(len(text), skip + columns), False
    begin, used = 0, 0
    while begin < len(text) and used < skip:
        used += get_character_cell_size(text[begin])
        begin += 1
    halved = used > skip
    end = begin
    while end < len(text) and (used := used + get_character_cell_size(text[end])) <= skip + columns:
        end += 1
    return begin, end, halved


class LineRing(Generic[T]):
    """The last lines of something endless.

    Lines are numbered, and a number stays valid when older lines are dropped.

    Attributes:
        first: Number of the oldest line that is still there.
        lines: What is there.
    """

    def __init__(self, cap: int | None, measure: Callable[[T, int], int]) -> None:
        """Make an empty ring.

        Args:
            cap: How many lines are kept; None leaves that to who calls `drop`.
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

    def append(self, lines: Sequence[T]) -> list[T]:
        """Add lines at the end; gives those that were dropped for them."""
        self.lines.extend(lines)
        if self._columns:
            self._measure_all(lines)
        return self._trim()

    def insert(self, places: Sequence[int], lines: Sequence[T]) -> list[T]:
        """Add lines among those that are there; gives those that were dropped for them.

        Lines behind the first place have higher numbers from now on.

        Args:
            places: For each line the place in `lines` before which it goes, never falling.
            lines: As many.
        """
        start = places[0]
        self.lines[start:] = woven(self.lines[start:], lines, places)
        if self._columns:
            heights = [self._measure(line, self._columns) for line in lines]
            begin = self._ends[start - 1] if start else self._base
            tail = self._ends[start:]
            known = [end - before for before, end in zip([begin, *tail], tail, strict=False)]
            self._ends[start:] = [begin + rows for rows in accumulate(woven(known, heights, places))]
        return self._trim()

    def drop(self, count: int) -> list[T]:
        """Forget so many of the oldest lines; gives them."""
        if count <= 0:
            return []
        dropped = self.lines[:count]
        del self.lines[:count]
        self.first += count
        if self._columns:
            self._base = self._ends[count - 1]
            del self._ends[:count]
        return dropped

    def clear(self) -> None:
        """Forget all lines; numbers go on."""
        self.first = self.end
        self.lines.clear()
        self._ends.clear()
        self._base = 0

    def wrap(self, columns: int) -> None:
        """Break lines at that many columns; 0 gives each line one row."""
        if columns != self._columns:
            self._columns = columns
            self.measure()

    def measure(self) -> None:
        """Count all rows anew: lines may be drawn otherwise than before."""
        self._base = 0
        self._ends.clear()
        if self._columns:
            self._measure_all(self.lines)

    def find(self, row: int) -> tuple[int, int]:
        """The number of the line in a row, and which of its parts stands there."""
        if not self._columns:
            return self.first + row, 0
        place = bisect_right(self._ends, self._base + row)
        start = self._ends[place - 1] if place else self._base
        return self.first + place, self._base + row - start

    def row_of(self, number: int, part: int = 0) -> int:
        """The row of a part of a line, its last one if it has fewer; the nearest one when the line has gone."""
        place = number - self.first
        if not 0 <= place < len(self.lines):
            return 0 if place < 0 else self.rows
        if not self._columns:
            return place
        start = self._ends[place - 1] if place else self._base
        return min(start + part, self._ends[place] - 1) - self._base

    def _trim(self) -> list[T]:
        return self.drop(len(self.lines) - self._cap) if self._cap is not None else []

    def _measure_all(self, lines: Sequence[T]) -> None:
        measure, columns = self._measure, self._columns
        end = self._ends[-1] if self._ends else self._base
        for line in lines:
            end += measure(line, columns)
            self._ends.append(end)


def woven(tail: list[T], lines: Sequence[T], places: Sequence[int]) -> list[T]:
    """The lines of a tail, which begins at the first place, with others among them."""
    woven: list[T] = []
    start = done = places[0]
    for place, line in zip(places, lines, strict=True):
        if place > done:
            woven += tail[done - start : place - start]
            done = place
        woven.append(line)
    return woven + tail[done - start :]
