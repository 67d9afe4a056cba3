"""`k8stui runs compare` and `runs results`: two runs beside each other, and what steps returned."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from k8stui_tui.cli.output import Format, answered, note, say, table
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, cluster_of, execute
from k8stui_tui.cli.tables import Column


def compare(
    one: Annotated[str, typer.Argument(metavar="RUN", help="A run.")],
    other: Annotated[
        str | None, typer.Argument(metavar="[OTHER]", help="Another; by default the one of its pipeline before it.")
    ] = None,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Compare two runs: parameters, code, images, outcome, and the time of each step.

    With one run, the run of the same pipeline before it stands first. `-o name` prints the steps that ended otherwise
    or of which only one run has one.
    """

    async def work() -> None:
        from k8stui.control.comparing.reading import compare_runs, find_before
        from k8stui.control.comparing.words import comparison_lines
        from k8stui.control.comparing.words import structured as plain

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            pair = (one, other) if other else (await find_before(cluster, one), one)
            found = await compare_runs(cluster, *pair)
        if not answered(plain(found), (step.name for step in found.steps if step.changed), output):
            for line in comparison_lines(found):
                say(line)

    execute(work())


def graph(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Draw the steps of a run as a graph with every edge; items of a mapped step, and many alike, in one box."""

    async def work() -> None:
        from k8stui.control.graph.boxes import boxes, legend
        from k8stui.control.graph.drawing import draw
        from k8stui.control.runs.reading import show_run
        from k8stui_tui.cli.output import ascii_only

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            view = await show_run(cluster, run)
        found = boxes(view, ascii_only=ascii_only())
        if not answered([asdict(one) for one in found], (one.name for one in found), output):
            for line in draw(found, ascii_only=ascii_only()).lines:
                say(line)
            note(legend(ascii_only=ascii_only()))

    execute(work())


def usage(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's name.")],
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Show what CPU and memory the pods of a run use now, beside what they asked for; needs the metrics API."""

    async def work() -> None:
        from k8stui.control.runs.usage import TITLES, read_usage, row_of

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await read_usage(cluster, run)
        if answered([asdict(one) for one in found], (one.pod for one in found), output):
            return
        if found:
            table([Column(title, right=place > 1) for place, title in enumerate(TITLES)], [*map(row_of, found)])
        else:
            note("No pod of this run is being measured: none runs, or it has not run long enough (15 s).")

    execute(work())


def results(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's name.")],
    step: Annotated[str | None, typer.Argument(metavar="[STEP]", help="One of its steps.")] = None,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Show what steps returned: type, size and value of each output.

    With `-o wide` long values in full lines; with `-o json` all of it. Nothing is unpickled for that.
    """

    async def work() -> None:
        from k8stui.control.runs.outputs import output_lines, read_outputs, short_value

        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await read_outputs(cluster, run, step or "")
        if answered([asdict(one) for one in found], (f"{one.step}/{one.name}" for one in found), output):
            return
        if not found:
            note(f"{step or run} returns nothing." if step else f"No step of {run} returns anything.")
        elif output is Format.WIDE:
            for line in output_lines(found):
                say(line)
        else:
            columns = [Column("STEP"), Column("OUTPUT"), Column("TYPE", flexible=True), Column("BYTES", right=True)]
            rows = [
                (one.step, one.name, one.kind, "" if one.size is None else str(one.size), short_value(one))
                for one in found
            ]
            table([*columns, Column("VALUE", flexible=True)], rows)

    execute(work())
