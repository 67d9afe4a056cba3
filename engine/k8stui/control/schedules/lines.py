"""The views of all schedules, kept from one look to the next. Pure; the objects are kept fresh by somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import is_

from k8stui.cluster.store import Key
from k8stui.control.schedules.outcomes import Json, runs_by_schedule
from k8stui.control.schedules.views import clock_of, firings_of, origin_of, schedule_view
from k8stui.control.truth.jobs import jobs_around, jobs_by_owner
from k8stui.model.scheduleviews import FiringView, ScheduleView
from k8stui.model.views import RunSummaryView


@dataclass
class _Line:
    """A view, what it was made from, and when the clock alone changes it; its firings once somebody asked for them."""

    cron_job: Json
    runs: Sequence[RunSummaryView]
    jobs: Sequence[Json]
    view: ScheduleView
    due: float | None
    firings: Sequence[FiringView] | None = None


class ScheduleLines:
    """The views of all schedules.

    Attributes:
        schedules: By namespace and name; another object whenever anything in it differs.
    """

    def __init__(self) -> None:
        self._lines: dict[Key, _Line] = {}
        self._jobs: dict[str, list[Json]] = {}
        self.schedules: Sequence[ScheduleView] = ()

    @property
    def due(self) -> float | None:
        """When to look again although no object changed, seconds since the epoch; None for never."""
        return min((line.due for line in self._lines.values() if line.due is not None), default=None)

    def find(self, key: Key) -> ScheduleView | None:
        """The view of a schedule; None when there is no such schedule."""
        line = self._lines.get(key)
        return line.view if line else None

    def firings(self, key: Key) -> Sequence[FiringView]:
        """The firings of a schedule that are known, newest first; the same object as long as nothing in it changed."""
        line = self._lines.get(key)
        if line is None:
            return ()
        if line.firings is None:
            line.firings = tuple(firings_of(line.cron_job, line.jobs, line.runs))
        return line.firings

    def refresh(
        self,
        cron_jobs: Mapping[Key, Json],
        runs: Sequence[RunSummaryView],
        jobs: Iterable[Json] | None,
        now: float,
    ) -> bool:
        """Take in the objects that are there now; what did not change is not read again.

        Args:
            cron_jobs: All CronJobs; those that are no schedules are left out.
            runs: All runs, as they really are.
            jobs: All Jobs; None when they are those of the last time.
            now: Seconds since the epoch.

        Returns:
            Whether `schedules` differs now.
        """
        if jobs is not None:
            self._jobs = jobs_by_owner(jobs)
        gone = self._lines.keys() - cron_jobs.keys()
        for key in gone:
            del self._lines[key]
        differs = bool(gone)
        of_schedule = runs_by_schedule(runs)
        for key, cron_job in cron_jobs.items():
            line = self._lines.get(key)
            if (line is None or line.cron_job is not cron_job) and not origin_of(cron_job):
                differs = self._lines.pop(key, None) is not None or differs
                continue
            own, made = of_schedule.get(key, ()), jobs_around(self._jobs, cron_job["metadata"]["uid"])
            if line and line.cron_job is cron_job and _same(line.runs, own) and _same(line.jobs, made):
                continue
            when = clock_of(cron_job, now)
            view = schedule_view(cron_job, made, now, own, when=when)
            differs = differs or line is None or line.view != view
            kept = line.view if line and line.view == view else view
            self._lines[key] = _Line(cron_job, own, made, kept, when.due)
        return self._told(self._move(now) or differs)

    def pass_time(self, now: float) -> bool:
        """Tell what the clock alone changes; whether `schedules` differs now."""
        return self._told(self._move(now))

    def _move(self, now: float) -> bool:
        differs = False
        for line in self._lines.values():
            if line.due is None or line.due > now:
                continue
            when = clock_of(line.cron_job, now)
            line.due = when.due
            if (when.next, when.missed) != (line.view.next, line.view.missed):
                line.view = line.view.model_copy(update={"next": when.next, "missed": when.missed})
                differs = True
        return differs

    def _told(self, differs: bool) -> bool:
        if differs:
            self.schedules = tuple(self._lines[key].view for key in sorted(self._lines))
        return differs


def _same(one: Sequence[object], other: Sequence[object]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
