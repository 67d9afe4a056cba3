"""The lines of a log that are kept, in the order of time and within bounds, whatever of them is shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from k8stui_tui.widgets.timeorder import TimeOrder
from k8stui_tui.widgets.wrapping import woven

_text = itemgetter(0)

MOST_LINES = 50_000
MOST_CHARACTERS = 64_000_000
"""Few logs have lines so long that this bounds them first."""


class LogEntry(NamedTuple):
    """One line of a log.

    Attributes:
        text: As it was written.
        source: Who wrote it, a step or a pod; its name stands before the text in a colour of its own.
        time: When, seconds since the epoch; None when that is not known.
        note: Said by k8stui about the log, not by the source.
    """

    text: str
    source: str = ""
    time: float | None = None
    note: bool = False


class Taken(NamedTuple):
    """What became of new lines.

    Attributes:
        entries: The new lines, in the order of time.
        times: When each was written; for one without a time that of the line it came after.
        places: For each the place of the line before which it goes, among those that were kept until now.
        gone: The oldest of all, new ones included, which are no longer kept.
    """

    entries: Sequence[LogEntry]
    times: Sequence[float]
    places: Sequence[int]
    gone: Sequence[LogEntry]


class LogBuffer:
    """The newest lines of several writers.

    Attributes:
        lines: Those that are kept.
        dropped: How many are not any more.
        most: How many are kept at most, from the next new ones on.
    """

    def __init__(self, lines: int = MOST_LINES, characters: int = MOST_CHARACTERS) -> None:
        """Make an empty buffer.

        Args:
            lines: How many are kept at most.
            characters: How many characters they may have together; the newest line is kept in any case.
        """
        self.lines: list[LogEntry] = []
        self.dropped = 0
        self.most, self._most_characters = lines, characters
        self._characters = 0
        self._order = TimeOrder()

    @property
    def times(self) -> Sequence[float]:
        """When each of the kept lines was written."""
        return self._order.times

    def add(self, entries: Sequence[LogEntry]) -> Taken:
        """Take in new lines where their times put them; at least one."""
        placed = self._order.place([entry.time for entry in entries])
        new = [entries[index] for index in placed.order]
        start = placed.places[0]
        if start < len(self.lines):
            self.lines[start:] = woven(self.lines[start:], new, placed.places)
        else:
            self.lines += new
        self._characters += sum(map(len, map(_text, new)))
        return Taken(new, placed.times, placed.places, self._trim())

    def passing(self, passes: Callable[[LogEntry], bool]) -> tuple[list[LogEntry], list[float]]:
        """Those lines that pass, and their times."""
        kept = [passes(entry) for entry in self.lines]
        return list(compress(self.lines, kept)), list(compress(self._order.times, kept))

    def clear(self) -> None:
        """Forget all lines."""
        self.lines.clear()
        self._order.clear()
        self.dropped = self._characters = 0

    def _trim(self) -> list[LogEntry]:
        count = max(0, len(self.lines) - self.most)
        self._characters -= sum(len(entry.text) for entry in self.lines[:count])
        while self._characters > self._most_characters and count < len(self.lines) - 1:
            self._characters -= len(self.lines[count].text)
            count += 1
        if not count:
            return []
        gone = self.lines[:count]
        del self.lines[:count]
        self._order.drop(count)
        self.dropped += count
        return gone
