"""All types of connectors, and how a registered one becomes one that can be used."""

from __future__ import annotations

from collections.abc import Mapping

from k8stui.model.errors import InvalidInputError
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connectors.aws import AwsConnector
from k8stui.stacks.connectors.azure import AzureConnector
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.gcp import GcpConnector
from k8stui.stacks.connectors.local import InClusterConnector, KubeconfigConnector
from k8stui.stacks.connectors.server import ExecConnector, TokenConnector

TYPES: Mapping[str, type[Connector]] = {
    one.kind: one
    for one in (
        KubeconfigConnector,
        TokenConnector,
        InClusterConnector,
        ExecConnector,
        AwsConnector,
        GcpConnector,
        AzureConnector,
    )
}

CLUSTERS = "kubernetes-cluster"
"""The type of resources that connectors lead to."""


def type_called(name: str) -> type[Connector]:
    """The type of a name.

    Raises:
        InvalidInputError: There is none; the message lists those there are.
    """
    if name not in TYPES:
        raise InvalidInputError(f"connector.type: {name!r} is not possible: it should be one of {', '.join(TYPES)}")
    return TYPES[name]


def check_registered(name: str, registered: ServiceConnector, where: str) -> None:
    """Refuses what is written down of a connector and could not be used; nobody is asked.

    Args:
        name: What it is called.
        registered: What is written down.
        where: Its place, for errors.

    Raises:
        InvalidInputError: Its type is unknown, something set of it is wrong, or a secret stands there; no value of a
            secret is in the message.
    """
    try:
        kind = type_called(registered.type)
        _refuse_secrets(name, kind, registered, where)
        kind.config_model.model_validate(registered.config, context={"where": f"{where}.config"})
        kind.check_secrets(registered.secrets)
    except InvalidInputError as error:
        lines = (line if line.startswith(where) else f"{where}: {line}" for line in error.message.split("\n"))
        raise InvalidInputError("\n".join(lines), hint=error.hint) from error


def _refuse_secrets(name: str, kind: type[Connector], registered: ServiceConnector, where: str) -> None:
    for field in registered.config:
        if field in kind.secret_names:
            raise InvalidInputError(
                f"{where}.config.{field} is a secret, which does not belong into the file.",
                hint=f"Take it out, then: k8stui service-connector update {name} --secret {field}, which asks.",
            )


def connector_of(name: str, registered: ServiceConnector, secrets: Mapping[str, str]) -> Connector:
    """A registered connector, ready to be used.

    Args:
        name: What it is called.
        registered: What is written down of it.
        secrets: Its secret values.

    Raises:
        InvalidInputError: Its type is unknown, or something set of it is wrong.
    """
    kind = type_called(registered.type)
    config = kind.config_model.model_validate(registered.config, context={"where": f"connector {name}"})
    return kind(name, config, secrets, registered.resource)
