"""`k8stui schedule describe` and `why`."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui_tui.cli.output import say
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute
from k8stui_tui.cli.why import WhyFormat, WhyOutput, answer

Schedule = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.")]


def describe(
    schedule: Schedule, context: Context = None, namespace: Namespace = None, kubeconfig: Kubeconfig = None
) -> None:
    """Describe a schedule: why it does not fire, its next times, last runs and changes."""

    async def work() -> None:
        from k8stui.control.describing.reading import describe_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            say(await describe_schedule(cluster, schedule))

    execute(work())


def why(
    schedule: Schedule,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: WhyOutput = WhyFormat.TEXT,
) -> None:
    """Tell why a schedule does not fire, or why its newest run does not start, and what to do about it."""

    async def work() -> None:
        from k8stui.control.schedules.why import why_schedule

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            answer(await why_schedule(cluster, schedule), output)

    execute(work())
