"""Where log lines of several writers go, so that together they stand in the order of time. Pure.

Each pod's log comes by a connection of its own, so a line can come after younger ones of others. Nearly always it
belongs among the last few: only what is younger than it is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple, cast


class Placed(NamedTuple):
    """Where new lines go.

    Attributes:
        order: The order of the new lines among themselves.
        places: In that order, for each the place of the kept line before which it goes.
        times: In that order, when each was written; for one without a time that of the line it came after.
    """

    order: Sequence[int]
    places: Sequence[int]
    times: Sequence[float]


class TimeOrder:
    """The times of all lines that are kept, in their order."""

    def __init__(self) -> None:
        self._times: list[float] = []

    @property
    def times(self) -> Sequence[float]:
        """All of them."""
        return self._times

    def place(self, times: Sequence[float | None]) -> Placed:
        """Take in the times of new lines.

        Lines without a time stay behind the one they came after. Of lines with the same time, those that came first
        stand first.

        Args:
            times: Of the new lines as they came, seconds since the epoch.
        """
        kept = self._times
        given = cast("list[float]", list(times))
        if None not in given and [*kept[-1:], *given] == sorted([*kept[-1:], *given]):
            count = len(kept)  # as nearly always, and of thousands of lines: no loop
            kept += given
            return Placed(list(range(len(given))), [count] * len(given), given)
        last = kept[-1] if kept else float("-inf")
        known: list[float] = []
        for time in times:
            last = last if time is None else time
            known.append(last)
        order = sorted(range(len(known)), key=known.__getitem__)
        new = [known[index] for index in order]
        count = len(kept)
        if not kept or not new or new[0] >= kept[-1]:
            kept += new
            return Placed(order, [count] * len(new), new)
        start = bisect_right(kept, new[0])
        places, place = [], start
        for time in new:
            place = bisect_right(kept, time, place)
            places.append(place)
        # Two sorted runs, which Python's sort merges in one pass, kept lines first.
        kept[start:] = sorted([*kept[start:], *new])
        return Placed(order, places, new)

    def drop(self, count: int) -> None:
        """Forget so many of the oldest lines."""
        del self._times[:count]

    def clear(self) -> None:
        """Forget all lines."""
        self._times.clear()
