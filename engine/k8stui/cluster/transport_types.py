"""What goes into and comes out of an HTTP exchange, without the HTTP client.

Apart from `transport`, so that `Cluster` can be imported, and faked in tests, without loading aiohttp.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from k8stui.cluster.credentials import Secret
from k8stui.cluster.subject import Where
from k8stui.model.errors import UnreachableError

Query: TypeAlias = Mapping[str, str | Sequence[str]]
"""Query parameters; one with several values stands there once for each."""


@dataclass(frozen=True)
class Call:
    """One exchange. `path` is relative to the server's URL; `timeout` replaces the usual total, in seconds."""

    method: str
    path: str
    query: Query
    headers: Mapping[str, str]
    body: bytes | None = None
    timeout: float | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, whatever its status. `secret` is what the request was sent with."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    secret: Secret


@dataclass(frozen=True)
class StreamAnswer:
    """The head of a streamed answer, and its bytes as they come."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]
    secret: Secret

    async def body(self) -> bytes:
        """The beginning of it: for refusals, which are short."""
        return await beginning(self.chunks)


async def beginning(chunks: AsyncIterator[bytes], most: int = 1 << 16) -> bytes:
    """So many bytes of what comes, or a chunk more."""
    collected = b""
    async for chunk in chunks:
        collected += chunk
        if len(collected) > most:
            break
    return collected


class Socket(Protocol):
    """An open websocket: messages of bytes, both ways."""

    protocol: str
    """Which of the offered subprotocols the server took; empty for none."""

    async def receive(self) -> bytes | None:
        """The next message; None when the other side has ended it.

        Raises:
            LostError: The connection broke off.
        """

    async def send(self, message: bytes) -> None:
        """Send a message.

        Raises:
            LostError: The connection broke off.
        """


@dataclass(frozen=True)
class SocketAnswer:
    """What came of asking for a websocket: one that is open, or a refusal with its status and body."""

    status: int
    headers: Mapping[str, str]
    secret: Secret
    socket: Socket | None = None
    refusal: bytes = b""

    async def body(self) -> bytes:
        """What was said with the refusal."""
        return self.refusal


class LostError(Exception):
    """No answer came.

    Attributes:
        error: The sentence for a person.
        maybe_sent: Whether the server may have read and executed the request.
        final: Whether trying again is pointless (a wrong certificate, an unknown host).
    """

    def __init__(self, error: UnreachableError, *, maybe_sent: bool, final: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.maybe_sent = maybe_sent
        self.final = final


class Sender(Protocol):
    """What `requests` uses of `transport.Transport`; tests bring their own."""

    where: Where

    async def send(self, call: Call) -> Answer:
        """One exchange."""

    def stream(self, call: Call, *, silence: float | None) -> AbstractAsyncContextManager[StreamAnswer]:
        """One streamed exchange."""

    def socket(self, call: Call, protocols: Sequence[str]) -> AbstractAsyncContextManager[SocketAnswer]:
        """One websocket."""

    async def reauthenticate(self, refused: Secret) -> bool:
        """Load credentials anew."""

    def tell(self, told: Callable[[str], None]) -> None:
        """Tell of a login that is taken up anew."""

    async def aclose(self) -> None:
        """Close all connections."""
