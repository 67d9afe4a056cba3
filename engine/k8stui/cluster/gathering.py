"""A watch of a busy cluster, read in fewer and larger pieces.

Each event comes in pieces of its own, and each piece wakes the event loop, is decrypted and passed on: all of that
costs more than the event. While they come shortly after each other, a few hundredths of a second of them are taken
together.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

GATHER = 0.03
"""Seconds of pieces that are taken together. A person does not see that, and screens look less often."""

SHORTLY = 0.02
"""Seconds within which a piece comes shortly after the one before."""

SEVERAL = 8
"""So many of those in a row, and they are taken together."""


class Source(Protocol):
    """The part of asyncio's transports that is used here."""

    def pause_reading(self) -> None:
        """Read nothing from now on."""

    def resume_reading(self) -> None:
        """Go on."""


class Gathering:
    """Decides when to wait for more, and waits."""

    def __init__(self, source: Source, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with a stream of which nothing is known.

        Args:
            source: Where the pieces come from.
            now: A clock, in seconds.
        """
        self._source, self._now = source, now
        self._asked = now()
        self._row, self._more = 0, False

    def came(self) -> None:
        """A piece came."""
        if not self._more:
            self._row = min(SEVERAL, self._row + 1) if self._now() - self._asked < SHORTLY else 0

    async def gather(self, *, more: bool) -> None:
        """To be awaited before the next piece is asked for.

        Args:
            more: Whether it is there already. Then it is taken first, and says nothing about how fast they come.
        """
        self._more = more
        if self._row == SEVERAL and not more:
            self._source.pause_reading()
            try:
                await asyncio.sleep(GATHER)
            finally:
                self._source.resume_reading()
        self._asked = self._now()
