"""What a person should know of a schedule before it is saved."""

from __future__ import annotations

from datetime import datetime, tzinfo

from k8stui.model.cron.clocks import surprises
from k8stui.model.cron.grammar import BOUNDS, Calendar, CronError, Every, parse
from k8stui.model.cron.meant import other_programs_take
from k8stui.model.cron.walk import next_time

SAMPLE = 24
"""Firings whose distances are looked at."""


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
    found = list(surprises(schedule, zone, start)) if isinstance(schedule, Calendar) else []
    least = None if usual is None else _least_distance(schedule, zone, first)
    if usual is not None and least is not None and least < usual:
        found.append(f"A run takes {_seconds(usual)} and the next one begins {_seconds(least)} later: they overlap.")
    return found


def never_in_time(expression: str, deadline: float | None) -> str:
    """Why a starting deadline lets a schedule never fire; empty where it does not.

    The controller asks what is due since its last firing, but no longer ago than the deadline, and it counts the times
    of `@every` from there: with a deadline below the distance, none is ever due.

    Args:
        expression: Without a problem, as `cron_problem` says.
        deadline: Seconds that a firing may be late; None for any.
    """
    schedule = parse(expression)
    if deadline is None or not isinstance(schedule, Every) or deadline >= schedule.seconds:
        return ""
    return (
        f"It never fires: Kubernetes looks back no further than the starting deadline ({deadline:g} s), and counts "
        f"@every from there. Give a deadline of more than {schedule.seconds} s, or none."
    )


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
