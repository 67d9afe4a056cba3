"""`k8stui uninstall`: take out of a namespace what k8stui has made there, after its plan was shown."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import ConflictError
from k8stui_tui.cli.asking import Yes, agree, can_ask
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import EXIT_FAILED, Context, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column, render
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.uninstalling.carrying import UninstallPlan
    from k8stui.control.uninstalling.judging import Piece
    from k8stui.model.errors import K8stuiError


def uninstall(
    runs: Annotated[
        bool, typer.Option("--runs", help="Also records of ended runs with Jobs and pods, and step caches.")
    ] = False,
    schedules: Annotated[bool, typer.Option("--schedules", help="Also k8stui's schedules.")] = False,
    store: Annotated[
        bool, typer.Option("--store", help="Also the claim that init made, with all artifacts in it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Take k8stui out of a namespace: what `init` and runs have made, and nothing of anybody else's.

    Shows what goes and what stays, and asks. Service accounts, role and role binding of the orchestrator go; the rest
    where it is asked for. Nothing goes while a run goes on.
    """

    async def work() -> int:
        from k8stui.control.uninstalling.carrying import plan_uninstall
        from k8stui.control.uninstalling.carrying import uninstall as carry_out
        from k8stui.control.uninstalling.judging import Wanted

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            plan = await plan_uninstall(cluster, Wanted(runs=runs, schedules=schedules, store=store))
            if dry_run or not any(one.goes for one in plan.pieces):
                _show(plan, output)
                return 0
            cluster.guard.admit_elsewhere(f"uninstall anything from namespace {plan.namespace}")
            if plan.obstacles:
                raise ConflictError("Nothing was deleted.", hint="\n".join(plan.obstacles))
            _ask(cluster, plan, yes=yes)
            done = await carry_out(cluster, plan)
        _report(plan, done, output)
        return EXIT_FAILED if any(error for _, error in done) else 0

    execute(work(), interrupted="Interrupted; what had been deleted by then is gone.")


def _show(plan: UninstallPlan, output: Format) -> None:
    going = (_name(one) for one in plan.pieces if one.goes)
    if not answered([one.told() for one in plan.pieces], going, output) and plan.pieces:
        table(_columns(), _rows(plan))
    for line in (*plan.obstacles, *_summary(plan)):
        note(cell(line))


def _columns() -> list[Column]:
    return [Column("PLAN"), Column("KIND"), Column("NAME", flexible=True), Column("WHY", flexible=True)]


def _rows(plan: UninstallPlan) -> list[list[str]]:
    return [["delete" if one.goes else "keep", one.kind, one.name, one.why] for one in plan.pieces]


def _summary(plan: UninstallPlan) -> list[str]:
    if not plan.pieces:
        return [f"k8stui has made nothing that is still in namespace {plan.namespace}."]
    goes = Counter(one.goes for one in plan.pieces)
    stays = "The namespace itself and its labels stay."
    return [f"{goes[True]} of {len(plan.pieces)} go from namespace {plan.namespace}. {stays}"]


def _ask(cluster: Cluster, plan: UninstallPlan, *, yes: bool) -> None:
    if can_ask() and not yes:
        for line in render(_columns(), _rows(plan), columns_wide=shutil.get_terminal_size().columns):
            note(line)
        for line in _summary(plan):
            note(cell(line))
    going = sum(one.goes for one in plan.pieces)
    question = f"Delete them from namespace {plan.namespace}? They cannot be had back."
    agree(cluster, question, count=going, yes=yes, namespaces=[plan.namespace], undone="Nothing was deleted")


def _report(plan: UninstallPlan, done: Sequence[tuple[Piece, K8stuiError | None]], output: Format) -> None:
    errors = {(one.kind, one.name): error for one, error in done}
    if output.structured:
        told = []
        for one in plan.pieces:
            error = errors.get((one.kind, one.name))
            told.append(one.told(deleted=one.goes and not error, error=error.message if error else ""))
        say(structured(told, output))
    for one, error in done:
        if error:
            note(f"{_name(one)} was not deleted: {cell(error.message)}")
        elif not output.structured:
            say(_name(one) if output is Format.NAME else f"{_name(one)} deleted")
    note(f"{sum(error is None for _, error in done)} of {len(done)} deleted from namespace {plan.namespace}.")


def _name(piece: Piece) -> str:
    return f"{piece.kind.lower()}/{piece.name}"
