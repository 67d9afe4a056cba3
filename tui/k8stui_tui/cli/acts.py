"""`k8stui runs`: the verbs that change runs: pause, resume, retry, stop and delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError, WaitTimeoutError
from k8stui.model.guards import FEW
from k8stui_tui.cli.asking import Yes, agree
from k8stui_tui.cli.output import Format, say, structured
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, cluster_of, execute

if TYPE_CHECKING:
    from k8stui.model.views import RunView

Runs = Annotated[list[str], typer.Argument(metavar="RUN", help="Names of runs.")]


def pause(
    run: Runs,
    timeout: Annotated[float, typer.Option("--timeout", min=0, help="Seconds to wait for the steps that run.")] = 60.0,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Pause runs: nothing starts any more, what runs may end, then no orchestrator runs.

    The exit code is 3 when steps still run after the time given to waiting; the run pauses when they have ended.
    """

    async def work() -> None:
        from k8stui.control.lifecycle.pausing import pause_run

        views = []
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            for name in run:
                try:
                    views.append(await pause_run(cluster, name, patience=timeout))
                except TimeoutError:
                    raise WaitTimeoutError(
                        f"Steps of {name} still run after {timeout:g} s; it pauses when they have ended.",
                        hint=f"Call it off: k8stui runs resume {name}",
                    ) from None
        tell(views, output)

    execute(work())


def resume(
    run: Runs,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Let paused runs go on.

    No finished step runs again. A pause that has not come yet is called off.
    """

    async def work() -> None:
        from k8stui.control.lifecycle.pausing import resume_run

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            views = [await resume_run(cluster, name) for name in run]
        tell(views, output)

    execute(work())


def retry(
    run: Runs,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Try failed or stopped runs again from what failed.

    Finished steps are kept, whatever became of their pods; all others wait again with fresh budgets.
    """

    async def work() -> None:
        from k8stui.control.submitting.retrying import retry_run

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            agree(cluster, f"Try {_called(run)} again from what failed?", count=len(run), yes=yes, named=True)
            views = [await retry_run(cluster, name) for name in run]
        tell(views, output)

    execute(work())


def _called(runs: Sequence[str]) -> str:
    if len(runs) == 1:
        return f"run {runs[0]}"
    return f"{len(runs)} runs ({', '.join(runs)})" if len(runs) <= FEW else f"{len(runs)} runs"


def tell(views: Sequence[RunView], output: Format) -> None:
    """What became of runs: a line each, `runs show` for programs."""
    if output.structured:
        say(structured(views, output))
        return
    for view in views:
        say(view.run if output is Format.NAME else f"{view.run} {view.state.value}")


def stop(
    run: Runs,
    grace_period: Annotated[
        int | None,
        typer.Option("--grace-period", metavar="SECONDS", min=1, help="What pods have to end; else their own setting."),
    ] = None,
    force_after: Annotated[
        float | None,
        typer.Option("--force-after", metavar="SECONDS", min=0, help="End the run from here when it takes longer."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Do not ask the orchestrator: end the run from here.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", min=0, help="Seconds the orchestrator has to obey.")] = 60.0,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Stop runs and wait for it.

    Pods are told to end (SIGTERM), and killed when their grace period is over. A run that has ended already stays as
    it is.
    """
    if force and force_after is not None:
        raise InvalidInputError("--force and --force-after exclude each other: --force is --force-after=0.")

    async def work() -> None:
        from k8stui.control.lifecycle.ending import stop_run

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            agree(cluster, f"Stop {_called(run)}?", count=len(run), yes=yes, named=True)
            for name in run:
                try:
                    view = await stop_run(
                        cluster,
                        name,
                        patience=timeout,
                        grace_period=grace_period,
                        force_after=0 if force else force_after,
                    )
                except TimeoutError:
                    raise WaitTimeoutError(
                        f"The orchestrator of {name} has not obeyed within {timeout:g} s; the request stands.",
                        hint=f"End it from here: k8stui runs stop {name} --force",
                    ) from None
                say(f"{name} {view.state.value}")

    execute(work())


def delete(
    run: Runs,
    stop_first: Annotated[bool, typer.Option("--stop", help="Stop a run that is going on first.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also a run that is going on, at once.")] = False,
    yes: Yes = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Delete runs and all they made.

    Jobs, pods, results and records go; a run that is going on only with --stop or --force.
    """

    async def work() -> None:
        from k8stui.control.lifecycle.ending import delete_run

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            question = f"Delete {_called(run)} with Job, pods, results and record?"
            agree(cluster, question, count=len(run), yes=yes, named=True)
            for name in run:
                await delete_run(cluster, name, force=force, stop=stop_first)
                say(f"{name} deleted")

    execute(work())
