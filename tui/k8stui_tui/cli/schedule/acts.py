"""`k8stui schedule suspend`, `resume`, `refresh`, `trigger`, `delete`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError, WaitTimeoutError
from k8stui_tui.cli.asking import Yes, agree, can_ask, chosen
from k8stui_tui.cli.output import Format, note, say, structured
from k8stui_tui.cli.schedule.several import Wanted, each
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, cluster_of, execute

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.model.scheduleviews import ScheduleView

Named = Annotated[list[str], typer.Argument(metavar="SCHEDULE", help="Names of schedules.")]
Schedules = Annotated[list[str] | None, typer.Argument(metavar="SCHEDULE", help="Names of schedules.")]
OfPipeline = Annotated[str, typer.Option("--pipeline", help="All schedules of this pipeline instead.")]
All = Annotated[bool, typer.Option("--all", help="All schedules of the namespace instead; asks.")]

CANCEL = "cancel"


def suspend(
    schedule: Schedules = None,
    pipeline: OfPipeline = "",
    everything: All = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Let schedules fire no more until they are resumed; their running runs go on."""
    from k8stui.control.schedules.switching import suspend_schedule

    wanted = Wanted(tuple(schedule or ()), pipeline, everything)
    each(wanted, suspend_schedule, "suspended", context, namespace, kubeconfig, choose=_awake, yes=yes)


def resume(
    schedule: Schedules = None,
    pipeline: OfPipeline = "",
    everything: All = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Let suspended schedules fire again.

    The last time that was missed meanwhile is made up for, unless a starting deadline has passed.
    """
    from k8stui.control.schedules.switching import resume_schedule

    wanted = Wanted(tuple(schedule or ()), pipeline, everything)
    each(wanted, resume_schedule, "resumed", context, namespace, kubeconfig, choose=_suspended, yes=yes)


def refresh(
    schedule: Schedules = None,
    pipeline: OfPipeline = "",
    everything: All = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Give schedules the secrets that their artifact stores are registered with here; runs that go on keep theirs."""
    from k8stui.control.schedules.refreshing import refresh_schedule

    wanted = Wanted(tuple(schedule or ()), pipeline, everything)
    each(wanted, refresh_schedule, "refreshed", context, namespace, kubeconfig, choose=_own, yes=yes)


def _own(schedule: ScheduleView) -> bool:
    return schedule.origin == "k8stui"


def _awake(schedule: ScheduleView) -> bool:
    return not schedule.suspended


def _suspended(schedule: ScheduleView) -> bool:
    return schedule.suspended


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
            agree(cluster, f"Start a run of schedule {schedule} now?", yes=True, undone="Nothing was started")
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
    schedule: Named,
    running: Annotated[
        str,
        typer.Option("--running", help="Of runs that go on: `keep` lets them, `stop` stops them first; else it asks."),
    ] = "",
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Delete schedules: CronJob and template in one act; the records of their runs stay."""
    from k8stui.control.schedules.deleting import Running, delete_schedule, plan_delete

    if running not in ("", *Running):
        raise InvalidInputError(f"--running={running}: only `keep` and `stop` are possible.")

    async def remove(cluster: Cluster, name: str) -> None:
        plan = await plan_delete(cluster, name)
        note(plan.sentence)
        answer, agreed = running, yes
        if plan.active and not running and can_ask():
            note(f"Runs of it go on: {', '.join(plan.active)}")
            answer = chosen("Let them go on, stop them first, or cancel?", (*Running, CANCEL))
            if answer == CANCEL:
                note(f"{name} was not deleted.")
                raise SystemExit(0)
            agreed = True
        agree(cluster, f"Delete schedule {name}?", yes=agreed, named=True, undone=f"{name} was not deleted")
        try:
            await delete_schedule(cluster, name, running=Running(answer) if answer else None)
        except TimeoutError:
            raise WaitTimeoutError(
                f"An orchestrator of {name} has not stopped its run in time; the schedule is suspended.",
                hint=f"Try again, or let it go on: k8stui schedule delete {name} --running=keep",
            ) from None

    each(Wanted(tuple(schedule)), remove, "deleted", context, namespace, kubeconfig)
