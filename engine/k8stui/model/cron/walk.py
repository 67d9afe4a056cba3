"""The next time of a schedule, found the way the CronJob controller finds it.

Clocks jump. Where a zone changes its offset, the controller's parser does not ask which instants match: it walks, month
by month, day by day and hour by hour, and what it finds depends on where its steps land. A day whose midnight does not
exist can be stepped over (Cairo, Havana, Santiago); where clocks move by half an hour (Lord Howe), the steps after the
change land on half hours. To tell a person when a run will start, the same steps have to be taken.

Rules: the documented behaviour of robfig/cron v3, whose `Next` the controller calls; tests compare with the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from k8stui.model.cron.grammar import Calendar, Every

YEARS = 5
"""How many calendar years ahead are searched; what does not fire until then never fires, as far as the parser knows."""

NOON = 12

_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def next_time(schedule: Calendar | Every, zone: tzinfo, after: datetime) -> datetime | None:
    """The first time of a schedule after a moment, in UTC; None when there is none within the years searched.

    Args:
        schedule: What it says.
        zone: Where its clock hangs.
        after: With its zone.
    """
    start = after.astimezone(UTC).replace(microsecond=0)
    if isinstance(schedule, Every):
        return start + timedelta(seconds=schedule.seconds)
    if not (schedule.minute.values and schedule.hour.values and schedule.month.values):
        return None  # A field of commas alone stands for no number.
    moment = (start + _SECOND).astimezone(zone)
    last_year = moment.year + YEARS
    walk = _Walk(schedule, zone, moment)
    while walk.now.year <= last_year:
        # Each part is looked for from where the greater one was found; when it wraps, all begins again.
        if all(step() for step in walk.steps):
            return walk.now.astimezone(UTC)
    return None


class _Walk:
    """One search. `now` is a moment with its local time; each step moves it on and says whether it didn't wrap."""

    def __init__(self, schedule: Calendar, zone: tzinfo, now: datetime) -> None:
        self.now = now
        self._schedule, self._zone = schedule, zone
        self._moved = False

    @property
    def steps(self) -> tuple[Callable[[], bool], ...]:
        return self._to_month, self._to_day, self._to_hour, self._to_minute, self._to_second

    def _begin(self, moment: datetime) -> None:
        """Before the first step of a search the smaller parts are set to their beginning, and only then."""
        if not self._moved:
            self._moved = True
            self.now = moment

    def _to_month(self) -> bool:
        while self.now.month not in self._schedule.month.values:
            self._begin(self._local(self.now.year, self.now.month, 1))
            now = self.now
            self.now = self._local(now.year, now.month + 1, now.day, now.hour, now.minute, now.second)
            if self.now.month == 1:
                return False
        return True

    def _to_day(self) -> bool:
        while not self._schedule.day_matches(self.now.day, self.now.isoweekday() % 7):
            self._begin(self._local(self.now.year, self.now.month, self.now.day))
            now = self.now
            self.now = self._local(now.year, now.month, now.day + 1, now.hour, now.minute, now.second)
            # Where midnight does not exist, one lands an hour beside it, and is moved by whole hours.
            hour = self.now.hour
            if hour:
                self.now = self._add(_HOUR * (24 - hour if hour > NOON else -hour))
            if self.now.day == 1:
                return False
        return True

    def _to_hour(self) -> bool:
        while self.now.hour not in self._schedule.hour.values:
            now = self.now
            self._begin(self._local(now.year, now.month, now.day, now.hour))
            self.now = self._add(_HOUR)
            if self.now.hour == 0:
                return False
        return True

    def _to_minute(self) -> bool:
        while self.now.minute not in self._schedule.minute.values:
            self._begin(self._add(-_SECOND * self.now.second))
            self.now = self._add(_MINUTE)
            if self.now.minute == 0:
                return False
        return True

    def _to_second(self) -> bool:
        while self.now.second != 0:
            self._begin(self.now)
            self.now = self._add(_SECOND)
            if self.now.second == 0:
                return False
        return True

    def _add(self, time: timedelta) -> datetime:
        """So much later by the stop watch, not by the clock on the wall."""
        return (self.now.astimezone(UTC) + time).astimezone(self._zone)

    def _local(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
        return local_time(self._zone, year, month, day, hour, minute, second)


def local_time(zone: tzinfo, year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    """The moment at which clocks of a zone show a time; months and days may be beyond their ends.

    A time that does not exist, or exists twice, becomes what Go's `time.Date` makes of it: the offset is the one that
    holds at the time read as UTC, or, if another holds at the moment so found, that one.
    """
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    read = datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
    offset = _offset(zone, read)
    if offset:
        offset = _offset(zone, read - offset)
    return (read - offset).astimezone(zone)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
