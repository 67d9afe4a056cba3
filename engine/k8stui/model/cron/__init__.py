"""Cron expressions: what a CronJob takes, when it fires, and what a person should know before it does.

`grammar` reads expressions as Kubernetes does, `walk` finds their times as its controller does, `notes` compares these
with the times that a person means.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from k8stui.model.cron.grammar import parse, refusal
from k8stui.model.cron.notes import why_refused
from k8stui.model.cron.walk import next_time


def cron_problem(expression: str) -> str:
    """What is wrong with a CronJob's schedule, in Kubernetes' words; empty when nothing is."""
    error = refusal(expression)
    if error is None:
        return ""
    where = f", in the {error.field}" if error.field else ""
    more = why_refused(error, expression)
    return f"{error}{where}. {more}" if more else f"{error}{where}"


def zone_problem(name: str) -> str:
    """What is wrong with a time zone; empty when nothing is."""
    try:
        zone_of(name)
    except (KeyError, ValueError, OSError):
        return "it is not the name of a time zone, such as Europe/Berlin or Etc/UTC"
    return ""


def zone_of(name: str) -> tzinfo:
    """A time zone by its IANA name.

    Raises:
        KeyError: It is not known.
        ValueError: It is none that a CronJob may name.
    """
    if not name or name.lower() == "local":
        raise ValueError(name)
    from zoneinfo import ZoneInfo  # noqa: PLC0415  (only what has a schedule pays for it)

    # The default zone needs no database of zones, which small images and hosts lack.
    return UTC if name == "Etc/UTC" else ZoneInfo(name)


def fire_times(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The times at which a schedule fires, in UTC, from the first one after the given time on.

    Args:
        expression: Without a problem, as `cron_problem` says.
        zone: The IANA name of its time zone.
        after: With its zone. Times of `@every` are counted from it, as the controller does from the last firing.
    """
    schedule, where = parse(expression), zone_of(zone)
    moment = next_time(schedule, where, after)
    while moment is not None:
        yield moment
        moment = next_time(schedule, where, moment)
