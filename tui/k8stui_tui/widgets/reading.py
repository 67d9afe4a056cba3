"""Searching in lines that are read, in logs and texts alike."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from itertools import chain
from typing import Any, ClassVar

from k8stui_tui.keys import bindings
from k8stui_tui.widgets.linetext import shown_text
from k8stui_tui.widgets.marking import Mark
from k8stui_tui.widgets.rowview import RowView


class ReadView(RowView, inherit_bindings=False):
    """A view of lines without a cursor that can be searched."""

    SCOPES: ClassVar[tuple[str, ...]] = ("read",)
    BINDINGS = bindings("read")

    _pattern: re.Pattern[str] | None = None
    _needle = ""
    _found = 0
    here: int | None = None
    """Number of the line that the search stands on."""

    # What screens use.

    @property
    def needle(self) -> str:
        """What is searched for; empty for nothing."""
        return self._needle

    @property
    def found(self) -> int:
        """How many lines the search found."""
        return self._found

    def find(self, needle: str) -> None:
        """Search for a text, ignoring case unless it has a capital letter; empty ends the search.

        The nearest line that has it is shown.
        """
        if needle == self._needle:
            return
        self._needle = needle
        flags = re.IGNORECASE if needle == needle.lower() else re.NOFLAG
        self._pattern = re.compile(re.escape(needle), flags) if needle else None
        self._found = self.count_matches(self.ring.lines)
        self.here = None
        if self._found:
            self._show_first_match()
        self.sync()
        self.tell()

    def find_on(self, *, forward: bool) -> bool:
        """Go to the next match, round the ends; False when nothing is searched or found."""
        if not self._found:
            return False
        first, end = self.ring.first, self.ring.end
        # The match that the search stood on may have been dropped since.
        begin = max(first - 1, min(end, self.here if self.here is not None else self.at_top[0]))
        order = (
            chain(range(begin + 1, end), range(first, begin + 1))
            if forward
            else chain(range(begin - 1, first - 1, -1), range(end - 1, max(first, begin) - 1, -1))
        )
        number = next((number for number in order if self._matches(self.ring[number])), None)
        if number is None:
            return False
        self._go_to_match(number)
        return True

    def unwind(self) -> bool:
        """One step back, out of a search; False where there is nothing to leave."""
        searching = bool(self._needle)
        self.find("")
        return searching

    # What subclasses use.

    def count_matches(self, lines: Sequence[Any]) -> int:
        """How many of these lines the search finds."""
        return sum(map(self._matches, lines)) if self._pattern else 0

    def matches_added(self, change: int) -> None:
        """Lines came or went while a search is on."""
        self._found = max(0, self._found + change)

    def search_facts(self) -> list[str]:
        """What there is to say about a search."""
        if not self._needle:
            return []
        noun = "line" if self._found == 1 else "lines"
        return [f"{self._found:,} {noun} with {shown_text(self._needle)}"]

    # For the base.

    def facts(self) -> Sequence[str]:
        """What there is to say about the view, the most important first."""
        return self.search_facts()

    def signature(self, line: int) -> Hashable:
        """What decides how a row looks. The line itself, not its number: numbers move when late lines come."""
        number, part = self.ring.find(line)
        return self.ring[number], part, self._x, self._needle, number == self.here

    def marks(self, text: str, number: int) -> list[Mark]:
        """What was found in a line's text, beside what is marked without a search."""
        marks = super().marks(text, number)
        if self._pattern is None:
            return marks
        role = "here" if number == self.here else "match"
        return sorted([*marks, *((*match.span(), role) for match in self._pattern.finditer(text))])

    def _matches(self, entry: Any) -> bool:
        return bool(self._pattern and self._pattern.search(self.text_of(entry)))

    def _show_first_match(self) -> None:
        # From the last visible line upwards: in a log that is followed, what is new matters most.
        row = min(self.line_count, self.top + self.page) - 1
        self.here = self.ring.find(max(0, row))[0] + 1
        self.find_on(forward=False)

    def _go_to_match(self, number: int) -> None:
        self.here = number
        row = self.ring.row_of(number)
        if not self.top <= row < self.top + self.page:
            self.jump(row - self.page // 2)
        self.sync()
        self.tell()

    # Actions, see actions/.

    def action_next_match(self) -> None:
        """To the next match."""
        self.find_on(forward=True)

    def action_previous_match(self) -> None:
        """To the match before."""
        self.find_on(forward=False)
