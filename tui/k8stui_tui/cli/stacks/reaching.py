"""Asks what connectors lead to, and prints it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from k8stui.model.errors import K8stuiError
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.tables import Column
from k8stui_tui.sanitize import cell
from k8stui_tui.stacktexts import reached_plain, verified_plain

if TYPE_CHECKING:
    from k8stui.stacks.connectors.verifying import Reached, Verified


async def verify_connector(name: str, resource: str, output: Format) -> int:
    """Log in to one cluster of a connector, or to all; gives the exit code."""
    from k8stui.stacks.connecting import usable_connector
    from k8stui.stacks.connectors.registering import connector_called
    from k8stui.stacks.connectors.verifying import verify
    from k8stui.stacks.document import StackFile

    connector = await usable_connector(name, connector_called(StackFile().read(), name))
    found = await verify(connector, resource, interactive=sys.stdin.isatty())
    if not answered([verified_plain(one) for one in found], (one.cluster for one in found if not one.error), output):
        _say_verified(name, found)
    return next((one.error.exit_code for one in found if one.error), 0)


def _say_verified(name: str, found: list[Verified]) -> None:
    if not found:
        note(f"The connector {name} reaches no cluster.")
        return
    columns = [Column("CLUSTER"), Column("ANSWER"), Column("VERSION"), Column("YOU ARE", flexible=True)]
    columns += [Column("SERVER", flexible=True)]
    rows = [(one.cluster, "no" if one.error else "yes", one.version, one.user, one.server) for one in found]
    table(columns, rows)
    for one in found:
        if one.error:
            _tell(one.cluster, one.error)


async def list_all_resources(kind: str, output: Format, *, exclude_errors: bool) -> int:
    """Print the clusters of all connectors, or of those of a type; gives the exit code."""
    from k8stui.stacks.connectors.types import CLUSTERS, type_called
    from k8stui.stacks.connectors.verifying import reach
    from k8stui.stacks.document import StackFile

    if kind:
        type_called(kind)
    registered = {name: one for name, one in StackFile().read().connectors.items() if kind in ("", one.type)}
    found = [one for one in await reach(registered) if not (exclude_errors and one.error)]
    if output.structured:
        say(structured([reached_plain(one) for one in found], output))
    elif output is Format.NAME:
        for one in found:
            for cluster in one.clusters:
                say(f"{one.name}/{cluster}")
    elif not found:
        note("No service connector leads anywhere." if registered else "No service connector is registered.")
    else:
        columns = [Column("CONNECTOR NAME"), Column("CONNECTOR TYPE"), Column("RESOURCE TYPE")]
        columns += [Column("RESOURCE NAME", flexible=True)]
        table(columns, [row for one in found for row in _rows(one, CLUSTERS)])
        for one in found:
            if one.error:
                _tell(one.name, one.error)
    return 0


def _rows(one: Reached, resource_type: str) -> list[tuple[str, ...]]:
    names = one.clusters or ("error" if one.error else "none",)
    first = (one.name, one.kind, resource_type)
    return [(*(first if number == 0 else ("", "", "")), name) for number, name in enumerate(names)]


def _tell(name: str, error: K8stuiError) -> None:
    note(cell(f"{name}: {error.message}"))
    for line in error.hint.splitlines():
        note(f"  {cell(line)}")
