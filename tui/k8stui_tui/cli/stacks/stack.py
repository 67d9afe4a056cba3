"""`k8stui stack`: which components belong together, and which stack is used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import EXIT_FAILED, Output, execute
from k8stui_tui.cli.tables import Column
from k8stui_tui.sanitize import cell
from k8stui_tui.stacktexts import stack_lines, stack_plain

if TYPE_CHECKING:
    from k8stui.model.stacks import StackDocument

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Register, list, choose and change stacks.")

Name = Annotated[str, typer.Argument(metavar="STACK", help="Its name.")]
OwnName = Annotated[str, typer.Argument(metavar="[STACK]", help="Its name; the active one.", show_default=False)]
Orchestrator = Annotated[str, typer.Option("--orchestrator", "-o", help="A registered orchestrator.")]
Store = Annotated[str | None, typer.Option("--artifact-store", "-a", help="A registered artifact store.")]
Registry = Annotated[str | None, typer.Option("--container-registry", "-c", help="A registered container registry.")]
Builder = Annotated[str | None, typer.Option("--image-builder", "-i", help="A registered image builder.")]


@app.command()
def register(
    stack: Name,
    orchestrator: Orchestrator,
    artifact_store: Store = None,
    container_registry: Registry = None,
    image_builder: Builder = None,
    activate: Annotated[bool, typer.Option("--set", help="Use it from now on.")] = False,
) -> None:
    """Register a stack of components that are registered."""
    from k8stui.plan.request import default_image
    from k8stui.stacks.composing import register_stack
    from k8stui.stacks.document import StackFile

    parts = _parts(orchestrator, artifact_store, container_registry, image_builder)
    StackFile().change(lambda document: register_stack(document, stack, parts, activate=activate))
    say(f"stack {stack} registered" + (" and active" if activate else ""))
    if container_registry:
        note(f"Pods take plain Python from its registry. If it is not there yet: k8stui image push {default_image()}")
    if not activate:
        note(f"Use it: k8stui stack set {stack}")


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List stacks with their components."""
    from k8stui.stacks.document import StackFile
    from k8stui.stacks.kinds import KINDS

    document = StackFile().read()
    if answered([stack_plain(document, name) for name in document.stacks], document.stacks, output):
        return
    if not document.stacks:
        note("No stack is registered: k8stui stack register NAME -o ORCHESTRATOR --set")
    else:
        columns = [Column("ACTIVE"), Column("STACK")]
        columns += [Column(kind.noun.upper(), flexible=True) for kind in KINDS.values()]
        table(columns, [
            ("yes" if name == document.active else "", name, *(getattr(stack, field) for field in KINDS))
            for name, stack in document.stacks.items()
        ])  # fmt: skip


@app.command()
def describe(stack: OwnName = "", output: Output = Format.TABLE) -> None:
    """Describe a stack with all that its components are set to."""
    from k8stui.stacks.document import StackFile

    document = StackFile().read()
    name = stack or _active(document)
    if output.structured:
        say(structured(stack_plain(document, name), output))
        return
    for line in stack_lines(document, name):
        say(cell(line).rstrip())


@app.command("set")
def set_(stack: Name) -> None:
    """Use a stack from now on: verbs, screens and `python file.py` go where it leads."""
    from k8stui.stacks.composing import activate
    from k8stui.stacks.document import StackFile

    StackFile().change(lambda document: activate(document, stack))
    say(f"stack {stack} is active")


@app.command()
def unset() -> None:
    """Use no stack from now on: the kubeconfig's current context counts."""
    from k8stui.stacks.composing import activate
    from k8stui.stacks.document import StackFile

    StackFile().change(lambda document: activate(document, ""))
    say("no stack is active")


@app.command()
def get() -> None:
    """Print the name of the stack that is used; exit code 4 when there is none."""
    from k8stui.stacks.document import StackFile

    say(_active(StackFile().read()))


@app.command()
def update(
    stack: OwnName = "",
    orchestrator: Annotated[str | None, typer.Option("--orchestrator", "-o", help="Another orchestrator.")] = None,
    artifact_store: Store = None,
    container_registry: Registry = None,
    image_builder: Builder = None,
) -> None:
    """Change the components of a stack; an empty name, as `-a ''`, takes one out."""
    from k8stui.stacks.composing import update_stack
    from k8stui.stacks.document import StackFile

    parts = _parts(orchestrator, artifact_store, container_registry, image_builder)
    if not parts:
        raise InvalidInputError("There is nothing to change.", hint="Give -o, -a, -c or -i with a name.")
    name = stack or _active(StackFile().read())
    StackFile().change(lambda document: update_stack(document, name, parts))
    say(f"stack {name} updated")


@app.command()
def edit(stack: OwnName = "") -> None:
    """Edit a stack and its components with KUBE_EDITOR or EDITOR; what is not possible is opened again."""
    from k8stui.stacks.document import StackFile
    from k8stui_tui.editor import edit_stack

    name = stack or _active(StackFile().read())

    async def work() -> None:
        changed = await edit_stack(StackFile(), name)
        note(f"stack {name} was changed" if changed else "Nothing was changed.")

    execute(work())


@app.command()
def verify(stack: OwnName = "", output: Output = Format.TABLE) -> None:
    """Look whether a stack can be used: its cluster answers, its namespace is there, its parts can meet.

    Exits with 1 when there is a problem. `k8stui doctor` looks further.
    """
    from k8stui.stacks.active import active_stack
    from k8stui.stacks.composing import stack_called
    from k8stui.stacks.document import StackFile

    document = StackFile().read()
    name = stack or _active(document)
    stack_called(document, name)

    async def work() -> int:
        from k8stui.control.clusters.stackcheck import verify_stack
        from k8stui.control.doctor.finding import healthy, plain
        from k8stui_tui.cli.doctor import table_of

        chosen = active_stack(document, name)
        found = await verify_stack(chosen, interactive=sys.stdin.isatty()) if chosen else []
        if output.structured:
            say(structured(plain(found), output))
        else:
            for line in [name] if output is Format.NAME else table_of(found):
                say(line)
        return 0 if healthy(found) else EXIT_FAILED

    execute(work())


@app.command()
def delete(stacks: Annotated[list[str], typer.Argument(metavar="STACK...", help="Their names.")]) -> None:
    """Delete stacks; their components stay. The active one is refused."""
    from k8stui.stacks.composing import delete_stack
    from k8stui.stacks.document import StackFile

    def change(document: StackDocument) -> StackDocument:
        for name in stacks:
            document = delete_stack(document, name)
        return document

    StackFile().change(change)
    for name in stacks:
        say(f"stack {name} deleted")


@app.command()
def export(
    stack: OwnName = "",
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to; standard output.")] = None,
) -> None:
    """Write a stack with its components and connectors as YAML, for others to import. Secrets are not in it."""
    from k8stui.stacks.composing import exported
    from k8stui.stacks.document import StackFile, as_text

    document = StackFile().read()
    text = as_text(exported(document, stack or _active(document)))
    if file is None:
        say(text.rstrip("\n"))
        return
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be written: {error.strerror}.") from error
    note(f"{file} written.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `export` wrote; - for standard input.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is registered otherwise.")] = False,
) -> None:
    """Register what another person has exported. The active stack stays as it is."""
    from k8stui.stacks.composing import imported, wanted_secrets
    from k8stui.stacks.document import StackFile, document_of
    from k8stui.stacks.secrets import Secrets

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidInputError(f"{file} cannot be read: {reason}.") from error
    coming = document_of(text, str(file))
    stacks = StackFile()
    stacks.change(lambda document: imported(document, coming, overwrite=overwrite))
    for name in coming.stacks:
        say(f"stack {name} imported")
    secrets = Secrets(stacks.path)
    for owner, names in wanted_secrets(coming).items():
        lacking = [name for name in names if name not in secrets.read(owner)]
        if lacking:
            kind, _, name = owner.partition("/")
            verb = "service-connector" if kind == "connector" else kind.replace("_", "-")
            asked = " ".join(f"--secret {one}" for one in lacking)
            note(f"Its secrets are not in the file: k8stui {verb} update {name} {asked}")


def _parts(orchestrator: str | None, store: str | None, registry: str | None, builder: str | None) -> dict[str, str]:
    given = {
        "orchestrator": orchestrator,
        "artifact_store": store,
        "container_registry": registry,
        "image_builder": builder,
    }
    return {field: name for field, name in given.items() if name is not None}


def _active(document: StackDocument) -> str:
    from k8stui.stacks.active import active_stack

    stack = active_stack(document)
    if stack is None:
        raise NotFoundError("No stack is active.", hint="k8stui stack list shows them, k8stui stack set NAME uses one.")
    return stack.name
