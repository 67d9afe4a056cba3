"""`k8stui schedule next`: when a schedule would fire, told without a cluster."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.output import Format, note, say, structured, table
from k8stui_tui.cli.session import Output
from k8stui_tui.cli.tables import Column
from k8stui_tui.instants import instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

MOST = 10_000


def next_(
    cron: Annotated[str, typer.Option("--cron", help="A CronJob's schedule, as `5 2 * * *` or `@every 90m`.")],
    *,
    time_zone: Annotated[str, typer.Option("--time-zone", help="IANA zone that --cron is meant in.")] = "Etc/UTC",
    start: Annotated[
        str, typer.Option("--from", metavar="INSTANT", help="After which moment, as `2026-11-25T14:00:00Z`; now.")
    ] = "",
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=MOST, help="How many times.")] = 10,
    output: Output = Format.TABLE,
) -> None:
    """Tell when a schedule fires, exactly as Kubernetes finds it, and what may surprise; needs no cluster.

    Times of `@every` are counted from --from, as the controller counts them from the last firing.
    """
    from k8stui.model.cron import cron_problem, fire_times, zone_of, zone_problem
    from k8stui.model.cron.notes import notes

    if problem := cron_problem(cron):
        raise InvalidInputError(f"--cron {cron!r} is not possible: {problem}", hint="As --cron '5 2 * * *'.")
    if problem := zone_problem(time_zone):
        raise InvalidInputError(f"--time-zone {time_zone!r} is not possible: {problem}.")
    after = instant(start, "--from") if start else datetime.fromtimestamp(time.time(), UTC)
    zone = zone_of(time_zone)
    found = list(islice(fire_times(cron, time_zone, after), count))
    if output.structured:
        say(structured([utc(moment) for moment in found], output))
        return
    if output is Format.NAME:
        for moment in found:
            say(utc(moment))
        return
    if found:
        times_table(found, zone, time_zone, after)
    for sentence in notes(cron, zone, after):
        note(f"Note: {sentence}")


def utc(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def times_table(found: Sequence[datetime], zone: tzinfo, name: str, after: datetime) -> None:
    """Print when a schedule fires, in its own zone and in UTC."""
    from k8stui.control.words.spans import age

    # Only @every can give seconds.
    shape = "%a %d %b %Y %H:%M:%S" if any(moment.second for moment in found) else "%a %d %b %Y %H:%M"
    columns = [Column(name), Column("ZONE"), Column("UTC"), Column("IN", right=True)]
    rows = []
    for moment in found:
        local = moment.astimezone(zone)
        until = age(after.timestamp(), moment.timestamp())
        rows.append([local.strftime(shape), local.tzname() or "", utc(moment), until])
    table(columns, rows)
