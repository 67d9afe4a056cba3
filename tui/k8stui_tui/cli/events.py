"""`k8stui events`: what Kubernetes said lately, filtered as on the screen, and followed."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui.model.errors import ForbiddenError
from k8stui_tui.cli.output import Format, json_text, note, say, say_name, structured, table
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.events.lines import EventLine
    from k8stui.control.events.reading import Event


def events(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILTER]...", help="As `type:warning reason:backoff object:pod/x run:… age:<1h`."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is said from now on.")] = False,
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """List what Kubernetes said within the last hour, the newest last.

    What was said again and again of one object is one line, with its count. With -f, lines that come or are said once
    more are printed as they do.
    """
    from k8stui.control.events.lines import FIELDS
    from k8stui.control.words.filtering import check_filter

    text = " ".join(words or ())
    check_filter(text, FIELDS)

    async def work() -> None:
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            await _print(cluster, text, output, everywhere=all_namespaces, follow=follow)

    execute(work())


async def _print(cluster: Cluster, text: str, output: Format, *, everywhere: bool, follow: bool) -> None:
    from k8stui.control.events.board import EventBoard
    from k8stui.control.events.lines import FIELDS, fields_of
    from k8stui.control.runs.board import RunBoard
    from k8stui.control.words.filtering import keeper

    keep = keeper(text, FIELDS)
    async with RunBoard(cluster, all_namespaces=everywhere) as runs:
        # They tell what run an object is of; who may not list them does without.
        with suppress(ForbiddenError):
            await runs.wait_synced()
        async with EventBoard(cluster, runs, all_namespaces=everywhere) as board:
            await board.wait_synced()
            version = -1
            shown: dict[str, Event] = {}
            while True:
                version, now = await board.wait_changed(version), time.time()
                lines = [line for line in reversed(board.lines) if shown.get(line.key) != line.event]
                shown = {line.key: line.event for line in board.lines}
                found = [line for line in lines if keep(fields_of(line, now))]
                if not follow:
                    where = "any namespace" if everywhere else f"namespace {cluster.namespace}"
                    _list(found, output, now, f"{'that match ' if text else ''}in {where}", namespaces=everywhere)
                    return
                for line in found:
                    say(_streamed(line, output, namespaces=everywhere))


def _list(found: list[EventLine], output: Format, now: float, which: str, *, namespaces: bool) -> None:
    from k8stui.control.words.spans import age

    if output.structured:
        say(structured(list(map(_plain, found)), output))
        return
    if output is Format.NAME:
        for name in dict.fromkeys(line.object for line in found):
            say_name(name)
        return
    if not found:
        note(f"No events {which}: Kubernetes keeps them for an hour.")
        return
    wide = output is Format.WIDE
    columns = [Column("NAMESPACE")] if namespaces else []
    columns += [Column("LAST", right=True), Column("TYPE"), Column("REASON"), Column("OBJECT", flexible=True)]
    columns += [Column("COUNT", right=True)]
    columns += [Column("RUN"), Column("FROM")] if wide else []
    rows = []
    for line in found:
        event = line.event
        cells = [line.namespace] if namespaces else []
        cells += [age(event.time, now), event.type, event.reason, line.object, str(event.count)]
        cells += [line.run, line.source] if wide else []
        rows.append([*cells, event.message])
    table([*columns, Column("MESSAGE", flexible=True)], rows)


def _streamed(line: EventLine, output: Format, *, namespaces: bool) -> str:
    """A line of a stream: columns cannot be as wide as what is still to come."""
    from k8stui.control.words.spans import clock

    if output is Format.JSON:
        return json_text(_plain(line))
    if output is Format.YAML:
        return f"---\n{structured(_plain(line), output)}"
    if output is Format.NAME:
        return cell(line.object)
    event = line.event
    often = f" ({event.count} times)" if event.count > 1 else ""
    where = f"{line.namespace}  " if namespaces else ""
    begin = f"{clock(event.time)[:8]}  {event.type:<7}  {where}{line.object}  {event.reason}{often}"
    return cell(f"{begin}: {event.message}")


def _plain(line: EventLine) -> dict[str, Any]:
    from k8stui.control.words.spans import iso

    event = line.event
    return {
        "time": iso(event.time),
        "type": event.type,
        "reason": event.reason,
        "namespace": line.namespace,
        "kind": line.kind,
        "name": line.name,
        "run": line.run,
        "from": line.source,
        "count": event.count,
        "message": event.message,
    }
