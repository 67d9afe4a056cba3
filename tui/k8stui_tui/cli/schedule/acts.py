"""`k8stui schedule suspend`, `resume`, `trigger`, `delete`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError, WaitTimeoutError
from k8stui_tui.cli.output import Format, say, structured
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, cluster_of, execute

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from k8stui.cluster.client import Cluster

Schedules = Annotated[list[str], typer.Argument(metavar="SCHEDULE", help="Names of schedules.")]


def suspend(
    schedule: Schedules, context: Context = None, namespace: Namespace = None, kubeconfig: Kubeconfig = None
) -> None:
    """Let schedules fire no more until they are resumed; their running runs go on."""
    from k8stui.control.schedules.switching import suspend_schedule

    _each(schedule, suspend_schedule, "suspended", context, namespace, kubeconfig)


def resume(
    schedule: Schedules, context: Context = None, namespace: Namespace = None, kubeconfig: Kubeconfig = None
) -> None:
    """Let suspended schedules fire again.

    The last time that was missed meanwhile is made up for, unless a starting deadline has passed.
    """
    from k8stui.control.schedules.switching import resume_schedule

    _each(schedule, resume_schedule, "resumed", context, namespace, kubeconfig)


def trigger(
    schedule: Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Start a run of a schedule now, whether it is suspended or not."""

    async def work() -> None:
        from k8stui.control.schedules.triggering import trigger_schedule

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
    from k8stui.control.schedules.deleting import Running, delete_schedule

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
