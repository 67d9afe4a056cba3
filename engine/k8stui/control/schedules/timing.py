"""When a schedule fires next, and how often it should have fired and has not. Pure.

Both change with the clock alone, so they are told with the moment at which to ask again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from k8stui.model.cron import cron_problem, fire_times, zone_of, zone_problem
from k8stui.model.cron.between import times_between
from k8stui.model.cron.grammar import Every, parse
from k8stui.model.cron.notes import never_in_time

GRACE = 30.0
"""Seconds that a firing may be late before it counts as missed: the controller needs a moment, a busy one more."""

MOST_MISSED = 101
"""So many stand for more than a hundred; nobody needs to know how many exactly, and counting years of minutes takes."""

_SOON = timedelta(days=2)

_CLOSE = 0.5  # seconds; firings are whole seconds apart


@dataclass(frozen=True)
class Timing:
    """What the clock makes of a schedule.

    Attributes:
        next: When it fires next, seconds since the epoch; None when it never does.
        missed: How many times it should have fired and has not; 101 for more than a hundred.
        due: When to ask again; None for never.
    """

    next: float | None = None
    missed: int = 0
    due: float | None = None


def timing(
    cron: str, zone: str, since: float, now: float, *, counted: float = 0.0, deadline: float | None = None
) -> Timing:
    """The timing of a schedule that is not suspended; nothing is known of one that cannot be read here.

    Args:
        cron: Its expression.
        zone: Its time zone.
        since: When it last fired; where it never did, when it was made. The controller counts from there, too.
        now: Seconds since the epoch.
        counted: From when on a time counts as missed, if that is later.
        deadline: Seconds that a firing may be late; None for any.
    """
    if cron_problem(cron) or zone_problem(zone) or never_in_time(cron, deadline):
        return Timing()
    schedule = parse(cron)
    if isinstance(schedule, Every):
        return _interval(schedule.seconds, since, now, counted)
    since = max(since, counted)
    following, late = _first(cron, zone, now), _first(cron, zone, max(since, now - GRACE))
    passed = times_between(cron, zone_of(zone), _moment(since), _moment(now - GRACE))
    missed = sum(1 for _ in islice(passed, MOST_MISSED))
    dues = [time for time in (following, None if late is None else late + GRACE) if time is not None]
    return Timing(following, missed, min(dues, default=None))


def _interval(seconds: float, since: float, now: float, counted: float) -> Timing:
    begun = int(since)  # The controller drops fractions of seconds.
    passed, late, before = (max(0, int((time - begun) // seconds)) for time in (now, now - GRACE, counted))
    following = begun + (passed + 1) * seconds
    missed = min(max(0, late - before), MOST_MISSED)
    return Timing(following, missed, min(following, begun + (late + 1) * seconds + GRACE))


def _first(cron: str, zone: str, after: float) -> float | None:
    start, where = _moment(after), zone_of(zone)
    # Most are found soon, which costs a tenth of the walk.
    found = next(times_between(cron, where, start, start + _SOON), None) or next(fire_times(cron, zone, start), None)
    return found.timestamp() if found else None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def last_due(cron: str, zone: str, since: float, until: float) -> float | None:
    """The latest time to fire at after one moment and not after another; None when there is none.

    Args:
        cron: An expression without a problem.
        zone: A time zone without a problem.
        since: As for `timing`.
        until: The latest that counts.
    """
    schedule = parse(cron)
    if isinstance(schedule, Every):
        times = int(until - int(since)) // schedule.seconds
        return int(since) + times * schedule.seconds if times > 0 else None
    first = _first(cron, zone, since)
    if first is None or first > until:
        return None
    before, after = since, until  # after the first one comes another in time, after the second one none
    while after - before > _CLOSE:
        middle = (before + after) / 2
        following = _first(cron, zone, middle)
        if following is None or following > until:
            after = middle
        else:
            before = middle
    return _first(cron, zone, before)
