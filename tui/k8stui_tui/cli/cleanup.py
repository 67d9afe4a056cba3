"""`k8stui pods clean`, `delete`, `evict`: pods go after their plan was shown, each only as it was planned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui_tui.cli.asking import Yes, agree, can_ask
from k8stui_tui.cli.output import Format, note, say, structured
from k8stui_tui.cli.session import EXIT_FAILED, Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from k8stui.cluster.client import Cluster
    from k8stui.control.cleanup.carrying import Report
    from k8stui.control.cleanup.plan import CleanupPlan, Way
    from k8stui.control.pods.candidates import Candidate

Find: TypeAlias = "Callable[[Cluster], Awaitable[list[Candidate]]]"
"""Which pods are meant."""

Pods = Annotated[list[str], typer.Argument(metavar="POD", help="Names of pods, anybody's.")]
Filter = Annotated[
    list[str],
    typer.Argument(
        metavar="FILTER",
        help="Words, !words, and fields: status: pod: run: pipeline: step: node: reason: owner: label:k=v namespace: "
        "age:>1h restarts:>3. Several must all hold; a,b means either.",
    ),
]
Running = Annotated[bool, typer.Option("--running", help="Also pods that have not ended.")]
Grace = Annotated[
    int | None, typer.Option("--grace-period", min=0, metavar="SECONDS", help="Time to end; each pod's own.")
]
Force = Annotated[bool, typer.Option("--force", help="At once, without time to end: as --grace-period=0.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only ask the server what it would let go.")]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write what became of each pod to a file, as JSON.")
]


def clean(
    filters: Filter,
    *,
    evict: Annotated[
        bool,
        typer.Option(
            "--evict", help="Evict those that have not ended instead, as a drain does: honour disruption budgets."
        ),
    ] = False,
    running: Running = False,
    grace_period: Grace = None,
    force: Force = False,
    selector: Annotated[str, typer.Option("--selector", "-l", help="A label selector, as kubectl takes it.")] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    report: ReportFile = None,
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Delete, or evict, the pods that a filter finds.

    Shows which would go and why the others stay, asks the server about each of them, and asks you. Pods that have not
    ended stay without --running; one that was replaced or started meanwhile is left alone. What is refused
    keeps nothing else (the exit code is 1 then).
    """
    from k8stui.control.cleanup.carrying import find_candidates
    from k8stui.control.cleanup.plan import FIELDS, Way
    from k8stui.control.words.filtering import check_filter

    text = " ".join(filters).strip()
    if not text and not selector:
        raise InvalidInputError("Which pods are to go? The filter is empty.", hint="As status:evicted,failed age:>1h")
    check_filter(text, FIELDS)

    async def find(cluster: Cluster) -> list[Candidate]:
        return await find_candidates(cluster, text, all_namespaces=all_namespaces, labels=selector)

    way, grace = Way.EVICT if evict else Way.DELETE, 0 if force else grace_period
    _run(
        find, way, (context, namespace, kubeconfig), output, running=running or evict, grace=grace,
        dry_run=dry_run, yes=yes, report=report, everywhere=all_namespaces,
    )  # fmt: skip


def delete(
    pod: Pods,
    *,
    grace_period: Grace = None,
    force: Force = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Delete pods by name, after the plan was shown; those that have not ended too."""
    from k8stui.control.cleanup.plan import Way

    place, grace = (context, namespace, kubeconfig), 0 if force else grace_period
    _run(_named(pod), Way.DELETE, place, output, running=True, grace=grace, dry_run=dry_run, yes=yes)


def evict(
    pod: Pods,
    *,
    grace_period: Grace = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Evict pods by name: as a drain does, so that disruption budgets are honoured and steps are tried again."""
    from k8stui.control.cleanup.plan import Way

    place = context, namespace, kubeconfig
    _run(_named(pod), Way.EVICT, place, output, running=True, grace=grace_period, dry_run=dry_run, yes=yes)


def _named(wanted: list[str]) -> Find:
    async def find(cluster: Cluster) -> list[Candidate]:
        from k8stui.control.cleanup.carrying import find_candidates

        found = {one.pod.name: one for one in await find_candidates(cluster, "")}
        missing = [name for name in dict.fromkeys(wanted) if name not in found]
        if missing:
            raise NotFoundError(
                f"There is no pod {', '.join(missing)} in namespace {cluster.namespace}; nothing was done.",
                hint=f"List them with: k8stui pods list --all -n {cluster.namespace}",
            )
        return [found[name] for name in dict.fromkeys(wanted)]

    return find


def _run(
    find: Find,
    way: Way,
    place: tuple[str | None, str | None, Path | None],
    output: Format,
    *,
    running: bool,
    grace: int | None,
    dry_run: bool,
    yes: bool,
    report: Path | None = None,
    everywhere: bool = False,
) -> None:
    """Find, plan, dry run, ask, do, report.

    Args:
        find: Which pods are meant.
        way: How they go.
        place: Context, namespace and kubeconfig.
        output: How it is printed.
        running: Whether those that have not ended go too.
        grace: Seconds that each has to end; None for its own.
        dry_run: Only show what the server would let go.
        yes: Do not ask.
        report: Where what became of each is written.
        everywhere: In all namespaces.
    """
    if report:
        _prepare(report)

    async def work() -> int:
        import aiofiles

        from k8stui.control.cleanup.carrying import clean_up, runs_going_on
        from k8stui.control.cleanup.plan import plan_cleanup
        from k8stui.control.cleanup.told import rows

        async with cluster_of(*place) as cluster:
            found = await find(cluster)
            going_on = await runs_going_on(cluster, all_namespaces=everywhere) if running else set()
            plan = plan_cleanup(found, going_on=going_on, running=running, way=way, grace_seconds=grace)
            tried = await clean_up(cluster, plan, dry_run=True)
            if dry_run or not tried.done:
                _show(plan, tried, output)
                return EXIT_FAILED if tried.refused else 0
            _ask(cluster, plan, tried, yes=yes)
            plan = plan.only(tried.done)
            done = await clean_up(cluster, plan, on_progress=_progress)
            done.refused[:0] = tried.refused
        if report:
            async with aiofiles.open(report, "w", encoding="utf-8") as file:
                await file.write(structured(rows(plan, done, dry=False), Format.JSON) + "\n")
        _tell(plan, done, output)
        return EXIT_FAILED if done.refused else 0

    execute(work(), interrupted="Interrupted; what had gone by then is gone.")


def _prepare(report: Path) -> None:
    """Find out before anything goes whether what becomes of it can be written down."""
    try:
        with report.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise InvalidInputError(f"--report {str(report)!r} cannot be written: {error.strerror}.") from None


def _line(one: Candidate) -> str:
    return f"{one.called}  {one.pod.status}  {cell(one.pod.reason)}".rstrip()


def _show(plan: CleanupPlan, tried: Report, output: Format) -> None:
    from k8stui.control.cleanup.told import rows

    if output.structured:
        say(structured(rows(plan, tried, dry=True), output))
        return
    for one in tried.done:
        say(one.pod.name if output is Format.NAME else _line(one))
    _summary(plan, tried)


def _summary(plan: CleanupPlan, tried: Report) -> None:
    for line in plan.summary():
        note(line)
    if plan.going:
        note(f"dry run on the server: {len(tried.done)} allowed")
    for line in tried.lines():
        note(f"  {cell(line)}")


def _ask(cluster: Cluster, plan: CleanupPlan, tried: Report, *, yes: bool) -> None:
    if can_ask() and not yes:
        for one in plan.going[:20]:
            note(f"  {_line(one)}")
        if len(plan.going) > 20:
            note(f"  and {len(plan.going) - 20} more (--dry-run lists all)")
        _summary(plan, tried)
    places, count = {one.pod.namespace for one in tried.done}, len(tried.done)
    agree(cluster, f"{plan.way.capitalize()} {count}?", count=count, yes=yes, namespaces=places)


def _progress(report: Report) -> None:
    if sys.stderr.isatty():
        end = "\n" if report.tried == report.total else ""
        sys.stderr.write(f"\r{report.tried} of {report.total}{end}")
        sys.stderr.flush()


def _tell(plan: CleanupPlan, done: Report, output: Format) -> None:
    from k8stui.control.cleanup.told import rows

    word = "evicted" if plan.way == "evict" else "deleted"
    if output.structured:
        say(structured(rows(plan, done, dry=False), output))
    else:
        for one in done.done:
            say(one.pod.name if output is Format.NAME else f"{one.called} {word}")
    for one, error in done.refused:
        note(f"{one.called} was not {word}: {cell(error.message)}")
    note(f"{len(done.done)} of {done.tried} pods {word}.")
