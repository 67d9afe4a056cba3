"""Deletions by hand that come in a row: perhaps the whole run is being deleted. Pure."""

from typing import Optional, Set

PAUSE = 10.0
"""Seconds between deletions of one burst at the most."""


class Bursts:
    """When pods were deleted by hand, and which were made since."""

    def __init__(self) -> None:
        self._made: Set[str] = set()
        self._last = 0.0

    def made(self, pod: str) -> None:
        """The master makes a pod."""
        self._made.add(pod)

    def deleted(self, now: float) -> None:
        """A pod is being deleted by hand."""
        if now - self._last > PAUSE:
            self._made.clear()
        self._last = now

    def made_since(self, now: float) -> Optional[Set[str]]:
        """The pods that were made since a burst began that may be going on; None where none is."""
        return self._made if now - self._last < PAUSE else None
