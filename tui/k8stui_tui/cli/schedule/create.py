"""`k8stui schedule create`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.output import Format, note, say, structured
from k8stui_tui.cli.run import Image, NoCache, Parameters, Target, parameters
from k8stui_tui.cli.schedule.options import concurrency_of, every_cron
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, execute, place_of
from k8stui_tui.program import as_called

if TYPE_CHECKING:
    from k8stui.model.pipeline import PipelineSpec
    from k8stui.model.schedule import ScheduleSpec


def create(
    target: Target,
    *,
    cron: Annotated[
        str, typer.Option("--cron", help="When it fires, as `5 2 * * *`; the pipeline's own schedule.")
    ] = "",
    every: Annotated[
        str, typer.Option("--every", metavar="DURATION", help="A fixed distance instead, as `90m`, `1h30m` or `2d`.")
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
    given: dict[str, object] = {
        "cron": every_cron(cron, every),
        "time_zone": time_zone,
        "name": name,
        "concurrency": concurrency,
        "starting_deadline": starting_deadline,
        "suspend": suspend,
    }
    nothing = ("", None)
    said = {key: value for key, value in given.items() if value is not False and value not in nothing}
    schedule = _schedule(spec, said)

    async def work() -> None:
        from k8stui.control.clusters.placing import on_stack
        from k8stui.control.schedules.advising import advise
        from k8stui.control.schedules.creating import create_schedule
        from k8stui.control.schedules.listing import show_schedule
        from k8stui.control.scripts.launch import created
        from k8stui.control.submitting.creating import SubmitOptions

        async with place_of(context, namespace, kubeconfig) as (cluster, stack):
            options = on_stack(stack, SubmitOptions(image=image, cache=not no_cache), cluster)
            ref = await create_schedule(cluster, spec, schedule, options)
            view = await show_schedule(cluster, ref.name)
            advice = await advise(cluster, view)
        for warning in ref.warnings:
            note(f"Warning: {warning}")
        if output.structured:
            say(structured(view, output))
        elif output is Format.NAME:
            say(ref.name)
        else:
            for line in created(view, advice.times):
                say(as_called(line))
        for sentence in advice.notes:
            note(f"Note: {sentence}")

    execute(work())


def _schedule(spec: PipelineSpec, given: dict[str, object]) -> ScheduleSpec:
    from k8stui.model.schedule import ScheduleSpec

    own = vars(spec.schedule) if spec.schedule else {}
    if "cron" not in given and not own:
        raise InvalidInputError(
            f"The pipeline {spec.name!r} has no schedule of its own: give --cron.", hint="As --cron '5 2 * * *'."
        )
    if "concurrency" in given:
        given = {**given, "concurrency": concurrency_of(str(given["concurrency"]))}
    return ScheduleSpec(**{**own, **given})
