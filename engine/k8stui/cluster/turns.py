"""What comes in bulk is taken in by turns: between two of them the event loop is for others, and some of them go first.

Watches of a busy cluster bring more than a screen can take in at once. A key passes the event loop many times before
it is on the screen, and each time it would wait for all that has come.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

TURN = 0.002
"""Seconds of work after which others have their turn."""

LONGEST = 0.06
"""Seconds that those who are in a hurry are waited for: who keeps a key down sees what changes, too."""

_LOOK = 0.003


class Turns:
    """The turns of one connection.

    Attributes:
        hurried: Whether somebody goes first now.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with nobody who does.

        Args:
            now: A clock, in seconds.
        """
        self.hurried: Callable[[], bool] = lambda: False
        self._now = now
        self._end = 0.0

    def begin(self) -> None:
        """A turn begins."""
        self._end = self._now() + TURN

    async def next(self) -> None:
        """To be awaited before each piece of work: it waits where that is another turn."""
        if self._now() < self._end and not self.hurried():
            return
        await asyncio.sleep(0)
        end = self._now() + LONGEST
        while self.hurried() and self._now() < end:  # noqa: ASYNC110 - nobody tells when a hurry is over
            await asyncio.sleep(_LOOK)
        self.begin()
