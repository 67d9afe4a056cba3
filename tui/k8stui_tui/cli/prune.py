"""`k8stui runs prune`: delete ended runs by age and number, after their plan was shown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.asking import Yes, agree, can_ask
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import EXIT_FAILED, Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.states import run_states
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.lifecycle.pruning import PruneRule, Verdict
    from k8stui.model.errors import K8stuiError


def prune(
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="Only runs that ended so long ago, as `12h` or `7d`.")
    ] = "",
    keep: Annotated[
        int | None, typer.Option("--keep", min=0, metavar="NUMBER", help="Keep so many of each pipeline, the newest.")
    ] = None,
    pipeline: Annotated[str, typer.Option("--pipeline", help="Only runs of this pipeline.")] = "",
    status: Annotated[str, typer.Option("--status", help="Only runs that ended so, as `succeeded,failed`.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    yes: Yes = False,
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Delete ended runs by age and number, with their Jobs, pods, results and records.

    Shows what goes and what stays, and asks. Runs that go on always stay. Each run is deleted only as it was planned;
    what is refused is told at the end and keeps nothing else (the exit code is 1 then).
    """
    rule = _rule(older_than, keep, pipeline, status)

    async def work() -> int:
        from k8stui.control.lifecycle.pruning import plan_prune, prune

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            plan = await plan_prune(cluster, rule, all_namespaces=all_namespaces)
            going = [verdict for verdict in plan if verdict.goes]
            if dry_run or not going:
                _show(plan, output)
                return 0
            _ask(cluster, plan, yes=yes)
            done = await prune(cluster, plan)
        errors = {one.uid: error for one, error in done}
        _report(plan, errors, output)
        return EXIT_FAILED if any(errors.values()) else 0

    execute(work(), interrupted="Interrupted; what had been deleted by then is gone.")


def _rule(older_than: str, keep: int | None, pipeline: str, status: str) -> PruneRule:
    from k8stui.control.lifecycle.pruning import PruneRule
    from k8stui.control.words.spans import seconds_of

    try:
        seconds = seconds_of(older_than) if older_than else None
    except ValueError:
        raise InvalidInputError(f"--older-than {older_than!r} is not an age such as 30m, 12h or 7d.") from None
    if seconds is None and keep is None:
        raise InvalidInputError("Which runs are to go? Give --older-than, --keep, or both.")
    return PruneRule(older_than=seconds, keep=keep, pipeline=pipeline, states=run_states(status))


def _show(plan: Sequence[Verdict], output: Format) -> None:
    """What goes, and of the others how many stay for which reason."""
    going = [verdict for verdict in plan if verdict.goes]
    if not answered([verdict.view() for verdict in plan], (verdict.run.run for verdict in going), output):
        _table(plan if output is Format.WIDE else going)
        for line in _summary(plan):
            note(line)


def _table(plan: Sequence[Verdict]) -> None:
    from k8stui.control.words.spans import age

    if not plan:
        return
    columns = [Column("PLAN"), Column("RUN"), Column("NAMESPACE"), Column("PIPELINE", flexible=True), Column("STATUS")]
    columns += [Column("AGE", right=True), Column("WHY", flexible=True)]
    now, rows = time.time(), []
    for one in plan:
        run = one.run
        row = ["delete" if one.goes else "keep", run.run, run.namespace, run.pipeline, run.state.value]
        rows.append([*row, age(run.created, now), one.why])
    table(columns, rows)


def _summary(plan: Sequence[Verdict]) -> list[str]:
    goes = sum(verdict.goes for verdict in plan)
    reasons = Counter(verdict.why for verdict in plan if not verdict.goes)
    lines = [f"{goes} of {len(plan)} runs {'goes' if goes == 1 else 'go'}."]
    return lines + [f"{count} stay{'s' if count == 1 else ''}: {why}" for why, count in reasons.most_common()]


def _ask(cluster: Cluster, plan: Sequence[Verdict], *, yes: bool) -> None:
    going = [one.run for one in plan if one.goes]
    if can_ask() and not yes:
        for one in plan:
            if one.goes:
                note(f"  {one.run.run}  {one.run.state.value}  {one.why}")
        for line in _summary(plan):
            note(line)
    agree(
        cluster, "Delete with Jobs, pods, results and records?", count=len(going), yes=yes,
        namespaces={run.namespace for run in going}, undone="Nothing was deleted",
    )  # fmt: skip


def _report(plan: Sequence[Verdict], errors: Mapping[str, K8stuiError | None], output: Format) -> None:
    if output.structured:
        views = [one.view(deleted=one.goes and not errors[one.uid], error=errors.get(one.uid)) for one in plan]
        say(structured(views, output))
    for one in plan:
        if error := errors.get(one.uid):
            note(f"{one.run.run} was not deleted: {error.message}")
        elif one.goes and not output.structured:
            say(one.run.run if output is Format.NAME else f"{one.run.run} deleted")
    refused = sum(map(bool, errors.values()))
    note(f"{len(errors) - refused} of {len(errors)} runs deleted.")
