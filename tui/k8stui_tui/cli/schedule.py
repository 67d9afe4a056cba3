"""`k8stui schedule`: create, list, suspend, resume, trigger and delete schedules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError, WaitTimeoutError
from k8stui_tui.cli.fires import next_
from k8stui_tui.cli.output import Format, note, say, structured, table
from k8stui_tui.cli.run import Image, NoCache, Parameters, Target, parameters
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from k8stui.cluster.client import Cluster
    from k8stui.model.pipeline import PipelineSpec
    from k8stui.model.schedule import ScheduleSpec
    from k8stui.model.views import ScheduleView

app = typer.Typer(no_args_is_help=True, help="Create, list, suspend and delete schedules.", rich_markup_mode=None)

app.command("next")(next_)

Schedules = Annotated[list[str], typer.Argument(metavar="SCHEDULE", help="Names of schedules.")]


@app.command()
def create(
    target: Target,
    *,
    cron: Annotated[
        str, typer.Option("--cron", help="When it fires, as `5 2 * * *`; the pipeline's own schedule.")
    ] = "",
    time_zone: Annotated[str, typer.Option("--time-zone", help="IANA zone that --cron is meant in; Etc/UTC.")] = "",
    name: Annotated[str, typer.Option("--name", help="Its name; the pipeline's with a random suffix.")] = "",
    param: Parameters = None,
    image: Image = "",
    no_cache: NoCache = False,
    concurrency: Annotated[
        str, typer.Option("--concurrency", help="Allow, Forbid or Replace, while an earlier run goes on; Allow.")
    ] = "",
    starting_deadline: Annotated[
        int | None, typer.Option("--starting-deadline", min=0, help="Seconds that a run may be late; any.")
    ] = None,
    suspend: Annotated[bool, typer.Option("--suspend", help="Begin suspended.")] = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Create a schedule for a pipeline.

    What is not given is taken from the pipeline's own `Schedule`, where it has one.
    """
    from k8stui.authoring.load import load

    spec = load(target).trace(parameters(param or []))
    given = {
        "cron": cron,
        "time_zone": time_zone,
        "name": name,
        "concurrency": concurrency,
        "starting_deadline": starting_deadline,
        "suspend": suspend,
    }
    schedule = _schedule(spec, {key: value for key, value in given.items() if value not in ("", None, False)})

    async def work() -> None:
        from k8stui.control.launch import created
        from k8stui.control.schedules import create_schedule, show_schedule
        from k8stui.control.submit import SubmitOptions

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            ref = await create_schedule(cluster, spec, schedule, SubmitOptions(image=image, cache=not no_cache))
            view = await show_schedule(cluster, ref.name)
        for warning in ref.warnings:
            note(f"Warning: {warning}")
        if output.structured:
            say(structured(view, output))
        elif output is Format.NAME:
            say(ref.name)
        else:
            for line in created(view):
                say(line)

    execute(work())


def _schedule(spec: PipelineSpec, given: dict[str, object]) -> ScheduleSpec:
    from k8stui.model.schedule import Concurrency, ScheduleSpec

    own = vars(spec.schedule) if spec.schedule else {}
    if "cron" not in given and not own:
        raise InvalidInputError(
            f"The pipeline {spec.name!r} has no schedule of its own: give --cron.", hint="As --cron '5 2 * * *'."
        )
    if "concurrency" in given:
        wanted = str(given["concurrency"])
        if wanted.capitalize() not in {*Concurrency}:
            raise InvalidInputError(
                f"--concurrency {wanted!r} is not possible.", hint=f"One of {', '.join(Concurrency)}."
            )
        given = {**given, "concurrency": Concurrency(wanted.capitalize())}
    return ScheduleSpec(**{**own, **given})


@app.command("list")
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
        from k8stui.control.schedules import list_schedules

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


@app.command()
def suspend(
    schedule: Schedules, context: Context = None, namespace: Namespace = None, kubeconfig: Kubeconfig = None
) -> None:
    """Let schedules fire no more until they are resumed; their running runs go on."""
    from k8stui.control.schedules import suspend_schedule

    _each(schedule, suspend_schedule, "suspended", context, namespace, kubeconfig)


@app.command()
def resume(
    schedule: Schedules, context: Context = None, namespace: Namespace = None, kubeconfig: Kubeconfig = None
) -> None:
    """Let suspended schedules fire again.

    The last time that was missed meanwhile is made up for, unless a starting deadline has passed.
    """
    from k8stui.control.schedules import resume_schedule

    _each(schedule, resume_schedule, "resumed", context, namespace, kubeconfig)


@app.command()
def trigger(
    schedule: Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Start a run of a schedule now, whether it is suspended or not."""

    async def work() -> None:
        from k8stui.control.schedules import trigger_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            run = await trigger_schedule(cluster, schedule)
            where = cluster.namespace
        if output.structured:
            say(structured({"schedule": schedule, "run": run, "namespace": where}, output))
        elif output is Format.NAME:
            say(run)
        else:
            say(f"run {run} of schedule {schedule} starts in namespace {where}")

    execute(work())


@app.command()
def delete(
    schedule: Schedules,
    running: Annotated[
        str, typer.Option("--running", help="Of runs that go on: `keep` lets them go on, `stop` stops them first.")
    ] = "",
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Delete schedules: CronJob and template in one act; the records of their runs stay."""
    from k8stui.control.schedules import Running, delete_schedule

    if running not in ("", *Running):
        raise InvalidInputError(f"--running={running}: only `keep` and `stop` are possible.")

    async def remove(cluster: Cluster, name: str) -> None:
        try:
            await delete_schedule(cluster, name, running=Running(running) if running else None)
        except TimeoutError:
            raise WaitTimeoutError(
                f"An orchestrator of {name} has not stopped its run in time; the schedule is suspended.",
                hint=f"Try again, or let it go on: k8stui schedule delete {name} --running=keep",
            ) from None

    _each(schedule, remove, "deleted", context, namespace, kubeconfig)


def _each(
    schedules: list[str],
    act: Callable[[Cluster, str], Awaitable[None]],
    done: str,
    context: Context,
    namespace: Namespace,
    kubeconfig: Kubeconfig,
) -> None:
    async def work() -> None:
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            for name in schedules:
                await act(cluster, name)
                say(f"{name} {done}")

    execute(work())
