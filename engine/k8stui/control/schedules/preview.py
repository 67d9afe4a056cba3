"""What a person should see of a schedule while they type it: when it fires, and what may surprise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from k8stui.control.schedules.neighbours import neighbours
from k8stui.model.cron import cron_problem, fire_times, zone_of, zone_problem
from k8stui.model.cron.notes import never_in_time, notes
from k8stui.model.scheduleviews import ScheduleView


@dataclass(frozen=True)
class Preview:
    """What becomes of a cron expression in a time zone.

    Attributes:
        cron_problem: Why Kubernetes refuses the expression; empty when it does not.
        zone_problem: Why the zone is none; empty when it is one.
        times: The next times it fires at, in UTC; none while there is a problem.
        notes: Sentences on what may surprise.
    """

    cron_problem: str = ""
    zone_problem: str = ""
    times: Sequence[datetime] = ()
    notes: Sequence[str] = ()


def preview(
    cron: str,
    zone: str,
    after: datetime,
    *,
    count: int = 10,
    usual: float | None = None,
    others: Sequence[ScheduleView] = (),
    name: str = "",
    deadline: float | None = None,
) -> Preview:
    """What a person should see of a schedule.

    Args:
        cron: As it is typed.
        zone: IANA name of the zone it is meant in, as it is typed.
        after: From when on, with its zone.
        count: How many times are wanted.
        usual: Seconds that a run takes, where that is known.
        others: Schedules of the same namespace, whose runs may be at work when it fires.
        name: Of the schedule itself, which is left out of these; empty for a new one.
        deadline: Seconds that a firing may be late; None for any.
    """
    wrong, no_zone = cron_problem(cron), zone_problem(zone)
    if wrong or no_zone:
        return Preview(wrong, no_zone)
    if never := never_in_time(cron, deadline):
        return Preview(notes=(never,))
    times = tuple(islice(fire_times(cron, zone, after), count))
    found = notes(cron, zone_of(zone), after, usual=usual)
    found += neighbours(cron, zone, [one for one in others if one.name != name], after)
    return Preview(times=times, notes=tuple(found))
