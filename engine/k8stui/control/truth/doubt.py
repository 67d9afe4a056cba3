"""When a Job is believed against the record of its run. Pure.

Record and Job come by two watches, and either may be late or lost: a Job that ended before its master's last word came
through, or that is missing because nobody listens, must not make a run that goes well look dead, not for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from k8stui.control.truth.correcting import given_up_at
from k8stui.control.truth.jobs import JobFacts
from k8stui.model.views import RunSummaryView

LAST_WORD = 3.0
"""Seconds a master's last word may still be under way once its Job ended or went."""

_LIVING = JobFacts(exists=True)


@dataclass
class Doubt:
    """Watches one run for a Job that contradicts its record.

    Attributes:
        since: When it began to, in seconds since the epoch; None while it does not.
        believed: It lasted long enough: what the Job says is so.
        due: When to weigh again although nothing changes; None when there is nothing to wait for.
    """

    since: float | None = None
    believed: bool = False
    due: float | None = None

    def weigh(
        self, told: RunSummaryView, job: JobFacts, *, claimed: bool, now: float, live: bool, at_once: bool = False
    ) -> JobFacts:
        """The Job to go by: as it is, or, while that is in doubt, one that lives.

        Args:
            told: The run as its record tells it.
            job: Its Job as the watch has it.
            claimed: A master has been at work on it.
            now: Seconds since the epoch.
            live: Both watches stand. While one does not, nothing new is believed.
            at_once: No word can be under way.
        """
        self.due = None
        if told.state.ended or (job.exists and not job.outcome):
            self.since, self.believed = None, False
            return job
        if not self.believed:
            self.since = None if not live else now if self.since is None else self.since
        given_up = None if job.exists else given_up_at(told, claimed=claimed)
        if given_up is not None and now < given_up:
            self.due = given_up
            return job
        if self.since is not None and not self.believed:
            self.believed = at_once or now >= self.since + LAST_WORD
            self.due = None if self.believed else self.since + LAST_WORD
        return job if self.believed else _LIVING
