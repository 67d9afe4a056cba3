"""Which pods are offered to hand over, until it shows that they cannot reach the master. Pure."""

from typing import Dict

MISSES = 3
"""Handovers in a row that did not arrive before the master stops offering it (a network policy, a mesh)."""


class Offers:
    """The pods that are under way, and which of them were offered to hand over.

    Args:
        wanted: Whether the run wants any to.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._made: Dict[str, bool] = {}
        self._misses = 0

    def __len__(self) -> int:
        """How many pods may tell something."""
        return len(self._made)

    @property
    def open(self) -> bool:
        """Whether the next pod is offered it."""
        return self._wanted and self._misses < MISSES

    def made(self, pod: str, offered: bool) -> None:
        """A pod is made."""
        self._made[pod] = offered

    def taken(self, pod: str) -> None:
        """A pod has handed over."""
        self._made.pop(pod, None)
        self._misses = 0

    def ended(self, pod: str, reported: bool) -> bool:
        """A pod has ended, with or without a report in its status.

        Returns:
            Whether from now on no pod is offered it: one has reported, but not here, once too often.
        """
        if not self._made.pop(pod, False) or not reported:
            return False
        self._misses += 1
        return self._misses == MISSES

    def gone(self, pod: str) -> None:
        """A pod was deleted."""
        self._made.pop(pod, None)
