"""`k8stui schedule list`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui_tui.cli.output import Format, note, say, structured, table
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
    """List schedules."""

    async def work() -> None:
        from k8stui.control.schedules.listing import list_schedules

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await list_schedules(cluster, all_namespaces=all_namespaces, pipeline=pipeline)
            where = "any namespace" if all_namespaces else f"namespace {cluster.namespace}"
        if output.structured:
            say(structured(found, output))
        elif output is Format.NAME:
            for one in found:
                say(one.name)
        elif found:
            _table(found, wide=output is Format.WIDE, namespaces=all_namespaces)
        else:
            note(f"No schedules in {where}.")

    execute(work())


def _table(found: list[ScheduleView], *, wide: bool, namespaces: bool) -> None:
    from k8stui.control.spans import age, minute

    columns = [Column("NAMESPACE")] if namespaces else []
    columns += [Column("SCHEDULE"), Column("PIPELINE", flexible=True), Column("CRON"), Column("ZONE")]
    columns += [Column("SUSPENDED"), Column("ACTIVE", right=True), Column("LAST", right=True), Column("NEXT")]
    columns += [Column("CONCURRENCY"), Column("AGE", right=True), Column("BY", flexible=True)] if wide else []
    now = time.time()
    rows = []
    for one in found:
        row = [one.namespace] if namespaces else []
        row += [one.name, one.pipeline, one.cron, one.time_zone, "yes" if one.suspended else "no"]
        row += [str(len(one.active)), age(one.last, now), minute(one.next)]
        row += [one.concurrency, age(one.created, now), one.submitted_by] if wide else []
        rows.append(row)
    table(columns, rows)
