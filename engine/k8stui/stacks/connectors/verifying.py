"""Asks what connectors lead to: the clusters they reach, and whether one can log in there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from k8stui.cluster.connect import open_cluster
from k8stui.model.errors import K8stuiError, as_told
from k8stui.model.stacks import ServiceConnector
from k8stui.stacks.connecting import usable_connector
from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.short_lived import ShortLivedCredentials
from k8stui.stacks.secrets import Secrets

_AT_ONCE = 8
"""Clusters that are asked at the same time."""


@dataclass(frozen=True)
class Reached:
    """What a connector leads to.

    Attributes:
        name: The connector's.
        kind: Its type.
        clusters: Those that it reaches.
        error: Why that is not known; None where it is.
    """

    name: str
    kind: str
    clusters: tuple[str, ...] = ()
    error: K8stuiError | None = None


@dataclass(frozen=True)
class Verified:
    """What became of logging in to a cluster.

    Attributes:
        cluster: Its name.
        server: Its address; empty where not even that was found out.
        version: The server's.
        user: Who one is there.
        expires: When the credentials expire, UTC; None for never or unknown.
        error: Why one is not let in; None when one is.
    """

    cluster: str
    server: str = ""
    version: str = ""
    user: str = ""
    expires: datetime | None = None
    error: K8stuiError | None = None


async def reach(connectors: Mapping[str, ServiceConnector], *, secrets: Secrets | None = None) -> list[Reached]:
    """The clusters that connectors reach, all asked at once; an error of one is told and in nobody's way.

    Args:
        connectors: Registered ones by name.
        secrets: Where their secrets are; by default those of the stacks file.
    """

    async def one(name: str, registered: ServiceConnector) -> Reached:
        try:
            usable = await usable_connector(name, registered, secrets=secrets)
            return Reached(name, registered.type, tuple(await usable.clusters()))
        except Exception as error:  # SDKs raise what they like; a defect is told as one
            return Reached(name, registered.type, error=as_told(error))

    return list(await asyncio.gather(*(one(name, registered) for name, registered in connectors.items())))


async def verify(connector: Connector, cluster: str = "", *, interactive: bool = False) -> list[Verified]:
    """Log in to one cluster, or to all that a connector reaches.

    Args:
        connector: The connector.
        cluster: The one; empty for all.
        interactive: Whether a login plugin may use the terminal. One at a time then.

    Raises:
        K8stuiError: The clusters that it reaches cannot be found out.
    """
    clusters = [cluster] if cluster else await connector.clusters()
    free = asyncio.Semaphore(1 if interactive else _AT_ONCE)

    async def one(name: str) -> Verified:
        async with free:
            return await _verify(connector, name, interactive=interactive)

    return list(await asyncio.gather(*map(one, clusters)))


async def _verify(connector: Connector, name: str, *, interactive: bool) -> Verified:
    server = ""
    try:
        login = await connector.login(name, interactive=interactive)
        server = login.endpoint.server
        async with open_cluster(login) as cluster:
            version, user = await cluster.version(), await cluster.whoami()
        renewed = login.credentials
        expires = renewed.expires if isinstance(renewed, ShortLivedCredentials) else None
        return Verified(name, server, version, user, expires)
    except Exception as error:  # as above
        return Verified(name, server, error=as_told(error))


async def cluster_meant(connector: Connector, cluster: str = "") -> str:
    """The cluster of a connector that a component is to be reached by, once it was found there.

    Args:
        connector: The connector.
        cluster: Its name; may be left out where there is one only.

    Raises:
        NotFoundError: There is no such cluster.
        InvalidInputError: None is named and there are several.
        K8stuiError: Whoever knows them cannot be asked, or refuses.
    """
    name = cluster or await connector.only_cluster()
    await connector.login(name)
    return name
