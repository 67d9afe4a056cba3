"""All times of a schedule within a stretch of time, as the walk finds them, without its price for each of them.

Far from changes of the clocks the times of a day are what one would think: each hour that matches with each minute.
Only near such a change the steps of the walk count, and are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from k8stui.model.cron.grammar import Calendar, parse
from k8stui.model.cron.walk import next_time

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_NEAR = range(-2, 4)
"""Days round one whose clocks must all differ alike from UTC for it to be an ordinary one."""


def times_between(
    expression: str, zone: tzinfo, after: datetime, until: datetime, *, anchor: datetime | None = None
) -> Iterator[datetime]:
    """The times at which a schedule fires, in UTC, later than `after` and not later than `until`.

    Args:
        expression: Without a problem, as `cron_problem` says.
        zone: Where its clock hangs.
        after: With its zone.
        until: With its zone.
        anchor: What times of `@every` are counted from: the last firing, or the making of the schedule; `after` when
            None.
    """
    schedule = parse(expression)
    if isinstance(schedule, Calendar):
        yield from _by_the_clock(schedule, zone, after.astimezone(UTC), until.astimezone(UTC))
        return
    distance = timedelta(seconds=schedule.seconds)
    origin = (anchor or after).astimezone(UTC).replace(microsecond=0)
    moment = origin + distance * max(1, (after - origin) // distance + 1)
    while moment <= until:
        yield moment
        moment += distance


def _by_the_clock(schedule: Calendar, zone: tzinfo, after: datetime, until: datetime) -> Iterator[datetime]:
    last, day = after, after.astimezone(zone).date()
    final = until.astimezone(zone).date()
    while day <= final:
        if _ordinary(zone, day):
            for moment in _times_of(schedule, zone, day, last, until):
                if last < moment <= until:
                    last = moment
                    yield moment
            day += _DAY
            continue
        # A walk over such a day may find the next time wrong even weeks later: it is taken from the last one on.
        following = next_time(schedule, zone, last)
        if following is None or following > until:
            return
        yield following
        last, day = following, following.astimezone(zone).date()


def _ordinary(zone: tzinfo, day: date) -> bool:
    if zone is UTC:
        return True
    midnight = datetime.combine(day, time(), UTC)
    return len({(midnight + _DAY * number).astimezone(zone).utcoffset() for number in _NEAR}) == 1


def _times_of(schedule: Calendar, zone: tzinfo, day: date, after: datetime, until: datetime) -> Iterator[datetime]:
    """The times of an ordinary day, of hours that are in the stretch at least in part."""
    if day.month not in schedule.month.values or not schedule.day_matches(day.day, day.isoweekday() % 7):
        return
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    minutes = sorted(schedule.minute.values)
    for hour in sorted(schedule.hour.values):
        begin = midnight + timedelta(hours=hour)
        if after - _HOUR < begin <= until:
            for minute in minutes:
                yield begin + timedelta(minutes=minute)
