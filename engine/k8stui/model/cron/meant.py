"""What a schedule means on a clock that never changes, as croniter computes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from k8stui.model.cron.grammar import BOUNDS, Bounds, Calendar, Field

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


def other_programs_take(expression: str) -> bool:
    """Whether an expression that Kubernetes refuses is one that other programs accept, as croniter does."""
    from croniter import croniter  # noqa: PLC0415  (only who asks pays for it)

    return bool(croniter.is_valid(expression))


def wall_times(schedule: Calendar, begin: datetime, end: datetime) -> list[datetime]:
    """The times at which it is meant to fire.

    Args:
        schedule: What it says.
        begin: The first time, as a clock on a wall shows it, without a zone.
        end: The time before which they are, likewise.
    """
    from croniter import CroniterBadDateError, CroniterError, croniter  # noqa: PLC0415  (as above)

    if not any(_on(schedule, begin + _DAY * number) for number in range((end - begin).days + 2)):
        return []  # croniter would search for years.
    try:
        times = croniter(normalised(schedule), begin - _MINUTE, day_or=either(schedule))
        found = []
        while (moment := times.get_next(datetime)) < end:
            found.append(moment)
    except (CroniterBadDateError, CroniterError):
        return []
    return found


def normalised(schedule: Calendar) -> str:
    """The same as numbers and commas, which every program reads alike."""
    fields = (schedule.minute, schedule.hour, schedule.day_of_month, schedule.month, schedule.day_of_week)
    listed = [_listed(field, bounds) for field, bounds in zip(fields, BOUNDS, strict=True)]
    if either(schedule) and "*" in (listed[2], listed[4]):
        # On any day of the week, or on the first: that is any day. Written with a star it would mean the first only.
        listed[2] = listed[4] = "*"
    return " ".join(listed)


def _listed(field: Field, bounds: Bounds) -> str:
    every = len(field.values) == bounds.most - bounds.least + 1
    return "*" if every else ",".join(map(str, sorted(field.values)))


def either(schedule: Calendar) -> bool:
    """Whether a day fits by its number or by its weekday, as when neither says "any"; otherwise it must fit by both."""
    return not (schedule.day_of_month.star or schedule.day_of_week.star)


def _on(schedule: Calendar, day: datetime) -> bool:
    return day.month in schedule.month.values and schedule.day_matches(day.day, day.isoweekday() % 7)
