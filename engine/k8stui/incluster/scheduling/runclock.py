"""The time that a run may take. Pure.

It counts from the run's first pod, stands still while the run is paused, and begins anew when the run is tried again.
"""

from typing import Optional

from ..contract.record import Summary


class RunClock:
    """One run's time.

    Attributes:
        began: When the first pod was created, seconds since the epoch.

    Args:
        limit: Seconds that the run may take; 0 for without limit.
    """

    def __init__(self, limit: float) -> None:
        self.began: Optional[float] = None
        self._limit = limit
        self._counts_from: Optional[float] = None

    def start(self, now: float) -> None:
        """A pod is created."""
        self.began = self.began or now
        self._counts_from = self._counts_from or now

    def resume(self, summary: Summary, now: float) -> None:
        """Take over what an earlier master wrote down."""
        self.began, self._counts_from = summary.started, summary.counts_from
        if self._counts_from is not None and summary.paused is not None:
            self._counts_from += max(0.0, now - summary.paused)

    def note(self, summary: Summary, now: float, *, paused: bool) -> None:
        """Write it down."""
        summary.started, summary.counts_from = self.began, self._counts_from
        summary.paused = now if paused else None

    def ends_at(self) -> Optional[float]:
        """When the run has taken too long; None for never, and before it has begun."""
        return self._counts_from + self._limit if self._limit and self._counts_from is not None else None
