"""What a person should know of a schedule before it is saved.

croniter tells which times a person means: those that a clock on the wall shows. The walk tells which ones Kubernetes
fires at. Where clocks are changed the two differ: a time that does not exist is skipped, one that comes twice fires
twice, and some that do exist are passed over. Only days with such a change are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from k8stui.model.cron.grammar import BOUNDS, Bounds, Calendar, CronError, Every, Field, parse
from k8stui.model.cron.walk import next_time

AHEAD = timedelta(days=400)
"""How far is looked: a bit more than a year, so that each change of the clocks is in it once."""

SAMPLE = 24
"""Firings whose distances are looked at."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


def notes(expression: str, zone: tzinfo, start: datetime, *, usual: float | None = None) -> list[str]:
    """Sentences on what may surprise.

    Args:
        expression: Without a problem, as `cron_problem` says.
        zone: Where its clock hangs.
        start: From when on, with its zone.
        usual: Seconds that a run takes, where that is known.
    """
    schedule = parse(expression)
    first = next_time(schedule, zone, start)
    if first is None:
        return ["It never fires: no day within five years matches."]
    found = list(_changes_of_clocks(schedule, zone, start)) if isinstance(schedule, Calendar) else []
    least = _least_distance(schedule, zone, first)
    if usual is not None and least is not None and least < usual:
        found.append(f"A run takes {_seconds(usual)} and the next one begins {_seconds(least)} later: they overlap.")
    return found


def other_programs_take(expression: str) -> bool:
    """Whether an expression that Kubernetes refuses is one that other programs accept, as croniter does."""
    from croniter import croniter  # noqa: PLC0415  (only who asks pays for it)

    return bool(croniter.is_valid(expression))


def wall_times(schedule: Calendar, day: datetime) -> list[datetime]:
    """The times of a day at which it is meant to fire, without a zone."""
    from croniter import CroniterBadDateError, CroniterError, croniter  # noqa: PLC0415  (as above)

    begin = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - what clocks on walls show has no zone
    try:
        times = croniter(normalised(schedule), begin - _MINUTE, day_or=_either(schedule))
        found = []
        while (moment := times.get_next(datetime)) < begin + _DAY:
            found.append(moment)
    except (CroniterBadDateError, CroniterError):
        return []
    return found


def normalised(schedule: Calendar) -> str:
    """The same as numbers and commas, which every program reads alike."""
    fields = (schedule.minute, schedule.hour, schedule.day_of_month, schedule.month, schedule.day_of_week)
    listed = [_listed(field, bounds) for field, bounds in zip(fields, BOUNDS, strict=True)]
    if _either(schedule) and "*" in (listed[2], listed[4]):
        # On any day of the week, or on the first: that is any day. Written with a star it would mean the first only.
        listed[2] = listed[4] = "*"
    return " ".join(listed)


def _listed(field: Field, bounds: Bounds) -> str:
    every = len(field.values) == bounds.most - bounds.least + 1
    return "*" if every else ",".join(map(str, sorted(field.values)))


def _either(schedule: Calendar) -> bool:
    return not (schedule.day_of_month.star or schedule.day_of_week.star)


def _changes_of_clocks(schedule: Calendar, zone: tzinfo, start: datetime) -> Iterator[str]:
    if schedule.hour.star:
        return  # It fires every hour all the same.
    for day in _days_with_a_change(zone, start):
        meant = wall_times(schedule, day)
        fired = _fired_on(schedule, zone, day)
        for time in sorted({moment for moment in fired if moment.date() == day.date()}.difference(meant)):
            yield f"{_said(time)} is not meant, but Kubernetes fires then: the clocks of {zone} change that day."
        for time in meant:
            said = _said(time)
            moments = [moment for moment in fired if moment == time]
            if len(moments) > 1:
                yield f"{said} comes twice in {zone}, the clocks are set back: it fires twice."
            elif not moments and not _exists(time, zone):
                yield f"{said} does not exist in {zone}, the clocks are set forward: this run is skipped."
            elif not moments:
                yield f"{said} is passed over: Kubernetes misses times on days on which the clocks of {zone} change."


def _said(time: datetime) -> str:
    return f"{time:%d %b %Y %H:%M}"


def _days_with_a_change(zone: tzinfo, start: datetime) -> Iterator[datetime]:
    moment = start.astimezone(UTC)
    end = moment + AHEAD
    while moment < end:
        if moment.astimezone(zone).utcoffset() != (moment + _DAY).astimezone(zone).utcoffset():
            before, after = moment, moment + _DAY
            while after - before > _MINUTE:
                middle = before + (after - before) / 2
                same = middle.astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset()
                before, after = (middle, after) if same else (before, middle)
            yield before.astimezone(zone)
            if after.astimezone(zone).date() != before.astimezone(zone).date():
                yield after.astimezone(zone)
        moment += _DAY


def _fired_on(schedule: Calendar, zone: tzinfo, day: datetime) -> list[datetime]:
    """What clocks show when it fires on that day, as the controller finds it that fired before."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - 3 * _DAY
    found: list[datetime] = []
    moment = next_time(schedule, zone, begin)
    while moment is not None and moment < begin + 5 * _DAY:
        found.append(moment.astimezone(zone).replace(tzinfo=None))
        moment = next_time(schedule, zone, moment)
    return found


def _exists(time: datetime, zone: tzinfo) -> bool:
    local = time.replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == time


def _least_distance(schedule: Calendar | Every, zone: tzinfo, first: datetime) -> float | None:
    distances: list[float] = []
    moment: datetime | None = first
    while moment is not None and len(distances) < SAMPLE:
        following = next_time(schedule, zone, moment)
        if following is not None:
            distances.append((following - moment).total_seconds())
        moment = following
    return min(distances, default=None)


def _seconds(number: float) -> str:
    minutes, seconds = divmod(round(number), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{seconds:02}s" if minutes else f"{seconds}s"


def why_refused(error: CronError, expression: str) -> str:
    """More on a refusal that may surprise; empty for nothing."""
    hints = []
    fields = expression.split()
    if "end of range (7) above maximum (6)" in str(error):
        hints.append("Sunday is 0.")
    if "expected exactly" in str(error):
        hints.append(f"A CronJob takes five fields: {', '.join(bounds.name for bounds in BOUNDS)}.")
    if any(letter in field for field in fields[2:] for letter in "LW#") and other_programs_take(expression):
        hints.append("L, W and # are not known to Kubernetes.")
    if not hints and other_programs_take(expression):
        hints.append("Other programs take it, Kubernetes does not.")
    return " ".join(hints)
