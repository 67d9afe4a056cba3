"""Cron expressions: what a CronJob takes, and when it fires.

The one place that asks croniter. What croniter would accept and Kubernetes refuses is refused here first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

FIELDS = ("minute", "hour", "day of month", "month", "day of week")
MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")

_PLAIN = re.compile(r"[0-9*/,?-]+")
_NAMED = re.compile(r"(?:[0-9*/,?-]|[A-Za-z]{3})+")


def cron_problem(expression: str) -> str:
    """What is wrong with a CronJob's schedule; empty when nothing is."""
    from croniter import CroniterError, croniter  # noqa: PLC0415  (only what has a schedule pays for it)

    if expression.strip() in MACROS:
        return ""
    fields = expression.split()
    if len(fields) != len(FIELDS):
        return f"it has {len(fields)} fields, and a CronJob takes {len(FIELDS)}: {', '.join(FIELDS)}"
    for name, field in zip(FIELDS, fields, strict=True):
        allowed = _NAMED if name in ("month", "day of week") else _PLAIN
        if not allowed.fullmatch(field):
            return f"{field!r} is not valid for {name}"
    if re.search(r"(?<![\d/])7(?!\d)", fields[-1]):
        return "a CronJob's day of week goes from 0 to 6: Sunday is 0"
    try:
        croniter.expand(expression)
    except CroniterError as error:
        return str(error)
    return ""


def zone_problem(name: str) -> str:
    """What is wrong with a time zone; empty when nothing is."""
    try:
        _zone(name)
    except (KeyError, ValueError, OSError):
        return "it is not the name of a time zone, such as Europe/Berlin or Etc/UTC"
    return ""


def fire_times(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The times at which a schedule fires, in UTC, from the first one after the given time on.

    Args:
        expression: Without a problem, as `cron_problem` says.
        zone: The IANA name of its time zone.
        after: With its zone.
    """
    from croniter import CroniterBadDateError, croniter  # noqa: PLC0415

    times = croniter(expression, after.astimezone(_zone(zone)))
    while True:
        try:
            yield times.get_next(datetime).astimezone(UTC)
        except CroniterBadDateError:  # It never fires, as on the 30th of February.
            return


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    if not name or name == "Local":
        raise ValueError(name)
    return UTC if name == "Etc/UTC" else ZoneInfo(name)
