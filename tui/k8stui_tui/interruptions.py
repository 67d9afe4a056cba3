"""What interrupted a session and is over: it is told once, because the screens show only what is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from k8stui.control.words.spans import brief

if TYPE_CHECKING:
    from k8stui.control.live.freshness import Freshness

LONG = 60.0
"""Seconds of a lost connection that are worth a word when it is back; meanwhile the status line tells it."""

LEAP = 60.0
"""Seconds by which a clock must go on at once for a leap: corrections of NTP are smaller."""


class Interruptions:
    """Looks, several times a second, whether one is over."""

    def __init__(self, *, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        """Begin to look.

        Args:
            wall: Seconds since the epoch, by the clock of this host.
            steady: Seconds by a clock that nobody sets, and that stands still while the host sleeps.
        """
        self._wall, self._steady = wall, steady
        self._apart = wall() - steady()
        self._lost = 0.0

    def over(self, fresh: Freshness | None) -> Iterator[str]:
        """What is over since the last look, in sentences.

        Args:
            fresh: Of what the screens show; None without a connection.
        """
        before, self._lost = self._lost, (fresh.lost_for or 0.0) if fresh else 0.0
        if before >= LONG and fresh and fresh.connected:
            yield f"The cluster answers again after {brief(before)}: what is shown is live."
        apart = self._wall() - self._steady()
        leap, self._apart = apart - self._apart, apart
        if leap >= LEAP:
            yield (
                f"The clock of this host went {brief(leap)} ahead at once: the host slept, or the clock was set. "
                "What does not answer any more is connected anew within a minute."
            )
        elif leap <= -LEAP:
            yield f"The clock of this host was set back by {brief(-leap)}: ages and times are counted by it."
