"""`k8stui why`: one sentence on why a run, a step or a pod does not do what it should, and what to do about it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.colours import coloured, painter
from k8stui_tui.cli.output import Format, say, structured
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute
from k8stui_tui.cli.wrapping import wrapped
from k8stui_tui.program import as_called
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.diagnosis.finding import Diagnosis
    from k8stui.control.scripts.narrate import Painter
    from k8stui.control.troubles.trouble import Trouble


class WhyFormat(StrEnum):
    """The values of `-o` for answers in sentences."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"


WhyOutput = Annotated[WhyFormat, typer.Option("--output", "-o", help="Text, JSON or YAML.")]


def why(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run's name.")] = None,
    step: Annotated[str | None, typer.Argument(metavar="[STEP]", help="One of its steps.")] = None,
    pod: Annotated[str, typer.Option("--pod", help="A pod instead, of a run or anybody's.")] = "",
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: WhyOutput = WhyFormat.TEXT,
) -> None:
    """Tell why a run, a step or a pod does not do what it should; without either, what is wrong in the namespace.

    The worst comes first, each with what to do about it and the cluster's own words it rests on.
    """
    if run and pod:
        raise InvalidInputError("Give a run or --pod, not both.", hint="k8stui why RUN [STEP], or: why --pod POD")
    if not run and not pod:
        from k8stui_tui.cli import diagnose

        diagnose.run(context, namespace, kubeconfig, output, everywhere=False)

    async def work() -> None:
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            answer(await _answers(cluster, run or "", step or "", pod), output)

    execute(work())


def answer(found: list[Diagnosis], output: WhyFormat) -> None:
    """Print what was found."""
    if output is WhyFormat.TEXT:
        for line in _text(found):
            say(line)
    else:
        say(structured([asdict(one) for one in found], Format(output.value)))


async def _answers(cluster: Cluster, run: str, step: str, pod: str) -> list[Diagnosis]:
    from k8stui.control.diagnosis.why import why_pod, why_run, why_step

    if pod:
        return await why_pod(cluster, pod)
    return await why_step(cluster, run, step) if step else await why_run(cluster, run)


def _text(found: list[Diagnosis]) -> list[str]:
    paint = painter(on=coloured(sys.stdout))
    lines: list[str] = []
    for one in found:
        lines += [*([""] if lines else []), cell(one.subject), *explained(one, paint)]
    return lines


def explained(one: Diagnosis | Trouble, paint: Painter) -> list[str]:
    """Why, what to do about it and what that rests on, in lines below what it is about.

    Args:
        one: What was found.
        paint: Gives a text the colour of a role, and the first words that of the state they are.
    """
    state, _, rest = cell(one.sentence).partition(":")
    first, *others = wrapped(f"{state}:{rest}" if rest else state, before=2)
    lines = [f"  {paint(state, state)}{first[len(state) :]}", *(f"  {line}" for line in others)]
    advice = wrapped(f"-> {as_called(cell(one.advice))}", before=2, hang="   ") if one.advice else ()
    lines += [f"  {line}" for line in advice]
    return [*lines, *(paint("dim", f"     {cell(line)}") for line in one.evidence)]
