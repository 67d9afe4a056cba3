"""`k8stui schedule list` and `show`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from k8stui.model.scheduleviews import ScheduleView


def list_(
    pipeline: Annotated[str, typer.Option("--pipeline", help="Only schedules of this pipeline.")] = "",
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """List schedules: how the last run of each ended and how long ago, when it fires next, what it missed."""

    async def work() -> None:
        from k8stui.control.schedules.listing import list_schedules

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await list_schedules(cluster, all_namespaces=all_namespaces, pipeline=pipeline)
            where = "any namespace" if all_namespaces else f"namespace {cluster.namespace}"
        if answered(found, (one.name for one in found), output):
            return
        if found:
            _table(found, wide=output is Format.WIDE, namespaces=all_namespaces)
        else:
            note(f"No schedules in {where}.")

    execute(work())


def show(
    schedule: Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Show a schedule.

    With `-o json` all that is known; `describe` tells why it does not fire.
    """

    async def work() -> None:
        from k8stui.control.schedules.listing import show_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            view = await show_schedule(cluster, schedule)
        if output.structured:
            say(structured(view, output))
        elif output is Format.NAME:
            say(view.name)
        else:
            _table([view], wide=output is Format.WIDE, namespaces=False)

    execute(work())


def _table(found: list[ScheduleView], *, wide: bool, namespaces: bool) -> None:
    from k8stui.control.words.spans import age, minute, span

    columns = [Column("NAMESPACE", flexible=True)] if namespaces else []
    columns += [Column("SCHEDULE", flexible=True), Column("PIPELINE", flexible=True), Column("CRON", flexible=True)]
    columns += [Column("ZONE", flexible=True), Column("LAST RUN"), Column("NEXT")]
    columns += [Column(title, right=True) for title in ("SUCCESS", "ACTIVE", "MISSED")]
    if wide:
        columns += [Column("USUAL", right=True), Column("LAST"), Column("NEXT AT"), Column("CONCURRENCY")]
        columns += [Column("MADE WITH"), Column("AGE", right=True), Column("BY", flexible=True)]
    now = time.time()
    rows = []
    for one in found:
        row = [one.namespace] if namespaces else []
        row += [one.name, one.pipeline, one.cron, one.time_zone, last_run(one, now), next_time(one, now)]
        row += [success(one), str(len(one.active)), missed(one)]
        if wide:
            row += [span(one.usual), minute(one.last), minute(one.next), one.concurrency]
            row += [one.origin, age(one.created, now), one.submitted_by]
        rows.append(row)
    table(columns, rows)


def last_run(view: ScheduleView, now: float) -> str:
    """How the newest run is or how long ago it ended: `succeeded 3h05m`."""
    from k8stui.control.words.spans import age

    last = view.last_run
    return f"{last.state.value} {age(last.finished or last.created, now)}".rstrip() if last else ""


def next_time(view: ScheduleView, now: float) -> str:
    """How long it is until it fires: `in 8h02m`, `suspended`, `never`."""
    from k8stui.control.words.spans import age

    if view.suspended:
        return "suspended"
    return "never" if view.next is None else f"in {age(now, view.next)}"


def success(view: ScheduleView) -> str:
    """How many of the last ended runs went well: `9/10`."""
    good = sum(state.value == "succeeded" for state in view.outcomes)
    return f"{good}/{len(view.outcomes)}" if view.outcomes else ""


def missed(view: ScheduleView) -> str:
    """How often it should have fired and has not: `3`, `>100`."""
    from k8stui.control.schedules.timing import MOST_MISSED

    return f">{MOST_MISSED - 1}" if view.missed >= MOST_MISSED else str(view.missed)
