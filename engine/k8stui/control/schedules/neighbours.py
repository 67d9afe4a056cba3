"""Which other schedules are at work when one fires. Pure, and quick enough to be asked at each key."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from k8stui.control.schedules.calendar import anchor_of
from k8stui.control.words.spans import brief
from k8stui.model.cron import cron_problem, fire_times, zone_of, zone_problem
from k8stui.model.cron.between import times_between
from k8stui.model.cron.notes import never_in_time
from k8stui.model.schedule import UTC_ZONE
from k8stui.model.scheduleviews import ScheduleView

AHEAD = timedelta(days=7)
"""How far is looked; for what does not fire in that time, up to its next firing."""

OWN = 500
"""Firings that are looked at."""

MOST = 3
"""Neighbours that are named."""

LOOK_BACK = 86_400.0
"""Seconds before a firing at which a run may have begun that still goes on."""

ENOUGH = 20_000
"""Firings of another schedule that are looked at in one stretch."""

NEAR = 3600.0
"""Seconds between two stretches that are looked at in one: a further one costs as much."""

_MINUTE = 60.0


@dataclass(frozen=True)
class _Meeting:
    """How another schedule meets this one.

    Attributes:
        other: Which one.
        times: At how many of the firings it does.
        at: The first of these, seconds since the epoch.
        begun: When the other's run begins that is met there.
    """

    other: ScheduleView
    times: int
    at: float
    begun: float


def neighbours(cron: str, zone: str, others: Sequence[ScheduleView], start: datetime) -> list[str]:
    """Sentences on other schedules that start in the same minute, or usually still run then; the most frequent first.

    Args:
        cron: Without a problem, as `cron_problem` says.
        zone: IANA name of its zone, likewise.
        others: All other schedules; suspended ones and those that cannot be read here don't count.
        start: From when on, with its zone.
    """
    where = zone_of(zone)
    own = [moment.timestamp() for moment in islice(times_between(cron, where, start, start + AHEAD), OWN)]
    own = own or [moment.timestamp() for moment in islice(fire_times(cron, zone, start), 1)]
    if not own:
        return []
    awake = (one for one in others if not one.suspended)
    readable = [one for one in awake if not (cron_problem(one.cron) or zone_problem(one.time_zone or UTC_ZONE))]
    firing = [one for one in readable if not never_in_time(one.cron, one.starting_deadline)]
    met = [found for one in firing if (found := _meeting(one, own)) is not None]
    met.sort(key=lambda one: (-one.times, one.other.namespace, one.other.name))
    sentences = [_sentence(one, len(own), where, zone) for one in met[:MOST]]
    more = len(met) - MOST
    if more > 0:
        sentences.append(f"And {more} more schedule{'s are' if more > 1 else ' is'} at work when it fires.")
    return sentences


def _meeting(other: ScheduleView, own: list[float]) -> _Meeting | None:
    usual = other.usual or 0.0
    begun = _begun(other, own, min(usual, LOOK_BACK))
    times, first = 0, None
    for moment in own:
        minute = moment // _MINUTE * _MINUTE
        place = bisect_left(begun, minute + _MINUTE) - 1
        if place >= 0 and (begun[place] >= minute or begun[place] + usual > moment):
            times += 1
            first = first or (moment, begun[place])
    return _Meeting(other, times, *first) if first else None


def _begun(other: ScheduleView, own: list[float], back: float) -> list[float]:
    """When another schedule fires shortly before one's own firings, or at the same time; seconds since the epoch."""
    spans: list[tuple[float, float]] = []
    for moment in own:
        begin, end = moment - back - _MINUTE, moment // _MINUTE * _MINUTE + _MINUTE
        if spans and begin <= spans[-1][1] + NEAR:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    zone, anchor = zone_of(other.time_zone or UTC_ZONE), anchor_of(other)
    found: list[float] = []
    for begin, end in spans:
        after, until = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
        times = times_between(other.cron, zone, after, until, anchor=anchor)
        found += [moment.timestamp() for moment in islice(times, ENOUGH)]
    return found


def _sentence(met: _Meeting, of: int, where: tzinfo, zone: str) -> str:
    other = met.other
    at, begun = (f"{datetime.fromtimestamp(moment, where):%H:%M}" for moment in (met.at, met.begun))
    often = f", at {met.times:,} of its next {of:,} times" if met.times < of else ""
    usual = "" if other.usual is None else f" and usually takes {brief(other.usual)}"
    if at == begun:
        return f"{other.name} also starts at {at} ({zone}){usual}{often}."
    return f"{other.name} usually still runs at {at} ({zone}): it starts at {begun}{usual}{often}."
