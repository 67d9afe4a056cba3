"""Python's search for garbage, a little at a time and often, so that no key waits for a long one.

By itself Python searches when many more objects were made than freed. Where pods are replaced all the time as many are
freed as made: the young ones grow to all there are, and the one search that comes then takes a tenth of a second.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

LONG = 0.01
"""Seconds that a search may take: what takes longer is done sooner the next time, when there is less of it."""

FIRST, RARELY = 8, 480
"""Ticks to the first search among what is not quite young, and between two of them where these take no time."""

REST, PAUSE = 10.0, 300.0
"""A search among everything takes longest: one that comes when nobody has typed for so many seconds, and seldom."""


class Sweeping:
    """Searches at each tick."""

    def __init__(self, search: Callable[[int], object] = gc.collect, now: Callable[[], float] = time.monotonic) -> None:
        """Begin.

        Args:
            search: Looks for garbage in that generation and the younger ones.
            now: A clock, in seconds.
        """
        self._search, self._now = search, now
        self._every = self._left = FIRST
        self._whole = now()

    def tick(self, typed: float) -> None:
        """Search where it is time to.

        Args:
            typed: When a key was pressed last, on the same clock.
        """
        if not gc.isenabled():
            return  # What is imported never becomes garbage.
        now = self._now()
        self._left -= 1
        if now > self._whole + PAUSE and now > typed + REST:
            self._search(2)
            self._whole = self._now()
        elif self._left > 0:
            self._search(0)
        else:
            self._search(1)
            fitting = self._every * LONG / max(self._now() - now, LONG / 2)  # no more than twice as many
            self._every = self._left = max(1, min(RARELY, round(fitting)))
