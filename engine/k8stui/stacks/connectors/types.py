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
