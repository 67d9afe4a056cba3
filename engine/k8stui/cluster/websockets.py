"""Websockets by aiohttp: their session, and one that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from k8stui.cluster.http_client import aiohttp
from k8stui.cluster.transport_types import LostError, beginning

HEARTBEAT = 20.0
"""Seconds between two pings: an answer that does not come within half of it is a connection that is lost."""

CLOSING = aiohttp.ClientWSTimeout(ws_close=0.5)
"""How long the other side has to agree that a websocket is closed: nothing depends on it, and kubelets never answer."""


MAX_MESSAGE = 1 << 24
"""Bytes of a message: servers send tens of thousands."""


class RefusedSocketError(Exception):
    """The server answered with something else than a websocket."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body


def socket_session(streams: aiohttp.ClientSession) -> aiohttp.ClientSession:
    """A session for websockets on the connections of another one.

    aiohttp drops the body of a refused handshake, where Kubernetes says why; this session reads it.
    """
    return aiohttp.ClientSession(
        connector=streams.connector,
        connector_owner=False,
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        raise_for_status=_read_refusal,
    )


async def _read_refusal(response: aiohttp.ClientResponse) -> None:
    if response.status != 101:
        raise RefusedSocketError(response.status, response.headers, await beginning(response.content.iter_any()))


class OpenSocket:
    """An open websocket, see `transport_types.Socket`."""

    def __init__(self, opened: aiohttp.ClientWebSocketResponse[bool], lost: Callable[[Exception], LostError]) -> None:
        self.protocol = opened.protocol or ""
        self._opened, self._lost = opened, lost

    async def receive(self) -> bytes | None:
        """The next message; None when the other side has ended it."""
        while True:
            message = await self._opened.receive()
            match message.type:
                case aiohttp.WSMsgType.BINARY:
                    return bytes(message.data)
                case aiohttp.WSMsgType.TEXT:
                    return str(message.data).encode()
                case aiohttp.WSMsgType.ERROR:
                    error = message.data
                    raise self._lost(error if isinstance(error, Exception) else ConnectionResetError(str(error)))
                case aiohttp.WSMsgType.CLOSED if self._opened.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE:
                    raise self._lost(ConnectionResetError("it gave no sign of life"))
                case aiohttp.WSMsgType.CLOSE | aiohttp.WSMsgType.CLOSING | aiohttp.WSMsgType.CLOSED:
                    return None

    async def send(self, message: bytes) -> None:
        """Send a message."""
        try:
            await self._opened.send_bytes(message)
        except (aiohttp.ClientError, ConnectionError) as error:
            raise self._lost(error) from error
