"""The coming day or week over all schedules, so that pile-ups can be seen. Pure.

A pile-up is a start at which other runs start in the same minute or still go on, by how long they usually take.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from heapq import heappop, heappush
from itertools import islice, pairwise, zip_longest
from math import inf

from k8stui.model.cron import cron_problem, zone_of, zone_problem
from k8stui.model.cron.between import times_between
from k8stui.model.cron.notes import never_in_time
from k8stui.model.schedule import UTC_ZONE, Concurrency
from k8stui.model.scheduleviews import ScheduleView

LONGEST = 31
"""Days that a calendar may have."""

FREQUENT = 24
"""Starts a day from which on a schedule is told by how often it fires, not by each time."""

ALL_STARTS = 200_000
"""Starts that are looked at in all; of schedules beyond them only the number is known."""

MOST_PILE_UPS = 200

_MINUTE = 60.0


@dataclass(frozen=True)
class Entry:
    """One schedule in a calendar.

    Attributes:
        schedule: Which one.
        count: How often it fires.
        times: When, seconds since the epoch; none of a schedule that fires too often for all to be looked at.
        every: Seconds between its firings, where that is always the same.
        frequent: It fires more than hourly.
    """

    schedule: ScheduleView
    count: int
    times: tuple[float, ...] = ()
    every: float | None = None
    frequent: bool = False


@dataclass(frozen=True)
class PileUp:
    """The same schedules at work at once.

    Attributes:
        first: The first start that makes it so, seconds since the epoch.
        times: How many starts make it so.
        most: How many runs there are at once, at most; a schedule may have several.
        names: Of the schedules, as the calendar names them.
    """

    first: float
    times: int
    most: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class ScheduleCalendar:
    """What fires in a stretch of time.

    Attributes:
        start: Its begin.
        days: How many days of 24 hours it has.
        zone: Whose clock it is told by.
        entries: The schedules that fire in it, by name.
        pile_ups: The worst first.
        most: How many runs there are at once, at most.
        most_at: At which start, seconds since the epoch; None without any.
        crowded: The minutes, in seconds since the epoch, at whose starts several runs go on, frequent schedules not
            counted: with them nearly each start would be one.
        suspended: How many schedules are left out because they are suspended.
        unread: Names of those whose expression or zone cannot be read here.
    """

    start: datetime
    days: int
    zone: tzinfo
    entries: tuple[Entry, ...] = ()
    pile_ups: tuple[PileUp, ...] = ()
    most: int = 0
    most_at: float | None = None
    crowded: frozenset[float] = frozenset()
    suspended: int = 0
    unread: tuple[str, ...] = ()

    @property
    def end(self) -> datetime:
        """When it ends, in UTC."""
        return self.start.astimezone(UTC) + timedelta(days=self.days)

    def name_of(self, schedule: ScheduleView) -> str:
        """How a schedule is called here: with its namespace where there is more than one."""
        several = len({entry.schedule.namespace for entry in self.entries}) > 1
        return f"{schedule.namespace}/{schedule.name}" if several else schedule.name


def calendar(schedules: Sequence[ScheduleView], start: datetime, days: int, zone: tzinfo) -> ScheduleCalendar:
    """The calendar of the coming days.

    Args:
        schedules: All that there are; suspended ones are counted and left out.
        start: From when on, with its zone.
        days: From 1 to 31.
        zone: Whose clock it is told by.

    Raises:
        ValueError: So many days cannot be told.
    """
    if not 1 <= days <= LONGEST:
        raise ValueError(f"a calendar has 1 to {LONGEST} days, not {days}")
    awake = [one for one in schedules if not one.suspended]
    readable = [one for one in awake if not (cron_problem(one.cron) or zone_problem(one.time_zone or UTC_ZONE))]
    firing = [one for one in readable if not never_in_time(one.cron, one.starting_deadline)]
    until = start.astimezone(UTC) + timedelta(days=days)
    entries = [entry for one in firing if (entry := _entry(one, start, until, days)).count]
    entries.sort(key=lambda entry: (entry.schedule.namespace, entry.schedule.name))
    bare = ScheduleCalendar(start, days, zone, tuple(_within_bound(entries)), suspended=len(schedules) - len(awake))
    found, crowded, most_at = _pile_ups(bare)
    return ScheduleCalendar(
        start,
        days,
        zone,
        bare.entries,
        tuple(found),
        most=found[0].most if found else int(any(entry.count for entry in entries)),
        most_at=most_at,
        crowded=frozenset(crowded),
        suspended=bare.suspended,
        unread=tuple(one.name for one in awake if one not in readable),
    )


def anchor_of(schedule: ScheduleView) -> datetime | None:
    """What the controller counts times of `@every` from: the last firing, else the making of the schedule."""
    moment = schedule.created if schedule.last is None else schedule.last
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def _entry(schedule: ScheduleView, start: datetime, until: datetime, days: int) -> Entry:
    zone = zone_of(schedule.time_zone or UTC_ZONE)
    moments = times_between(schedule.cron, zone, start, until, anchor=anchor_of(schedule))
    # What fires each second is the only thing beyond it.
    times = tuple(moment.timestamp() for moment in islice(moments, ALL_STARTS))
    distances = {later - earlier for earlier, later in pairwise(times)}
    every = distances.pop() if len(distances) == 1 else None
    count = len(times)
    if count == ALL_STARTS and every:
        count = int((until.timestamp() - times[0]) // every) + 1
    return Entry(schedule, count, times, every, frequent=count > FREQUENT * days)


def _within_bound(entries: Iterable[Entry]) -> list[Entry]:
    """The same, those that fire most often without their times once all times together are too many."""
    entries, room = list(entries), ALL_STARTS
    for place in sorted(range(len(entries)), key=lambda place: entries[place].count):
        entry = entries[place]
        room -= entry.count
        if room < 0:
            entries[place] = Entry(entry.schedule, entry.count, (), entry.every, frequent=True)
    return entries


def _pile_ups(given: ScheduleCalendar) -> tuple[list[PileUp], set[float], float | None]:
    starts: dict[float, list[tuple[str, float]]] = defaultdict(list)
    for entry in given.entries:
        for moment, end in _runs(entry):
            starts[moment].append((given.name_of(entry.schedule), end))
    frequent = {given.name_of(entry.schedule) for entry in given.entries if entry.frequent}
    running: Counter[str] = Counter()
    ends: list[tuple[float, str]] = []
    groups: dict[frozenset[str], PileUp] = {}
    crowded: set[float] = set()
    for moment in sorted(starts):
        while ends and ends[0][0] <= moment:
            _, name = heappop(ends)
            running[name] -= 1
            if not running[name]:
                del running[name]
        for name, end in starts[moment]:
            running[name] += 1
            heappush(ends, (end, name))
        if (total := running.total()) > 1:
            if sum(number for name, number in running.items() if name not in frequent) > 1:
                crowded.add(moment)
            names = frozenset(running)
            known = groups.get(names, PileUp(moment, 0, 0, tuple(sorted(names))))
            groups[names] = PileUp(known.first, known.times + 1, max(known.most, total), known.names)
    found = sorted(groups.values(), key=lambda one: (-one.most, -len(one.names), one.first))[:MOST_PILE_UPS]
    most_at = found[0].first if found else None
    return [one for one in found if not any(_within(one, other) for other in found)], crowded, most_at


def _runs(entry: Entry) -> Iterator[tuple[float, float]]:
    """The minute that each run starts in, and when it usually ends, at the end of that minute or later."""
    alone = entry.schedule.concurrency in (Concurrency.FORBID, Concurrency.REPLACE)
    for moment, following in zip_longest(entry.times, entry.times[1:], fillvalue=inf):
        minute = moment // _MINUTE * _MINUTE
        end = moment + (entry.schedule.usual or 0.0)
        if alone:
            end = min(end, following)
        if end > following or following >= minute + _MINUTE:
            yield minute, max(end, minute + _MINUTE)


def _within(one: PileUp, other: PileUp) -> bool:
    """Whether it is no more than how another one builds up, or ends."""
    return set(one.names) < set(other.names) and one.times <= other.times and one.most <= other.most
