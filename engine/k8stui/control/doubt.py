"""When a Job is believed against the record of its run. Pure.

Record and Job come by two watches, and either may be late or lost: a Job that ended before its master's last word came
through, or that is missing because nobody listens, must not make a run that goes well look dead, not for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST_WORD = 3.0
"""Seconds a master's last word may still be under way once its Job ended or went."""


@dataclass
class Doubt:
    """How long a Job has contradicted the record of its run.

    Attributes:
        since: When that began, on the caller's clock; None while it does not.
        believed: It lasted long enough: what the Job says is so.
    """

    since: float | None = None
    believed: bool = False

    def weigh(self, contradicted: bool, *, now: float, live: bool, at_once: bool = False) -> None:
        """Take in how it looks now.

        Args:
            contradicted: The Job ended or is not there, and the record says that the run goes on.
            now: Seconds on any clock, the same every time.
            live: Both watches stand. While one does not, nothing new is believed.
            at_once: Both were just listed: no word can be under way.
        """
        if not contradicted:
            self.since, self.believed = None, False
        elif not self.believed and not live:
            self.since = None
        elif not self.believed:
            self.since = now if self.since is None else self.since
            self.believed = at_once or now >= self.since + LAST_WORD

    @property
    def due(self) -> float | None:
        """When to look again although nothing changes; None when there is nothing to wait for."""
        return None if self.believed or self.since is None else self.since + LAST_WORD
