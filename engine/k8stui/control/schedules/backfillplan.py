"""Decides which runs a backfill makes: those of a stretch of time at which a schedule should have fired. Pure.

A run is called as the CronJob controller calls the Job of that time, so that none is ever made twice, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from k8stui.control.schedules.calendar import anchor_of
from k8stui.incluster.contract.states import RunState
from k8stui.model.cron import cron_problem, zone_of, zone_problem
from k8stui.model.cron.between import times_between
from k8stui.model.cron.grammar import Every, parse
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import UTC_ZONE, Concurrency
from k8stui.model.scheduleviews import BackfillView, FiringView, ScheduleView

MOST = 500
"""Times that one backfill may have."""

KEPT_JOBS = 3
"""Jobs that ended well and that a CronJob keeps where it does not say how many (Kubernetes' default)."""

_MINUTE = 60
_ALONE = (Concurrency.FORBID, Concurrency.REPLACE)


@dataclass(frozen=True)
class BackfillPlan:
    """What a backfill does.

    Attributes:
        schedule: Which one.
        times: All times of the stretch, the oldest first, those that are left out among them.
    """

    schedule: ScheduleView
    times: tuple[BackfillView, ...] = ()

    @property
    def going(self) -> tuple[BackfillView, ...]:
        """The times that get a run, the oldest first."""
        return tuple(one for one in self.times if one.goes)


def plan_backfill(
    schedule: ScheduleView, start: datetime, end: datetime, existing: Iterable[FiringView], now: datetime
) -> BackfillPlan:
    """The plan of a backfill from one moment to another, both included.

    Times of `@every` are counted from the last firing, also into the past: Kubernetes keeps no others.

    Args:
        schedule: Which one; whether it is suspended does not matter.
        start: With its zone.
        end: With its zone.
        existing: The schedule's runs, whatever made them.
        now: With its zone. What is not due by then is left to the schedule itself.

    Raises:
        InvalidInputError: The stretch ends before it begins or has too many times, or the schedule cannot be read here.
    """
    if end < start:
        raise InvalidInputError(f"The stretch ends before it begins: from {_said(start)} to {_said(end)}.")
    zone = schedule.time_zone or UTC_ZONE
    if problem := cron_problem(schedule.cron) or zone_problem(zone):
        raise InvalidInputError(f"The times of the schedule {schedule.name} cannot be told here: {problem}.")
    before = start.astimezone(UTC) - timedelta(microseconds=1)
    moments = times_between(schedule.cron, zone_of(zone), before, end, anchor=_anchor(schedule, before))
    found = list(islice(moments, MOST + 1))
    if len(found) > MOST:
        raise InvalidInputError(
            f"{schedule.name} fires more than {MOST} times from {_said(start)} to {_said(end)}.",
            hint=f"Choose a smaller range: its {MOST} first times end at {_said(found[-2])}.",
        )
    runs = {one.run: one.state for one in existing}
    planned: dict[str, BackfillView] = {}
    for moment in found:
        view = _planned(schedule.name, moment, runs, now)
        planned.setdefault(view.run, view)  # Two times of one minute are one to the controller, too.
    return BackfillPlan(schedule, tuple(planned.values()))


def check_parallel(plan: BackfillPlan, max_parallel: int) -> None:
    """See to it that a schedule whose runs must not overlap is not asked for several at once.

    Raises:
        InvalidInputError: It is.
    """
    schedule = plan.schedule
    if max_parallel > 1 and schedule.concurrency in _ALONE:
        raise InvalidInputError(
            f"--max-parallel {max_parallel} is not possible: of {schedule.name} only one run may go on at a time "
            f"(concurrency {schedule.concurrency})."
        )


def cautions(plan: BackfillPlan) -> list[str]:
    """Sentences on what a person should know before."""
    schedule, found = plan.schedule, []
    if not schedule.suspended and schedule.concurrency in _ALONE:
        found.append(
            "Kubernetes does not count these runs: the schedule may start one of its own beside them. "
            "To prevent that, suspend it for the time."
        )
    kept = KEPT_JOBS if schedule.successful_history is None else schedule.successful_history
    if len(plan.going) > kept:
        found.append(
            f"Of runs that end well Kubernetes keeps the Jobs and logs of the newest {kept}, as always; "
            "the records of all stay."
        )
    return found


def _anchor(schedule: ScheduleView, before: datetime) -> datetime | None:
    parsed, anchor = parse(schedule.cron), anchor_of(schedule)
    if not isinstance(parsed, Every) or anchor is None or anchor <= before:
        return anchor
    distance = timedelta(seconds=parsed.seconds)
    return anchor - distance * ((anchor - before) // distance + 1)


def _planned(schedule: str, moment: datetime, runs: dict[str, RunState], now: datetime) -> BackfillView:
    seconds = moment.timestamp()
    run = f"{schedule}-{int(seconds) // _MINUTE}"
    why = ""
    if run in runs:
        why = f"it has a run already: {runs[run].value}"
    elif moment > now:
        why = "it is not due yet"
    return BackfillView(time=seconds, run=run, goes=not why, why=why)


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
