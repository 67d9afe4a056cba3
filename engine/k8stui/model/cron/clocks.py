"""What happens to a schedule when the clocks of its zone are changed.

croniter tells which times a person means: those that a clock on the wall shows. The walk tells which ones Kubernetes
fires at. Where clocks are changed the two differ: a time that does not exist is skipped, one that comes twice fires
twice, and some that do exist are passed over. Only days with such a change are looked at; of a schedule that fires
often only the hours around it, so that the answer is there while it is typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from k8stui.model.cron.grammar import Calendar
from k8stui.model.cron.meant import wall_times
from k8stui.model.cron.walk import next_time

AHEAD = timedelta(days=400)
"""How far is looked: a bit more than a year, so that each change of the clocks is in it once."""

OFTEN = 48
"""Times a day from which on only the hours around a change are looked at."""

_AROUND = timedelta(hours=2, minutes=30)
"""More than clocks are ever changed by."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class _Stretch(NamedTuple):
    """A time in which clocks change: as clocks show it, and from when to when it is looked for firings, in UTC."""

    begin: datetime
    end: datetime
    since: datetime
    until: datetime


def surprises(schedule: Calendar, zone: tzinfo, start: datetime) -> Iterator[str]:
    """Sentences on times that are not what a clock on the wall lets one think, in their order.

    Args:
        schedule: What it says.
        zone: Where its clock hangs.
        start: From when on, with its zone.
    """
    if schedule.hour.star:
        return  # It fires every hour all the same.
    for change in _changes(zone, start):
        for stretch in _stretches(schedule, change, zone):
            meant = wall_times(schedule, stretch.begin, stretch.end)
            fired = _fired(schedule, zone, stretch)
            if unmeant := sorted({*fired}.difference(meant)):
                be, them = ("is", "then") if len(unmeant) == 1 else ("are", "at each")
                yield f"{_said(unmeant)} {be} not meant, but Kubernetes fires {them}: the clocks of {zone} change."
            yield from _missed(meant, fired, zone)


def _missed(meant: list[datetime], fired: list[datetime], zone: tzinfo) -> Iterator[str]:
    twice = [time for time in meant if fired.count(time) > 1]
    none = [time for time in meant if not _exists(time, zone) and time not in fired]
    passed = [time for time in meant if time not in fired and time not in none]
    if len(none) == 1:
        yield f"{_said(none)} does not exist in {zone}, the clocks are set forward: this run is skipped."
    elif none:
        yield f"{_said(none)} do not exist in {zone}, the clocks are set forward: these runs are skipped."
    if len(twice) == 1:
        yield f"{_said(twice)} comes twice in {zone}, the clocks are set back: it fires twice."
    elif twice:
        yield f"{_said(twice)} come twice in {zone}, the clocks are set back: each fires twice."
    if passed:
        be = "is" if len(passed) == 1 else "are"
        yield f"{_said(passed)} {be} passed over: Kubernetes misses times on days on which the clocks of {zone} change."


def _said(times: list[datetime]) -> str:
    first, *rest = times
    more = f" and {rest[0]:%H:%M}" if len(rest) == 1 else f" to {rest[-1]:%H:%M} ({len(times)} times)" if rest else ""
    return f"{first:%d %b %Y %H:%M}{more}"


def _changes(zone: tzinfo, start: datetime) -> Iterator[datetime]:
    """The last minutes before the clocks are changed, in UTC."""
    moment = start.astimezone(UTC)
    end = moment + AHEAD
    while moment < end:
        if _offset(moment, zone) != _offset(moment + _DAY, zone):
            before, after = moment, moment + _DAY
            while after - before > _MINUTE:
                middle = before + (after - before) / 2
                same = _offset(middle, zone) == _offset(moment, zone)
                before, after = (middle, after) if same else (before, middle)
            yield before.replace(second=0, microsecond=0)
        moment += _DAY


def _stretches(schedule: Calendar, change: datetime, zone: tzinfo) -> Iterator[_Stretch]:
    if len(schedule.hour.values) * len(schedule.minute.values) > OFTEN:
        since, until = change - _AROUND, change + _AROUND
        # From a bit before, because the search begins behind the moment that it is given.
        yield _Stretch(_wall(since, zone), _wall(until, zone), since - 2 * _MINUTE, until)
        return
    for day in sorted({_wall(moment, zone).date() for moment in (change, change + _MINUTE)}):
        begin = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - what clocks on walls show has no zone
        since = begin.replace(tzinfo=UTC) - 3 * _DAY  # as the controller finds it that fired before
        yield _Stretch(begin, begin + _DAY, since, since + 5 * _DAY)


def _fired(schedule: Calendar, zone: tzinfo, stretch: _Stretch) -> list[datetime]:
    """What clocks show when it fires in that time."""
    found: list[datetime] = []
    moment = next_time(schedule, zone, stretch.since)
    while moment is not None and moment < stretch.until:
        shown = _wall(moment, zone)
        if stretch.begin <= shown < stretch.end:
            found.append(shown)
        moment = next_time(schedule, zone, moment)
    return found


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _offset(moment: datetime, zone: tzinfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()


def _exists(time: datetime, zone: tzinfo) -> bool:
    local = time.replace(tzinfo=zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == time
