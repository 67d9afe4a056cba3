"""What all types of connectors have in common."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from k8stui.cluster.login import Login
from k8stui.model.errors import InvalidInputError, K8stuiError, NotFoundError
from k8stui.model.friendly import FriendlyModel


class ConnectorConfig(FriendlyModel):
    """What is set of a connector of any type.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    called: ClassVar[str] = "connector"


class Connector(ABC):
    """One connector, ready to be used. Nothing is asked of anybody before a method is called."""

    kind: ClassVar[str]
    """What it is called when it is registered."""
    config_model: ClassVar[type[ConnectorConfig]]
    """What can be set."""
    secret_names: ClassVar[Mapping[str, str]] = {}
    """The secret values that it understands, with what they are."""
    any_secret: ClassVar[bool] = False
    """Whether it takes secret values of any name."""
    pause: ClassVar[float] = 0.0
    """Seconds between two looks for another way into a cluster whose way is no good any more."""

    def __init__(self, name: str, config: Any, secrets: Mapping[str, str], resource: str = "") -> None:
        self.name = name
        self.config = config
        self.resource = resource
        self._secrets = secrets
        self.reread: Callable[[], Mapping[str, str]] = lambda: secrets
        """Reads the secret values once more; may block."""
        self.newest: Callable[[], Awaitable[Connector]] = self._with_new_secrets
        """Gives the connector as it is registered by now."""

    @classmethod
    def check_secrets(cls, names: Iterable[str]) -> None:
        """Refuses secret values that the type does not understand.

        Raises:
            InvalidInputError: The message names the first one.
        """
        unknown = sorted(set(names) - set(cls.secret_names))
        if unknown and not cls.any_secret:
            known = ", ".join(cls.secret_names)
            raise InvalidInputError(
                f"connector.secrets: {unknown[0]!r} is no secret of the type {cls.kind}",
                hint=f"It takes: {known}" if known else "It takes none.",
            )

    async def clusters(self) -> list[str]:
        """The clusters that it reaches, by the names `login` takes.

        Raises:
            K8stuiError: Whoever knows them cannot be asked, or refuses; the message says why.
        """
        return [self.resource] if self.resource else await self._clusters()

    @abstractmethod
    async def _clusters(self) -> list[str]:
        """All clusters of its account, file or server."""

    @abstractmethod
    async def _login(self, cluster: str, *, interactive: bool) -> Login:
        """The way into one of its clusters."""

    async def login(self, cluster: str = "", *, interactive: bool = False) -> Login:
        """The way into one of its clusters.

        Args:
            cluster: Its name; may be left out where there is one only.
            interactive: Whether a login plugin may use the terminal.

        Raises:
            NotFoundError: There is no such cluster; the hint lists those there are.
            InvalidInputError: None is named and there are several.
            K8stuiError: Whoever knows the way cannot be asked, or refuses.
        """
        if cluster and self.resource and cluster != self.resource:
            raise self.no_such(cluster, [self.resource])
        cluster = cluster or await self.only_cluster()
        login = await self._login(cluster, interactive=interactive)
        return replace(
            login,
            endpoint=replace(login.endpoint, connector=self.name),
            again=partial(self._once_more, cluster, interactive=interactive),
            pause=self.pause,
        )

    async def _once_more(self, cluster: str, *, interactive: bool) -> Login:
        return await (await self.newest()).login(cluster, interactive=interactive)

    async def _with_new_secrets(self) -> Connector:
        self._secrets = await asyncio.to_thread(self.reread)
        return self

    async def only_cluster(self) -> str:
        """The one cluster that it reaches.

        Raises:
            NotFoundError: There is none.
            InvalidInputError: There are several.
        """
        found = await self.clusters()
        if not found:
            raise NotFoundError(f"The connector {self.name!r} reaches no cluster.")
        if len(found) > 1:
            raise InvalidInputError(
                f"The connector {self.name!r} reaches {len(found)} clusters: {listed(found)}.",
                hint="Say which one: --resource-id NAME",
            )
        return found[0]

    def no_such(self, cluster: str, known: list[str]) -> NotFoundError:
        """The error for a cluster that it does not reach."""
        return NotFoundError(
            f"The connector {self.name!r} reaches no cluster {cluster!r}.", hint=f"It reaches: {listed(known)}"
        )


def listed(names: list[str], most: int = 12) -> str:
    """Names for a sentence, not all of hundreds."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "none") + rest


def missing_sdk(type_name: str, vendor: str) -> K8stuiError:
    """The error for a type whose SDK is not installed."""
    return K8stuiError(
        f"Connectors of the type {type_name} need {vendor}'s SDK, which is not installed.",
        hint=f"pip install 'k8stui[{type_name}]'",
    )
