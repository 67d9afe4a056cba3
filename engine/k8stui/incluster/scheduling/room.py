"""How many pods a quota leaves us: learned from its refusals, because nothing else tells."""

from typing import Optional

DELAYS = (0.5, 5.0)
"""Least and most seconds before one pod probes for room; the end of any pod ends the wait at once."""


class Room:
    """Endless until a creation is refused; from then on it grows by one with each pod that is let in."""

    def __init__(self) -> None:
        self._size: Optional[int] = None
        self._probe_at = 0.0
        self._refusals = 0

    def refused(self, live: int, now: float) -> None:
        """There is room for no more than the pods that live now."""
        self._size = live
        self._probe_at = now + min(DELAYS[0] * 2 ** min(self._refusals, 8), DELAYS[1])
        self._refusals += 1

    def let_in(self) -> None:
        """A pod was created: another one may fit too."""
        self._refusals = 0
        if self._size is not None:
            self._size += 1

    def limit(self, most: int, live: int, now: float) -> int:
        """How many pods may be there while some wait; when the time has come, one more than live, as a probe."""
        if self._size is None:
            return most
        if self._size <= live < most and now >= self._probe_at:
            self._size, self._probe_at = live + 1, now + DELAYS[1]
        return min(most, self._size)

    def probe_at(self, most: int, live: int) -> Optional[float]:
        """When the next probe is due; None when no quota stands in the way."""
        return None if self._size is None or live >= most else self._probe_at
