"""`k8stui schedule calendar`: what fires in the coming day or week, over all schedules."""

from __future__ import annotations

import shutil
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.output import Format, answered, note, say
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute

if TYPE_CHECKING:
    from k8stui.control.schedules.calendar import ScheduleCalendar

PIPED = 120
"""Columns where there is no terminal."""


def calendar_(
    days: Annotated[int, typer.Option("--days", min=1, max=31, help="1 for a day by the hour, 7 for a week.")] = 1,
    time_zone: Annotated[str, typer.Option("--time-zone", help="IANA zone to tell it in; this machine's.")] = "",
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Show what fires in the coming day or week over all schedules, and what piles up.

    Runs are taken to last as long as those of their schedule usually do. Suspended schedules are left out.
    """
    from k8stui.model.cron import zone_of, zone_problem

    if time_zone and (problem := zone_problem(time_zone)):
        raise InvalidInputError(f"--time-zone {time_zone!r} is not possible: {problem}.")

    async def work() -> None:
        from k8stui.control.schedules.calendar import calendar
        from k8stui.control.schedules.calendar_text import calendar_lines
        from k8stui.control.schedules.listing import list_schedules
        from k8stui.control.schedules.localzone import local_zone

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            schedules = await list_schedules(cluster, all_namespaces=all_namespaces)
            where = "any namespace" if all_namespaces else f"namespace {cluster.namespace}"
        zone = zone_of(time_zone) if time_zone else local_zone()
        found = calendar(schedules, datetime.fromtimestamp(time.time(), UTC), days, zone)
        if answered(_plain(found), (entry.schedule.name for entry in found.entries), output):
            return
        if schedules:
            room = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED
            for line in calendar_lines(found, room):
                say(line)
        else:
            note(f"No schedules in {where}.")

    execute(work())


def _plain(found: ScheduleCalendar) -> dict[str, Any]:
    from k8stui.control.words.spans import iso

    return {
        "start": iso(found.start.timestamp()),
        "end": iso(found.end.timestamp()),
        "most": found.most,
        "most_at": iso(found.most_at),
        "suspended": found.suspended,
        "unread": list(found.unread),
        "schedules": [
            {
                **entry.schedule.model_dump(mode="json", include={"name", "namespace", "pipeline", "usual"}),
                "count": entry.count,
                "every": entry.every,
                "frequent": entry.frequent,
                "times": [] if entry.frequent else [iso(moment) for moment in entry.times],
            }
            for entry in found.entries
        ],
        "pile_ups": [
            {"first": iso(one.first), "times": one.times, "most": one.most, "schedules": list(one.names)}
            for one in found.pile_ups
        ],
    }
