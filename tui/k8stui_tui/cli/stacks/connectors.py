"""The verbs of service connectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.output import Format, answered, note, say, structured, table
from k8stui_tui.cli.session import Output, execute
from k8stui_tui.cli.stacks.given import (
    PASS_ON,
    Arguments,
    Name,
    Names,
    Secret,
    drop_secrets,
    read_secrets,
    read_settings,
    with_secrets,
    write_settings,
)
from k8stui_tui.cli.stacks.reaching import list_all_resources, verify_connector
from k8stui_tui.cli.tables import Column
from k8stui_tui.sanitize import cell
from k8stui_tui.stacktexts import connector_lines, connector_plain

if TYPE_CHECKING:
    from k8stui.model.friendly import FriendlyModel
    from k8stui.model.stacks import StackDocument

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Register what leads to clusters: a kubeconfig, a token, a login plugin, an account of AWS, GCP or Azure.",
)

Unset = Annotated[
    list[str] | None, typer.Option("--unset", metavar="SETTING", help="Back to its default, or no secret; repeatable.")
]
ResourceType = Annotated[str, typer.Option("--resource-type", "-r", help="What it leads to: kubernetes-cluster.")]


@dataclass(frozen=True)
class _Settable:
    """What a type of connectors can be set to."""

    config: type[FriendlyModel]
    field: str = "connector"
    verb: str = "service-connector register"


class _Register(typer.core.TyperCommand):
    """Its help tells the settings of each type."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as click calls it
        """The settings, below the options."""
        from k8stui.stacks.connectors.types import TYPES

        for kind in TYPES.values():
            write_settings(formatter, f"Settings of --type {kind.kind}, as --NAME=VALUE", kind.config_model)
            if kind.secret_names:
                with formatter.section(f"Secrets of --type {kind.kind}, by --secret NAME"):
                    formatter.write_dl(list(kind.secret_names.items()))


@app.command("register", cls=_Register, context_settings=PASS_ON)
def register(
    arguments: Arguments,
    kind: Annotated[str, typer.Option("--type", "-t", help="kubeconfig, token, in-cluster, exec, aws, gcp or azure.")],
    resource_type: ResourceType = "kubernetes-cluster",
    resource: Annotated[str, typer.Option("--resource-id", help="The one cluster that it is for; all.")] = "",
    secret: Secret = None,
) -> None:
    """Register a connector."""
    from k8stui.stacks.connectors import registering
    from k8stui.stacks.document import StackFile

    _check_resource_type(resource_type)
    name, settings = _given(kind, arguments)
    values = read_secrets(secret or [])

    def change(document: StackDocument) -> StackDocument:
        made = registering.register(document, name, kind, settings, resource=resource, secrets=values)
        return with_secrets(made, f"connector/{name}", values)

    StackFile().change(change)
    if values:
        drop_secrets(f"connector/{name}", values)
    say(f"service connector {name} registered")
    note(f"Try it: k8stui service-connector verify {name}")


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List connectors, with the components that are reached by them."""
    from k8stui.stacks.document import StackFile

    document = StackFile().read()
    found = [connector_plain(document, name) for name in document.connectors]
    if answered(found, (one["name"] for one in found), output):
        return
    if not found:
        note("No service connector is registered: k8stui service-connector register NAME --type TYPE")
    else:
        columns = [Column("NAME"), Column("TYPE"), Column("RESOURCE", flexible=True), Column("USED BY", flexible=True)]
        rows = [(one["name"], one["type"], one["resource"] or "all", ", ".join(one["used_by"])) for one in found]
        table(columns, rows)


@app.command("describe")
def describe(name: Name, output: Output = Format.TABLE) -> None:
    """Describe a connector with all that is set; of its secrets the names."""
    from k8stui.stacks.document import StackFile

    document = StackFile().read()
    plain = connector_plain(document, name)
    if output.structured:
        say(structured(plain, output))
        return
    for line in [name] if output is Format.NAME else connector_lines(plain):
        say(cell(line).rstrip())


@app.command("update", context_settings=PASS_ON)
def update(
    arguments: Arguments,
    unset: Unset = None,
    resource: Annotated[
        str | None, typer.Option("--resource-id", help="The one cluster that it is for; '' for all.")
    ] = None,
    secret: Secret = None,
) -> None:
    """Change what a connector is set to. Open sessions take a new token when the old one is refused."""
    from k8stui.stacks.connectors import registering
    from k8stui.stacks.document import StackFile

    stacks = StackFile()
    name = _name(arguments)
    name, settings = _given(registering.connector_called(stacks.read(), name).type, arguments)
    if not (settings or unset or secret or resource is not None):
        raise InvalidInputError("There is nothing to change.", hint="Give --SETTING=VALUE, --unset or --secret.")
    values = read_secrets(secret or [])
    back = [one.replace("-", "_") for one in unset or []]

    def change(document: StackDocument) -> StackDocument:
        made = registering.update(document, name, settings, unset=back, resource=resource, secrets=values)
        return with_secrets(made, f"connector/{name}", values)

    made = stacks.change(change)
    if values or unset:
        drop_secrets(f"connector/{name}", made.connectors[name].secrets)
    say(f"service connector {name} updated")


@app.command("delete")
def delete(names: Names) -> None:
    """Delete connectors; one by which a component is reached is refused."""
    from k8stui.stacks.connectors import registering
    from k8stui.stacks.document import StackFile
    from k8stui.stacks.secrets import Secrets

    def change(document: StackDocument) -> StackDocument:
        for name in names:
            document = registering.delete(document, name)
        return document

    stacks = StackFile()
    stacks.change(change)
    for name in names:
        Secrets(stacks.path).forget(f"connector/{name}")
        say(f"service connector {name} deleted")


@app.command("verify")
def verify(
    name: Name,
    resource: Annotated[str, typer.Option("--resource-id", help="The one cluster to log in to; all.")] = "",
    output: Output = Format.TABLE,
) -> None:
    """Log in to the clusters that a connector reaches, and say who one is there."""
    execute(verify_connector(name, resource, output))


@app.command("list-resources")
def list_resources(
    resource_type: ResourceType = "kubernetes-cluster",
    kind: Annotated[str, typer.Option("--connector-type", "-c", help="Only connectors of this type.")] = "",
    exclude_errors: Annotated[
        bool, typer.Option("--exclude-errors", "-e", help="Leave out connectors that cannot be asked.")
    ] = False,
    output: Output = Format.TABLE,
) -> None:
    """List the clusters that all connectors reach."""
    _check_resource_type(resource_type)
    execute(list_all_resources(kind, output, exclude_errors=exclude_errors))


def _given(kind: str, arguments: list[str]) -> tuple[str, dict[str, Any]]:
    from k8stui.stacks.connectors.types import type_called

    name, settings = read_settings(_Settable(type_called(kind).config_model), arguments)
    if not name:
        raise InvalidInputError("The name of the service connector is missing.")
    return name, settings


def _name(arguments: list[str]) -> str:
    """The first word that is no setting and no setting's value: the name comes first where a type is not given."""
    if not arguments or arguments[0].startswith("-"):
        raise InvalidInputError("The name of the service connector comes first.")
    return arguments[0]


def _check_resource_type(name: str) -> None:
    from k8stui.stacks.connectors.types import CLUSTERS

    if name != CLUSTERS:
        raise InvalidInputError(f"--resource-type: {name!r} is not possible: connectors lead to a {CLUSTERS}")
