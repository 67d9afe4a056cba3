"""What connectors to a provider's account have in common: an SDK that blocks, and short-lived tokens."""

from __future__ import annotations

import asyncio
import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from k8stui.stacks.connectors.base import Connector
from k8stui.stacks.connectors.short_lived import ShortLivedCredentials, Token

_T = TypeVar("_T")


class CloudConnector(Connector):
    """A connector whose clusters a provider's SDK tells. It is used in threads, by one at a time."""

    pause = 20.0

    def __init__(self, name: str, config: Any, secrets: Mapping[str, str], resource: str = "") -> None:
        super().__init__(name, config, secrets, resource)
        self._session: Any = None
        """The SDK's login, made when it is first needed."""
        self._busy = threading.Lock()

    @abstractmethod
    def _told(self, work: Callable[[], _T], what: str) -> _T:
        """Do some work; what the SDK raises becomes one of our errors, which says what was to be done."""

    async def _in_thread(self, work: Callable[[], _T], what: str = "log in") -> _T:
        def alone() -> _T:
            # No SDK promises that a session may be used by two threads at once.
            with self._busy:
                return self._told(work, what)

        return await asyncio.to_thread(alone)

    def _credentials_of(self, token: Callable[[], Token], what: str = "log in") -> ShortLivedCredentials:
        """Credentials that get their tokens by the SDK, and log in anew after one was refused."""

        async def fetch() -> Token:
            return await self._in_thread(token, what)

        async def start_over() -> None:
            await self._in_thread(self._forget_login)

        return ShortLivedCredentials(fetch, start_over)

    def _forget_login(self) -> None:
        """Read the secret values once more, and forget the login that was made of the old ones; may block."""
        self._secrets = self.reread()
        self._session = None


def by_name(clusters: list[dict[str, Any]], place: Callable[[dict[str, Any]], str]) -> dict[str, dict[str, Any]]:
    """Clusters by name; by `place/name` where several have the same name.

    Args:
        clusters: As the provider tells them.
        place: What tells two of one name apart.
    """
    names = [str(one["name"]) for one in clusters]
    return {
        (name if names.count(name) == 1 else f"{place(one)}/{name}"): one
        for name, one in zip(names, clusters, strict=True)
    }
