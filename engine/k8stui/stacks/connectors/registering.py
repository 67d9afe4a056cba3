"""What registering, changing and deleting a connector make of a document. Pure: nothing is half done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from k8stui.model.errors import ConflictError, InvalidInputError
from k8stui.model.kubernetes_types import unknown_field
from k8stui.model.stacks import ServiceConnector, StackDocument, check_name
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.types import type_called
from k8stui.stacks.document import plain_model
from k8stui.stacks.kinds import KINDS, missing


def register(
    document: StackDocument,
    name: str,
    kind: str,
    settings: Mapping[str, Any],
    *,
    resource: str = "",
    secrets: Collection[str] = (),
) -> StackDocument:
    """The document with one connector more.

    Args:
        document: What is registered.
        name: Its name.
        kind: Its type.
        settings: What it is set to.
        resource: The one cluster that it is for; empty for all that it reaches.
        secrets: Names of the values that are kept apart.

    Raises:
        InvalidInputError: The name, the type, a setting or a secret's name is not possible.
        ConflictError: There is one of that name already.
    """
    check_name(name, "connector")
    if name in document.connectors:
        raise ConflictError(
            f"There is a connector {name!r} already.", hint=f"Change it: k8stui service-connector update {name} --…"
        )
    found = type_called(kind)
    return _with(document, name, found, _checked(found, settings), resource, secrets)


def update(
    document: StackDocument,
    name: str,
    settings: Mapping[str, Any],
    *,
    unset: Collection[str] = (),
    resource: str | None = None,
    secrets: Collection[str] = (),
) -> StackDocument:
    """The document with a connector that is set otherwise.

    Args:
        document: What is registered.
        name: Its name.
        settings: What it is set to from now on.
        unset: Settings that go back to their defaults, and secrets that go.
        resource: The one cluster that it is for; None for the same as before.
        secrets: Names of values that are kept apart from now on, besides those it has.

    Raises:
        NotFoundError: There is none of that name.
        InvalidInputError: A setting or a secret's name is not possible, or one that is to be unset is not set.
    """
    known = connector_called(document, name)
    found = type_called(known.type)
    kept, names = dict(known.config), {*known.secrets, *secrets}
    for one in unset:
        if one in known.secrets:
            names.discard(one)
        elif one in kept:
            del kept[one]
        elif one in found.config_model.model_fields or one in found.secret_names:
            raise InvalidInputError(f"connector.{one} is not set, so that it cannot be unset.")
        else:
            raise unknown_field("connector", one, [*found.config_model.model_fields, *found.secret_names])
    checked = _checked(found, {**kept, **settings})
    return _with(document, name, found, checked, known.resource if resource is None else resource, names)


def delete(document: StackDocument, name: str) -> StackDocument:
    """The document without a connector.

    Raises:
        NotFoundError: There is none of that name.
        ConflictError: Components are reached by it.
    """
    connector_called(document, name)
    if using := users(document, name):
        raise ConflictError(
            f"By the connector {name!r} these are reached: {', '.join(using)}; it was not deleted.",
            hint=f"First: k8stui {using[0].split()[0]} disconnect {using[0].split()[1]}",
        )
    rest = {key: one for key, one in document.connectors.items() if key != name}
    return document.model_copy(update={"connectors": rest})


def connector_called(document: StackDocument, name: str) -> ServiceConnector:
    """A registered connector.

    Raises:
        NotFoundError: There is none of that name; the hint names those there are.
    """
    if name not in document.connectors:
        raise missing("connector", name, document.connectors, "k8stui service-connector register NAME --type TYPE")
    return document.connectors[name]


def users(document: StackDocument, name: str) -> list[str]:
    """The components that are reached by a connector, as `orchestrator eu`."""
    return [
        f"{kind.verb} {one}"
        for kind in KINDS.values()
        for one, component in kind.all(document).items()
        if component.connector == name
    ]


def _checked(kind: type[Connector], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are written down, once they were looked at."""
    for name in settings:
        if name in kind.secret_names:
            raise InvalidInputError(
                f"connector.{name} is a secret, which does not belong on a command line or into the file.",
                hint=f"Give --secret {name}, which asks; or --secret {name}=@FILE, {name}=env:VARIABLE.",
            )
    found: dict[str, Any] = plain_model(kind.config_model.model_validate(settings, context={"where": "connector"}))
    return found


def _with(
    document: StackDocument,
    name: str,
    kind: type[Connector],
    config: dict[str, Any],
    resource: str,
    secrets: Collection[str],
) -> StackDocument:
    kind.check_secrets(secrets)
    given: dict[str, Any] = {"type": kind.kind}
    given |= {"resource": resource} if resource else {}
    given |= {"config": config} if config else {}
    given |= {"secrets": tuple(sorted(secrets))} if secrets else {}
    made = ServiceConnector.model_validate(given, context={"where": "connector"})
    return document.model_copy(update={"connectors": {**document.connectors, name: made}})
