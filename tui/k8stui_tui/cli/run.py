"""`k8stui run`: submit a pipeline and follow it to its end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.output import Format, documents, note, say, structured
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, execute, place_of
from k8stui_tui.program import as_called

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.submitting.creating import RunRef, SubmitOptions
    from k8stui.model.pipeline import PipelineSpec

Target = Annotated[
    str, typer.Argument(metavar="FILE[:PIPELINE]", help="A .py or .yaml file, and which pipeline of it.")
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", metavar="NAME=VALUE", help="A parameter of the pipeline; repeatable."),
]
Image = Annotated[str, typer.Option("--image", help="Image of the orchestrator and of steps that name none.")]
Synchronous = Annotated[
    bool | None,
    typer.Option("--synchronous/--no-synchronous", help="Follow the run to its end; the pipeline's setting."),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Run every step, whatever earlier runs have come to.")]
DryRun = Annotated[
    str | None, typer.Option("--dry-run", metavar="server", help="Have the server check every object, make none.")
]


def run(
    target: Target,
    param: Parameters = None,
    image: Image = "",
    synchronous: Synchronous = None,
    no_cache: NoCache = False,
    dry_run: DryRun = None,
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
    output: Output = Format.TABLE,
) -> None:
    """Submit a pipeline and follow it. A file of ZenML is run as `python FILE` would, and its run is followed.

    The exit code is its outcome: 0 succeeded, 1 failed or stopped; 3 when the setting `timeout` ended the waiting and
    130 after ctrl+c, and then the run goes on.
    """
    if dry_run not in (None, "server"):
        raise InvalidInputError(f"--dry-run={dry_run}: only `server` is possible.")
    from k8stui.authoring.load import file_of, load
    from k8stui.authoring.zenmlfile import is_zenml_file

    file, named = file_of(target)
    if is_zenml_file(file):
        from k8stui_tui.cli.zenml import run_theirs

        only_ours = {
            f":{named}": named,
            "--param": param,
            "--image": image,
            "--no-cache": no_cache,
            "--dry-run": dry_run,
        }
        given = [option for option, value in only_ours.items() if value]
        run_theirs(file, given, synchronous=synchronous, output=output, place=(context, namespace, kubeconfig))
    spec = load(target).trace(parameters(param or []))

    async def work() -> int:
        from k8stui.control.clusters.placing import on_stack
        from k8stui.control.submitting.creating import SubmitOptions, submit
        from k8stui_tui.cli.patience import patience

        async with place_of(context, namespace, kubeconfig) as (cluster, stack):
            options = on_stack(stack, SubmitOptions(image=image, cache=not no_cache), cluster)
            if dry_run:
                return await _preview(cluster, spec, options, output)
            async with patience() as stage:
                ref = await submit(cluster, spec, options, on_stage=stage)
            for warning in ref.warnings:
                note(f"Warning: {warning}")
            wait = ref.settings.synchronous if synchronous is None else synchronous
            if not wait:
                return await announce(cluster, ref, output)
            return await _follow(cluster, ref, output)

    execute(work())


def parameters(given: list[str], option: str = "--param") -> dict[str, str]:
    """`--param` options, or others of their kind, as a dictionary of texts.

    Raises:
        InvalidInputError: One has no `=`, or a name comes twice.
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise InvalidInputError(f"{option} {text!r} is not NAME=VALUE.")
        if name in found:
            raise InvalidInputError(f"{option} {name} is given twice.")
        found[name] = value
    return found


async def _preview(cluster: Cluster, spec: PipelineSpec, options: SubmitOptions, output: Format) -> int:
    from k8stui.control.submitting.creating import preview

    objects = await preview(cluster, spec, options)
    if output is Format.NAME:
        for item in objects:
            say(f"{item['kind'].lower()}/{item['metadata']['name']}")
    else:
        say(documents(objects, Format.JSON if output is Format.JSON else Format.YAML))
    return 0


async def announce(cluster: Cluster, ref: RunRef, output: Format) -> int:
    """Tell of a run that is not followed; gives the exit code."""
    if output.structured:
        from k8stui.control.runs.reading import show_run

        say(structured(await show_run(cluster, ref.run, namespace=ref.namespace), output))
    elif output is Format.NAME:
        say(ref.run)
    else:
        say(ref.told())
        say(as_called(f"watch it: k8stui runs watch {ref.run} -n {ref.namespace}"))
    return 0


async def _follow(cluster: Cluster, ref: RunRef, output: Format) -> int:
    import asyncio

    from k8stui.control.scripts.launch import detached, timed_out
    from k8stui_tui.cli.following import Shown, follow

    plain = output in (Format.TABLE, Format.WIDE)
    tell = say if plain else note
    tell(ref.told())
    try:
        async with asyncio.timeout(ref.settings.timeout or None):
            shown = Shown(sys.stdout if plain else sys.stderr)
            ended = await follow(cluster, ref.run, ref.namespace, shown, own=True)
    except TimeoutError:
        raise timed_out(ref) from None
    except asyncio.CancelledError:
        note(detached(ref))
        raise
    if output.structured:
        say(structured(ended, output))
    elif output is Format.NAME:
        say(ref.run)
    return 0 if ended.state.value == "succeeded" else 1
