"""`k8stui image`: build and push images, where `requirements=` should not be installed at each start."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui_tui.cli.output import Format, note, say, structured
from k8stui_tui.cli.run import Parameters, Target, parameters
from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, Output, execute, place_of
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.stacks.active import ActiveStack
    from k8stui.stacks.building import Registry

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Build and push images with what steps require. No run needs one."
)

Tool = Annotated[
    str, typer.Option("--tool", help="docker, podman or buildah; the stack's image builder, or the first that works.")
]


@app.command()
def build(
    target: Target,
    param: Parameters = None,
    base: Annotated[
        str, typer.Option("--base", help="Image to begin with, for steps that name none; plain Python.")
    ] = "",
    push: Annotated[bool, typer.Option("--push", help="Push what was built to its registry.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the Dockerfiles, build nothing.")] = False,
    tool: Tool = "",
    output: Output = Format.TABLE,
) -> None:
    """Build images that hold the requirements of a pipeline's Python steps.

    One for all steps with the same base and requirements. Its tag is made of its content. Run with it by
    `k8stui run FILE --image NAME`, or image= at the steps: what it holds is not installed again.
    """
    from k8stui.authoring.load import load
    from k8stui.plan.images import images_of
    from k8stui.plan.request import default_image

    with redirect_stdout(sys.stderr):  # what the file prints is no part of the answer
        spec = load(target).trace(parameters(param or []))
    registry, wanted = _stack()
    address = registry.config.uri if registry.config else ""
    images = images_of(spec, base=base or default_image(address), registry=address)
    for one in images:
        note(f"# {cell(one.name)} for {'step' if len(one.steps) == 1 else 'steps'} {cell(', '.join(one.steps))}")
        for line in one.dockerfile.splitlines():
            note(cell(line))

    async def work() -> None:
        from k8stui.stacks import building

        if not dry_run:
            program = await building.find_tool(tool or wanted)
            for one in images:
                await building.build(program, one.name, one.dockerfile, registry=registry, output=sys.stderr)
                if push:
                    await building.push(program, one.name, registry=registry, output=sys.stderr)
        if output.structured:
            listed = [
                {"image": one.name, "base": one.base, "requirements": list(one.requirements), "steps": list(one.steps)}
                | {"dockerfile": one.dockerfile}
                for one in images
            ]
            say(structured(listed, output))
            return
        for one in images:
            done = "" if output is Format.NAME else _done(dry_run=dry_run, push=push)
            say(f"{one.name}{done}")

    execute(work())


def _done(*, dry_run: bool, push: bool) -> str:
    if dry_run:
        return " would be built"
    return " built and pushed" if push else " built"


@app.command()
def push(images: Annotated[list[str], typer.Argument(metavar="IMAGE…", help="Their names.")], tool: Tool = "") -> None:
    """Push images to the stack's registry.

    A name without a registry, such as python:3.11-slim, gets the registry's before it, as runs on the stack use it; an
    image that is not on this machine is pulled first.
    """
    registry, wanted = _stack()

    async def work() -> None:
        from k8stui.stacks import building

        program = await building.find_tool(tool or wanted)
        for name in images:
            await building.push(program, name, registry=registry, output=sys.stderr)
            say(f"{registry.name_of(name)} pushed")

    execute(work())


@app.command()
def secret(context: Context = None, namespace: Namespace = None, kubeconfig: Kubeconfig = None) -> None:
    """Make or renew the Secret by which pods pull from the stack's registry.

    Of the username and password that are registered for it, under the name that it has as `pull_secret`.
    """

    async def work() -> None:
        from k8stui.stacks.building import pull_secret

        async with place_of(context, namespace, kubeconfig) as (cluster, stack):
            if stack is None and (context or kubeconfig):
                raise InvalidInputError(
                    f"{f'--context {context}' if context else f'--kubeconfig {kubeconfig}'} is another place than the "
                    "stack's, so no stack is used, and there is no registry whose login could be written there.",
                    hint="Name the stack too: --stack NAME; or leave the option out for the stack's own cluster.",
                )
            made = pull_secret(_registry(stack), cluster.namespace)
            done = await _apply(cluster, made)
            say(f"secret/{made['metadata']['name']} {done} in namespace {cluster.namespace}")

    execute(work())


async def _apply(cluster: Cluster, made: dict[str, Any]) -> str:
    from k8stui.cluster.errors import AlreadyExistsError
    from k8stui.cluster.resources import SECRETS

    name, kind = made["metadata"]["name"], made["type"]
    try:
        await cluster.create(made)
    except AlreadyExistsError:
        found = (await cluster.get(SECRETS, name, namespace=cluster.namespace)).get("type")
        if found != kind:
            raise ConflictError(
                f"The Secret {name} in namespace {cluster.namespace} is of type {found}, not {kind}; "
                "it was left as it is.",
                hint="Give the registry another name: k8stui container-registry update NAME --pull_secret=OTHER",
            ) from None
        # The type goes along: the server refuses a Secret that was replaced by one of another type meanwhile.
        await cluster.patch(SECRETS, name, {"type": kind, "data": made["data"]}, namespace=cluster.namespace)
        return "renewed"
    return "created"


def _stack() -> tuple[Registry, str]:
    """The registry of the stack, and the tool of its image builder; empty for any."""
    from k8stui.control.clusters.placing import named_place, used_stack

    named = named_place()
    stack = used_stack(context=named.context, kubeconfig=named.kubeconfig)
    builder = stack.image_builder if stack else None
    return _registry(stack), builder.config.tool if builder else ""


def _registry(stack: ActiveStack | None) -> Registry:
    from k8stui.stacks.building import registry_of
    from k8stui.stacks.place import default_path
    from k8stui.stacks.secrets import Secrets

    return registry_of(stack, Secrets(default_path()))
