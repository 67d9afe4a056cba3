"""From the active stack to its cluster: by its connector, else the cluster it runs in, else a context."""

from __future__ import annotations

import asyncio
from functools import partial

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import context_login, open_cluster, pod_login
from k8stui.cluster.login import Login
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.active import ActiveStack
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.document import StackFile
from k8stui.stacks.place import default_path
from k8stui.stacks.secrets import Secrets


async def connect_stack(
    stack: ActiveStack,
    *,
    namespace: str | None = None,
    read_only: bool = False,
    interactive: bool = False,
    secrets: Secrets | None = None,
) -> Cluster:
    """Get ready to talk to a stack's cluster. A connector may be asked for it; the cluster itself is not.

    Args:
        stack: The active one, or another one.
        namespace: By default the orchestrator's.
        read_only: Refuse every write.
        interactive: Whether a login plugin may use the terminal; not while a screen is drawn on it.
        secrets: Where the connector's secrets are; by default those of the stacks file.

    Raises:
        NotFoundError: The connector has no such cluster, or the kubeconfig no such context.
        UnreachableError: There is no usable kubeconfig, or the connector's provider cannot be reached.
        K8stuiError: The connector cannot be used; the message says why.
    """
    config = stack.orchestrator.config
    login = await _login(stack, interactive=interactive, secrets=secrets)
    return open_cluster(login, namespace=namespace or config.kubernetes_namespace, read_only=read_only)


async def _login(stack: ActiveStack, *, interactive: bool, secrets: Secrets | None) -> Login:
    orchestrator = stack.orchestrator
    if connector := stack.connector_of(orchestrator):
        usable = await usable_connector(orchestrator.connector, connector, secrets=secrets)
        return await usable.login(orchestrator.resource, interactive=interactive)
    if orchestrator.config.incluster:
        return pod_login()
    return context_login(None, orchestrator.config.kubernetes_context, interactive=interactive)


async def usable_connector(name: str, registered: ServiceConnector, *, secrets: Secrets | None = None) -> Connector:
    """A registered connector with its secrets.

    Args:
        name: What it is called.
        registered: What is written down of it.
        secrets: Where its secrets are; by default those of the stacks file.

    Raises:
        InvalidInputError: Its type is unknown, or something set of it is wrong.
        K8stuiError: Its secrets cannot be read.
    """
    from k8stui.stacks.connectors.types import connector_of  # noqa: PLC0415 - only for those who use a connector

    if not registered.secrets:
        made = connector_of(name, registered, {})
    else:
        read = partial((secrets or Secrets(default_path())).read, f"connector/{name}")
        made = connector_of(name, registered, await asyncio.to_thread(read))
        made.reread = read
    made.newest = partial(_as_registered_by_now, name, registered, secrets)
    return made


async def _as_registered_by_now(name: str, registered: ServiceConnector, secrets: Secrets | None) -> Connector:
    """The connector with what `service-connector update` has changed since it was made."""
    known = (await asyncio.to_thread(StackFile().read)).connectors
    return await usable_connector(name, known.get(name, registered), secrets=secrets)
