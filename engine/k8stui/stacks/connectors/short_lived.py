"""Bearer tokens that expire, renewed before they do, for sessions that last longer than a token."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from k8stui.cluster.credentials import Secret
from k8stui.model.errors import K8stuiError

_EARLY = timedelta(minutes=2)
"""How long before its end a token is renewed: longer than clocks differ and requests take."""
_AGAIN = timedelta(seconds=20)
"""The pause after a renewal that failed while the old token is still good."""


@dataclass(frozen=True)
class Token:
    """A bearer token. `expires` is UTC."""

    value: str = field(repr=False)
    expires: datetime


class ShortLivedCredentials:
    """Credentials that ask for a new token when the old one is about to expire, or was refused.

    Args:
        fetch: Gets a new token.
        start_over: Forgets the login by which tokens are got; called before the next one after a token that was refused
            or could not be had, since a person may have logged in anew. None for nothing to forget.
        now: The time, UTC.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Token]],
        start_over: Callable[[], Awaitable[None]] | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetch = fetch
        self._start_over = start_over
        self._failed = False
        self._now = now
        self._token: Token | None = None
        self._not_before: datetime | None = None
        self._lock = asyncio.Lock()

    @property
    def expires(self) -> datetime | None:
        """When the present token expires; None before there is one."""
        return self._token.expires if self._token else None

    async def current(self) -> Secret:
        """The token, renewed when its end is near; the old one as long as it is good and no new one is to be had."""
        async with self._lock:
            now, token = self._now(), self._token
            if token and (
                now < token.expires - _EARLY or (self._not_before and now < self._not_before < token.expires)
            ):
                return _secret(token)
            try:
                self._token = token = await self._renewed()
            except K8stuiError:
                if token is None or now >= token.expires:
                    raise
                self._not_before = now + _AGAIN
            else:
                self._not_before = None
            return _secret(token)

    async def reload(self, refused: Secret) -> bool:
        """Get a new token after a 401, unless another request did so meanwhile."""
        async with self._lock:
            if self._token and _secret(self._token) != refused:
                return True
            self._failed = True
            self._token = await self._renewed()
            return _secret(self._token) != refused

    async def _renewed(self) -> Token:
        if self._failed and self._start_over:
            await self._start_over()
        self._failed = True  # until it has worked
        token = await self._fetch()
        self._failed = False
        return token


def _secret(token: Token) -> Secret:
    return Secret({"Authorization": f"Bearer {token.value}"})
