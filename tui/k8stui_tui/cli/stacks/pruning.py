"""`k8stui artifact-store prune`: delete what deleted runs have left in a store, after its plan was shown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.asking import Yes, agree, can_ask
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import EXIT_FAILED, Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.reclaiming.doomed import Judged
    from k8stui.model.errors import K8stuiError
    from k8stui.model.stacks import ArtifactStoreConfig

YOUNGEST = 3600
"""Seconds: nothing younger goes, whatever is asked for, since clocks of stores and machines differ."""


def prune(
    store: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Its name; the active stack's one.", show_default=False)
    ] = "",
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="Only what was written so long ago, as `12h` or `30d`.")
    ] = "1d",
    logs_older_than: Annotated[
        str,
        typer.Option(
            "--logs-older-than",
            metavar="AGE",
            help="Also archived logs that were written so long ago, of runs that are there and have ended.",
        ),
    ] = "",
    folder: Annotated[
        str, typer.Option("--folder", help="Where the volume of a file:// store is mounted on this machine.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    yes: Yes = False,
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Delete the artifacts of deleted runs of a namespace that nothing refers to any more, and their archived logs.

    Shows what goes and asks. Whatever is, or may be, of other namespaces or clusters stays; where something cannot be
    read, nothing is deleted.
    """
    now = time.time()
    before = now - _seconds("--older-than", older_than)
    logs_before = now - _seconds("--logs-older-than", logs_older_than) if logs_older_than else None
    config, secrets = _store(store, folder)

    async def work() -> int:
        from k8stui.control.clusters.contexts import list_namespaces
        from k8stui.control.reclaiming.carrying import Reclaiming

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            places = await list_namespaces(cluster) if all_namespaces else [cluster.namespace]
            reclaiming = Reclaiming(cluster, places, config, secrets, before=before, logs_before=logs_before)
            plan = await reclaiming.plan()
            if dry_run or not any(one.goes for one in plan):
                _show(plan, output)
                return 0
            reclaiming.admit()
            _ask(cluster, plan, config.path, places, yes=yes)
            done = await reclaiming.carry_out(plan)
        _report(done, output)
        return EXIT_FAILED if any(error for _, error in done) else 0

    execute(work(), interrupted="Interrupted; what had been deleted by then is gone.")


def _seconds(option: str, older_than: str) -> int:
    from k8stui.control.words.spans import seconds_of

    try:
        seconds = seconds_of(older_than)
    except ValueError:
        raise InvalidInputError(f"{option} {older_than!r} is not an age such as 12h or 30d.") from None
    if seconds < YOUNGEST:
        raise InvalidInputError(f"{option} {older_than!r} is not possible: it should be an hour at least.")
    return seconds


def _store(name: str, folder: str) -> tuple[ArtifactStoreConfig, dict[str, str]]:
    from k8stui.model.stacks import ArtifactStoreConfig
    from k8stui.stacks.active import active_stack
    from k8stui.stacks.document import StackFile
    from k8stui.stacks.kinds import KINDS
    from k8stui.stacks.secrets import Secrets

    file = StackFile()
    document = file.read()
    if not name and (stack := active_stack(document)):
        name = stack.names.artifact_store
    if not name:
        raise InvalidInputError("Which artifact store? No stack with one is active.", hint="Name it.")
    KINDS["artifact_store"].get(document, name)
    found = document.artifact_stores[name]
    if folder:
        if not found.config.path.startswith("file:"):
            raise InvalidInputError(f"--folder: {found.config.path} is no file:// store.")
        return ArtifactStoreConfig(path=f"file://{Path(folder).absolute()}"), {}
    secrets = Secrets(file.path).read(KINDS["artifact_store"].owner(name)) if found.secrets else {}
    return found.config, dict(secrets)


def _show(plan: Sequence[Judged], output: Format) -> None:
    """What goes, and of the others how many stay for which reason."""
    if not answered([one.view() for one in plan], (one.stored.key for one in plan if one.goes), output):
        _table(plan, wide=output is Format.WIDE)
        for line in _summary(plan):
            note(line)


def _table(plan: Sequence[Judged], *, wide: bool) -> None:
    if wide:
        columns = [Column("PLAN"), Column("SIZE", right=True), Column("OBJECT", flexible=True), Column("WHY")]
        rows = [["delete" if one.goes else "keep", _size(one.stored.size), one.stored.key, one.why] for one in plan]
    else:
        columns = [Column("RUN", flexible=True), Column("NAMESPACE"), Column("OBJECTS", right=True)]
        columns.append(Column("SIZE", right=True))
        count, size = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for one in plan:
            if one.goes:
                key = one.run or "code packages", one.namespace
                count[key] += 1
                size[key] += one.stored.size
        rows = [[*key, str(count[key]), _size(size[key])] for key in sorted(count)]
    if rows:
        table(columns, rows)


def _summary(plan: Sequence[Judged]) -> list[str]:
    going = [one for one in plan if one.goes]
    size = _size(sum(one.stored.size for one in going))
    lines = [f"{len(going)} of {len(plan)} objects {'goes' if len(going) == 1 else 'go'}, {size}."]
    reasons = Counter(one.why for one in plan if not one.goes)
    return lines + [f"{count} stay{'s' if count == 1 else ''}: {why}" for why, count in reasons.most_common()]


def _ask(cluster: Cluster, plan: Sequence[Judged], path: str, places: Sequence[str], *, yes: bool) -> None:
    if can_ask() and not yes:
        _table(plan, wide=False)
        for line in _summary(plan):
            note(line)
    question = f"Delete them from {path}? They cannot be had back."
    count = sum(one.goes for one in plan)
    agree(cluster, question, count=count, yes=yes, namespaces=places, undone="Nothing was deleted")


def _report(done: Sequence[tuple[Judged, K8stuiError | None]], output: Format) -> None:
    gone = [one for one, error in done if error is None]
    if output.structured:
        say(
            structured(
                [one.view(deleted=not error, error=error.message if error else "") for one, error in done], output
            )
        )
    elif output is Format.NAME:
        for one in gone:
            say(one.stored.key)
    else:
        _table(gone, wide=output is Format.WIDE)
    for one, error in done:
        if error:
            note(f"{one.stored.key} was not deleted: {error.message}")
    note(f"{len(gone)} of {len(done)} objects deleted, {_size(sum(one.stored.size for one in gone))}.")


def _size(count: int) -> str:
    from decimal import Decimal

    from k8stui.model.quantities import readable

    return f"{readable('storage', Decimal(count))}B"
