"""`k8stui runs`: the verbs that look at runs. `acts` has those that change them."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli import acts, logs, looking, prune, rerun, timeline
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import Context, Everywhere, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.states import run_states
from k8stui_tui.cli.tables import Column

if TYPE_CHECKING:
    from k8stui.model.views import RunSummaryView

app = typer.Typer(no_args_is_help=True, help="List, watch, pause, retry, stop and delete runs.", rich_markup_mode=None)

Run = Annotated[str, typer.Argument(metavar="RUN", help="The run's name.")]


@app.command("list")
def list_(
    pipeline: Annotated[str, typer.Option("--pipeline", help="Only runs of this pipeline.")] = "",
    schedule: Annotated[str, typer.Option("--schedule", help="Only runs that this schedule fired.")] = "",
    status: Annotated[str, typer.Option("--status", help="Only runs in these states, as `running,failed`.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest.")] = 1000,
    all_namespaces: Everywhere = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """List runs, the newest first."""
    wanted = run_states(status)

    async def work() -> None:
        from k8stui.control.runs.reading import list_all_runs

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await list_all_runs(cluster, all_namespaces=all_namespaces, pipeline=pipeline)
            where = "any namespace" if all_namespaces else f"namespace {cluster.namespace}"
        found = [run for run in found if not schedule or run.schedule == schedule]
        found = [run for run in found if not wanted or run.state in wanted][:limit]
        if answered(found, (run.run for run in found), output):
            return
        if found:
            _table(found, wide=output is Format.WIDE, namespaces=all_namespaces)
        else:
            note(f"No runs in {where}.")

    execute(work())


def _table(found: list[RunSummaryView], *, wide: bool, namespaces: bool) -> None:
    from k8stui.control.words.spans import age, span

    columns = [Column("NAMESPACE")] if namespaces else []
    columns += [Column("RUN"), Column("PIPELINE", flexible=True), Column("STATUS"), Column("STEPS", right=True)]
    columns += [Column("TIME", right=True), Column("AGE", right=True)]
    columns += [Column("SCHEDULE"), Column("TRIGGER"), Column("BY", flexible=True)] if wide else []
    columns += [Column("WHY", flexible=True)] if wide else []
    now = time.time()
    rows = []
    for run in found:
        row = [run.namespace] if namespaces else []
        row += [run.run, run.pipeline, run.state.value, f"{run.done}/{run.total}"]
        row += [span(run.duration(now)), age(run.created, now)]
        row += [run.schedule, run.trigger, run.submitted_by, run.why] if wide else []
        rows.append(row)
    table(columns, rows)


@app.command()
def show(
    run: Run,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Show a run and its steps.

    With `-o wide` also every attempt, with `-o json` all that is known.
    """

    async def work() -> None:
        from k8stui.control.runs.reading import show_run
        from k8stui_tui.cli.showing import run_text

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            view = await show_run(cluster, run)
        if output.structured:
            say(structured(view, output))
        elif output is Format.NAME:
            say(view.run)
        else:
            for line in run_text(view, wide=output is Format.WIDE, now=time.time()):
                say(line)

    execute(work())


@app.command()
def describe(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run's name.")] = None,
    step: Annotated[str | None, typer.Argument(metavar="[STEP]", help="One of its steps, with its newest pod.")] = None,
    pod: Annotated[str, typer.Option("--pod", help="The run that this pod belongs to instead.")] = "",
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Describe a run, or one of its steps: why it is as it is, what it is made of, where its objects are."""
    if bool(run) is bool(pod):
        raise InvalidInputError("Give a run, or --pod.")

    async def work() -> None:
        from k8stui.control.describing.reading import describe_run, describe_step
        from k8stui.control.pods.listing import pod_of_run

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            name = run or (await pod_of_run(cluster, pod)).run
            say(await (describe_step(cluster, name, step) if step else describe_run(cluster, name)))

    execute(work())


@app.command()
def watch(
    run: Run,
    show_logs: Annotated[bool, typer.Option("--logs/--no-logs", help="With the steps' logs.")] = True,
    notify: Annotated[
        bool, typer.Option("--notify", help="Ring the bell at its end, and notify as the config file says.")
    ] = False,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Follow a run to its end.

    The exit code is its outcome: 0 succeeded, 1 failed or stopped.
    """

    async def work() -> int:
        from k8stui_tui.cli.following import Shown, bell_of, follow
        from k8stui_tui.notification import end_of

        plain = output in (Format.TABLE, Format.WIDE)
        terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
        ring = bell_of(os.environ, terminal) if notify else None
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            view = await follow(cluster, run, None, Shown(sys.stdout if plain else sys.stderr, logs=show_logs))
        if output.structured:
            say(structured(view, output))
        elif output is Format.NAME:
            say(view.run)
        if ring:
            ring(end_of(view.run, view.state.value))
        return 0 if view.state.value == "succeeded" else 1

    execute(work(), interrupted=f"Not watching any more; the run {run} is as it was.")


app.command()(timeline.timeline)
app.command()(looking.graph)
app.command()(looking.compare)
app.command()(looking.results)
app.command()(looking.usage)
app.command("logs")(logs.logs)
for verb in (acts.pause, acts.resume, acts.retry, rerun.rerun, acts.stop, acts.delete, prune.prune):
    app.command()(verb)
