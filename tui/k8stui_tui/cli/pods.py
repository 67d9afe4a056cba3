"""`k8stui pods`: the pods of runs, or all of a namespace; one pod in words, as YAML, or by its events."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui_tui.cli import cleanup
from k8stui_tui.cli.edit import edit
from k8stui_tui.cli.forward import forward
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.shell import shell
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from k8stui.control.events.reading import Event
    from k8stui.model.views import PodView

app = typer.Typer(no_args_is_help=True, help="List, describe and clean up pods.", rich_markup_mode=None)

app.command("clean")(cleanup.clean)
app.command("delete")(cleanup.delete)
app.command("evict")(cleanup.evict)
app.command("edit")(edit)
app.command("shell")(shell)
app.command("forward")(forward)

Pod = Annotated[str, typer.Argument(metavar="POD", help="The pod's name; it may be anybody's.")]


@app.command("list")
def list_(
    run: Annotated[str, typer.Option("--run", help="Only those of this run.")] = "",
    pipeline: Annotated[str, typer.Option("--pipeline", help="Only those of this pipeline.")] = "",
    status: Annotated[str, typer.Option("--status", help="Only those with this status, as `evicted,failed`.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also pods that k8stui did not make.")] = False,
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """List pods, the newest first."""
    wanted = {part.strip() for part in status.split(",") if part.strip()}

    async def work() -> None:
        from k8stui.control.pods.listing import list_pods

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await list_pods(
                cluster, all_namespaces=all_namespaces, run=run, pipeline=pipeline, everything=everything
            )
            where = "any namespace" if all_namespaces else f"namespace {cluster.namespace}"
        found = [pod for pod in found if not wanted or pod.status in wanted]
        if answered(found, (f"pod/{pod.name}" for pod in found), output):
            return
        if found:
            _table(found, wide=output is Format.WIDE, namespaces=all_namespaces)
        else:
            note(f"No pods in {where}.")

    execute(work())


@app.command()
def describe(
    pod: Pod,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Describe a pod: why it is as it is, its containers, conditions and events.

    Of environment variables only names and sources are shown, because values may be secrets.
    """

    async def work() -> None:
        from k8stui.control.describing.reading import describe_pod

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            say(await describe_pod(cluster, pod))

    execute(work())


@app.command("yaml")
def yaml_(
    pod: Pod,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Print a pod as YAML, without managed fields."""

    async def work() -> None:
        from k8stui.cluster.resources import PODS
        from k8stui.control.objects.showing import get_yaml

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            say((await get_yaml(cluster, PODS, pod)).rstrip("\n"))

    execute(work())


@app.command()
def events(
    pod: Pod,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """List what Kubernetes said of a pod, the oldest first.

    Kubernetes keeps events for an hour, also those of pods that are gone.
    """

    async def work() -> None:
        from k8stui.cluster.resources import PODS
        from k8stui.control.events.reading import events_of
        from k8stui.control.words.spans import iso

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await events_of(cluster, "Pod", pod)
            if not found:
                await cluster.get(PODS, pod)  # a name that never was is an error, not an empty list
        if output.structured:
            say(structured([{**asdict(one), "time": iso(one.time)} for one in found], output))
        elif found:
            _events(found)
        else:
            note(f"No events of pod {pod}: Kubernetes keeps them for an hour.")

    execute(work())


def _events(found: list[Event]) -> None:
    from k8stui.control.words.spans import age

    now = time.time()
    columns = [Column("TYPE"), Column("REASON"), Column("AGE", right=True), Column("TIMES", right=True)]
    rows = [(one.type, one.reason, age(one.time, now), str(one.count), one.message) for one in found]
    table([*columns, Column("MESSAGE")], rows)


def _table(found: list[PodView], *, wide: bool, namespaces: bool) -> None:
    from k8stui.control.words.spans import age

    columns = [Column("NAMESPACE")] if namespaces else []
    columns += [Column("POD"), Column("STATUS"), Column("RUN"), Column("STEP", flexible=True)]
    columns += [Column("TRY", right=True), Column("RESTARTS", right=True), Column("AGE", right=True)]
    columns += [Column("REASON", flexible=True)]
    columns += (
        [Column("PIPELINE"), Column("NODE"), Column("IP"), Column("EXIT", right=True), Column("MESSAGE")]
        if wide
        else []
    )
    now = time.time()
    rows = []
    for pod in found:
        row = [pod.namespace] if namespaces else []
        row += [pod.name, pod.status, pod.run, pod.step or pod.component, str(pod.attempt or "")]
        row += [str(pod.restarts), age(pod.created, now), "" if pod.status == "succeeded" else pod.reason]
        exit_code = "" if pod.exit_code is None else str(pod.exit_code)
        row += [pod.pipeline, pod.node, pod.ip, exit_code, pod.message] if wide else []
        rows.append(row)
    table(columns, rows)
