"""A way into a cluster, and how it is taken up anew where the one that is known is no good any more.

Sessions last for days: meanwhile an authority is rotated, or a person logs in anew, and the kubeconfig or the connector
says something else than when the session began.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from k8stui.cluster.credentials import Credentials
from k8stui.cluster.tls import Endpoint
from k8stui.model.errors import K8stuiError


@dataclass(frozen=True)
class Login:
    """All that is needed to talk to a cluster.

    Attributes:
        endpoint: Its address.
        credentials: What to show there.
        namespace: The one to use where none is named; empty for `default`.
        user: What the credentials are made of, to tell whether it has changed; None where they see to that themselves.
        again: Asks once more for the way to the same cluster; None where nobody can be asked.
        pause: Seconds to leave between two such questions.
    """

    endpoint: Endpoint
    credentials: Credentials
    namespace: str = ""
    user: Any = field(default=None, repr=False)
    again: Callable[[], Awaitable[Login]] | None = None
    pause: float = 0.0


class Way:
    """The login that is used, until there is a better one.

    Attributes:
        login: The present one.
        moved: The address that was said last, where it is another one. That one is not taken up: it may be another
            cluster, and what is done in a session is meant for the one that it began with.
        told: Hears of a login that was taken up, in a sentence.
    """

    def __init__(self, login: Login, *, now: Callable[[], float] = time.monotonic) -> None:
        self.login = login
        self.moved = ""
        self.told: Callable[[str], None] = lambda _: None
        self._now = now
        self._next = 0.0
        self._lock = asyncio.Lock()

    async def renew(self, stale: Login) -> bool:
        """Ask for the way once more, unless another request did so meanwhile.

        Args:
            stale: The login that was no good.

        Returns:
            Whether there is another one now.
        """
        async with self._lock:
            if self.login is not stale:
                return True
            if stale.again is None or self._now() < self._next:
                return False
            try:
                found = await stale.again()
            except K8stuiError:
                return False  # The file is being written, or nobody answers: what was no good is told as before.
            finally:
                self._next = self._now() + stale.pause
            same = found.endpoint.server == stale.endpoint.server
            self.moved = "" if same else found.endpoint.server
            news = changed(stale, found) if same else []
            if not news:
                return False
            self.login = found
        self.told(f"{_listed(news)} of {_called(found.endpoint)} has changed: taken up anew, the session goes on.")
        return True


def changed(before: Login, after: Login) -> list[str]:
    """What differs between two ways to the same server, in words."""
    one, other = before.endpoint, after.endpoint
    found = ["certificate authority"] if one.authority != other.authority else []
    if (one.insecure, one.tls_server_name) != (other.insecure, other.tls_server_name):
        found.append("check of the certificate")
    if one.proxy != other.proxy:
        found.append("proxy")
    if before.user != after.user:
        found.append("user")
    return found


def _listed(words: list[str]) -> str:
    return "The " + " and the ".join(words)


def _called(endpoint: Endpoint) -> str:
    if endpoint.connector:
        return f"connector {endpoint.connector}"
    return f"context {endpoint.context}" if endpoint.context else endpoint.server
