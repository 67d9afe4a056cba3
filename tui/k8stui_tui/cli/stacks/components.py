"""The verbs of components: one set for each kind, since they differ in their settings only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError, NotFoundError
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import Output
from k8stui_tui.cli.stacks.given import (
    PASS_ON,
    Arguments,
    Name,
    Names,
    Secret,
    command_of,
    read_secrets,
    read_settings,
    with_secrets,
)
from k8stui_tui.cli.stacks.pruning import prune
from k8stui_tui.cli.tables import Column
from k8stui_tui.sanitize import cell
from k8stui_tui.stacktexts import component_lines, component_plain

if TYPE_CHECKING:
    from k8stui.model.stacks import Component, StackDocument
    from k8stui.stacks.document import StackFile
    from k8stui.stacks.kinds import Kind
    from k8stui.stacks.secrets import Secrets

Flavor = Annotated[str, typer.Option("--flavor", "-f", help="Its flavor; told by its settings when left out.")]
Connector = Annotated[str, typer.Option("--connector", help="The service connector by which it is reached.")]
Resource = Annotated[str, typer.Option("--resource-id", help="Which of the connector's resources it is.")]
Unset = Annotated[list[str] | None, typer.Option("--unset", metavar="SETTING", help="Back to its default; repeatable.")]
OwnName = Annotated[str, typer.Argument(metavar="[NAME]", help="Its name; the active stack's one.", show_default=False)]


CONNECTED = frozenset({"orchestrator"})
"""The kinds that connectors lead to: clusters, and nothing else."""


def app_of(field: str) -> typer.Typer:
    """The verbs of one kind.

    Args:
        field: What a stack calls it.
    """
    noun = field.replace("_", " ")
    app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=f"Register, list and change {_plural(noun)}.")
    verbs = _Verbs(field)
    sets = command_of(field)

    if field in CONNECTED:
        _add_connecting(app, verbs, noun)
    else:

        @app.command("register", cls=sets, context_settings=PASS_ON, help=f"Register {_a(noun)}.")
        def register(arguments: Arguments, flavor: Flavor = "", secret: Secret = None) -> None:
            verbs.register(arguments, flavor, "", "", secret or [])

    @app.command("list", help=f"List {_plural(noun)}, with the stacks that they belong to.")
    def list_(output: Output = Format.TABLE) -> None:
        verbs.show_all(output)

    @app.command("describe", help=f"Describe {_a(noun)} with all that is set.")
    def describe(name: OwnName = "", output: Output = Format.TABLE) -> None:
        verbs.describe(name, output)

    @app.command("update", cls=sets, context_settings=PASS_ON, help=f"Change what {_a(noun)} is set to.")
    def update(arguments: Arguments, unset: Unset = None, secret: Secret = None) -> None:
        verbs.update(arguments, unset or [], secret or [])

    if field == "artifact_store":
        app.command("prune")(prune)

    @app.command("delete", help=f"Delete {_plural(noun)}; one that a stack uses is refused.")
    def delete(names: Names) -> None:
        verbs.delete(names)

    return app


def _add_connecting(app: typer.Typer, verbs: _Verbs, noun: str) -> None:
    """What only a kind has that connectors lead to."""
    sets = command_of(verbs.field)

    @app.command("register", cls=sets, context_settings=PASS_ON, help=f"Register {_a(noun)}.")
    def register(
        arguments: Arguments,
        flavor: Flavor = "",
        connector: Connector = "",
        resource: Resource = "",
        secret: Secret = None,
    ) -> None:
        verbs.register(arguments, flavor, connector, resource, secret or [])

    @app.command("connect", help=f"Reach {_a(noun)} by a service connector.")
    def connect(
        name: Name,
        connector: Annotated[str, typer.Option("--connector", "-c", help="The service connector.")],
        resource: Resource = "",
    ) -> None:
        verbs.connect(name, connector, resource)

    @app.command("disconnect", help=f"Reach {_a(noun)} without a service connector from now on.")
    def disconnect(name: Name) -> None:
        verbs.disconnect(name)


class _Verbs:
    """What the verbs of one kind do."""

    def __init__(self, field: str) -> None:
        self.field = field

    @property
    def _kind(self) -> Kind:
        from k8stui.stacks.kinds import KINDS

        return KINDS[self.field]

    def register(self, arguments: list[str], flavor: str, connector: str, resource: str, secrets: list[str]) -> None:
        from k8stui.stacks.registering import register

        name, settings = self._given(arguments)
        if connector:
            resource = self._found(connector, resource)
        values = read_secrets(secrets)

        def change(document: StackDocument) -> StackDocument:
            made = register(
                document, self._kind, name, settings,
                flavor=flavor, connector=connector, resource=resource, secrets=tuple(values),
            )  # fmt: skip
            return with_secrets(made, self._kind.owner(name), values)

        made = self._file().change(change)
        say(f"{self._kind.noun} {name} registered")
        note_unknown_context(self._kind.get(made, name))
        use = {"orchestrator": f"-o {name} --set"}.get(self.field, f"-o ORCHESTRATOR --{self._kind.verb} {name} --set")
        note(f"Use it: k8stui stack register NAME {use}")

    def show_all(self, output: Format) -> None:
        from k8stui.stacks.kinds import where

        kind, document = self._kind, self._file().read()
        found = [component_plain(document, kind, name) for name in kind.all(document)]
        if answered(found, (one["name"] for one in found), output):
            return
        if not found:
            note(f"No {kind.noun} is registered: k8stui {kind.verb} register NAME")
        else:
            columns = [Column("ACTIVE"), Column("NAME"), Column("FLAVOR"), Column("LEADS TO", flexible=True)]
            columns += [Column("CONNECTOR"), Column("STACKS", flexible=True)]
            rows = [
                ("yes" if one["active"] else "", one["name"], one["flavor"],
                 where(kind.get(document, one["name"])), one["connector"], ", ".join(one["stacks"]))
                for one in found
            ]  # fmt: skip
            table(columns, rows)

    def describe(self, name: str, output: Format) -> None:
        document = self._file().read()
        name = name or self._active(document)
        if output.structured:
            say(structured(component_plain(document, self._kind, name), output))
            return
        self._kind.get(document, name)
        for line in [name] if output is Format.NAME else component_lines(document, self._kind, name):
            say(cell(line).rstrip())

    def update(self, arguments: list[str], unset: list[str], secrets: list[str]) -> None:
        from k8stui.stacks.registering import update

        name, settings = self._given(arguments)
        if not (settings or unset or secrets):
            raise InvalidInputError("There is nothing to change.", hint="Give --SETTING=VALUE, --unset or --secret.")
        values = read_secrets(secrets)

        def change(document: StackDocument) -> StackDocument:
            names = {*self._kind.get(document, name).secrets, *values} if values else None
            made = update(
                document, self._kind, name, settings, unset=[one.replace("-", "_") for one in unset],
                secrets=None if names is None else tuple(names),
            )  # fmt: skip
            return with_secrets(made, self._kind.owner(name), values)

        made = self._file().change(change)
        say(f"{self._kind.noun} {name} updated")
        if values and self.field == "artifact_store":
            note("Schedules go on with the secrets that they have: k8stui schedule refresh --all")
        note_unknown_context(self._kind.get(made, name))

    def delete(self, names: list[str]) -> None:
        from k8stui.stacks.registering import delete

        def change(document: StackDocument) -> StackDocument:
            for name in names:
                document = delete(document, self._kind, name)
            return document

        self._file().change(change)
        for name in names:
            self._secrets().forget(self._kind.owner(name))
            say(f"{self._kind.noun} {name} deleted")

    def connect(self, name: str, connector: str, resource: str) -> None:
        from k8stui.stacks.kinds import where
        from k8stui.stacks.registering import connect

        self._kind.get(self._file().read(), name)
        found = self._found(connector, resource)
        document = self._file().change(lambda known: connect(known, self._kind, name, connector, found))
        say(f"{self._kind.noun} {name} connected: {where(self._kind.get(document, name))}")

    def disconnect(self, name: str) -> None:
        from k8stui.stacks.kinds import where
        from k8stui.stacks.registering import connect

        document = self._file().change(lambda known: connect(known, self._kind, name, ""))
        say(f"{self._kind.noun} {name} disconnected: {where(self._kind.get(document, name))}")

    def _given(self, arguments: list[str]) -> tuple[str, dict[str, object]]:
        name, settings = read_settings(self._kind, arguments)
        if not name:
            raise InvalidInputError(f"The name of the {self._kind.noun} is missing.")
        return name, settings

    def _active(self, document: StackDocument) -> str:
        from k8stui.stacks.active import active_stack

        stack = active_stack(document)
        name = str(getattr(stack.names, self.field)) if stack else ""
        if not name:
            has = f"The stack {stack.name!r} has no {self._kind.noun}" if stack else "No stack is active"
            raise NotFoundError(f"{has}.", hint=f"Name one; k8stui {self._kind.verb} list shows them.")
        return name

    def _found(self, connector: str, resource: str) -> str:
        """The resource of a connector, once it was found there."""
        from k8stui.stacks.connecting import usable_connector
        from k8stui.stacks.connectors.registering import connector_called
        from k8stui.stacks.connectors.verifying import cluster_meant

        registered = connector_called(self._file().read(), connector)

        async def find() -> str:
            return await cluster_meant(await usable_connector(connector, registered), resource)

        return asyncio.run(find())

    def _file(self) -> StackFile:
        from k8stui.stacks.document import StackFile

        return StackFile()

    def _secrets(self) -> Secrets:
        from k8stui.stacks.secrets import Secrets

        return Secrets(self._file().path)


def note_unknown_context(component: Component) -> None:
    """Say that the kubeconfig has no context of that name; it may still get one, so nothing is refused."""
    config = getattr(component, "config", None)
    context = getattr(config, "kubernetes_context", None)
    if not context or component.connector or getattr(config, "incluster", False):
        return
    from k8stui.control.clusters.contexts import read_contexts
    from k8stui.model.errors import K8stuiError

    try:
        names = [one.name for one in read_contexts(None)]
    except K8stuiError:
        return
    if context not in names:
        there = f"it has: {', '.join(names)}" if names else "there is none"
        note(f"Note: your kubeconfig has no context {context!r}; {there}")


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
