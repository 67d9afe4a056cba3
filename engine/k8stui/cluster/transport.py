"""One HTTP exchange with the API server: sessions, TLS, timeouts, and what kind of failure a failure was.

Only this module and `websockets` import aiohttp. It repeats nothing: `requests` decides that, and needs to know whether
a lost request may have reached the server.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from k8stui.cluster.credentials import Credentials, Secret
from k8stui.cluster.errors import Where
from k8stui.cluster.tls import Endpoint, tls_context
from k8stui.cluster.transport_types import Answer, Call, LostError, SocketAnswer, StreamAnswer
from k8stui.cluster.websockets import CLOSING, HEARTBEAT, OpenSocket, RefusedSocketError, socket_session
from k8stui.model.errors import UnreachableError
from k8stui.version import __version__

USER_AGENT = f"k8stui/{__version__}"

_GONE = "Connection closed."
"""What aiohttp's StreamReader says, as a RuntimeError, where the connection went between two reads."""

_BREAKS = (aiohttp.ClientError, TimeoutError, OSError, RuntimeError)
"""What a broken connection may raise."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds. Streams have none but the connection's: a quiet pod's log may say nothing for days."""

    connect: float = 10.0
    total: float = 30.0


@dataclass
class _Sessions:
    plain: aiohttp.ClientSession
    streams: aiohttp.ClientSession
    sockets: aiohttp.ClientSession
    certificate: tuple[bytes, bytes] | None

    async def close(self) -> None:
        await self.plain.close()
        await self.sockets.close()
        await self.streams.close()


class Transport:
    """Sends requests to one API server with one user's credentials."""

    def __init__(self, endpoint: Endpoint, credentials: Credentials, *, timeouts: Timeouts | None = None) -> None:
        self.where = Where(endpoint.context, endpoint.server, endpoint.connector, endpoint.kubeconfig)
        self._endpoint = endpoint
        self._credentials = credentials
        self._timeouts = timeouts or Timeouts()
        self._sessions: _Sessions | None = None
        self._retired: list[_Sessions] = []

    async def aclose(self) -> None:
        """Close every connection, streams included."""
        open_sessions = [*self._retired, *([self._sessions] if self._sessions else [])]
        self._retired, self._sessions = [], None
        for sessions in open_sessions:
            await sessions.close()

    async def reauthenticate(self, refused: Secret) -> bool:
        """Load the credentials anew after a 401; False when nothing else is to be had."""
        return await self._credentials.reload(refused)

    async def send(self, call: Call) -> Answer:
        """One request with its whole answer.

        Raises:
            LostError: No answer came.
            UnreachableError: There are no credentials to send.
        """
        sessions, secret = await self._prepare()
        timeout = aiohttp.ClientTimeout(total=call.timeout or self._timeouts.total, sock_connect=self._timeouts.connect)
        try:
            async with sessions.plain.request(**self._arguments(call, secret), timeout=timeout) as response:
                return Answer(response.status, response.headers, await response.read(), secret)
        except _BREAKS as error:
            raise self._lost(error) from error

    @asynccontextmanager
    async def stream(self, call: Call, *, silence: float | None) -> AsyncIterator[StreamAnswer]:
        """One request whose answer is read as it comes.

        Args:
            call: The request.
            silence: Seconds without a byte after which the connection counts as lost; None for never.

        Raises:
            LostError: No answer came, or it broke off; also while iterating over the chunks.
        """
        sessions, secret = await self._prepare()
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._timeouts.connect, sock_read=silence)
        try:
            response = await sessions.streams.request(**self._arguments(call, secret), timeout=timeout)
        except _BREAKS as error:
            raise self._lost(error) from error
        try:
            yield StreamAnswer(response.status, response.headers, self._chunks(response), secret)
        finally:
            response.close()

    @asynccontextmanager
    async def socket(self, call: Call, protocols: Sequence[str]) -> AsyncIterator[SocketAnswer]:
        """One websocket, or the refusal of one.

        Args:
            call: The request, a GET.
            protocols: Subprotocols that are offered, the best first.

        Raises:
            LostError: No answer came; the socket raises it too.
        """
        sessions, secret = await self._prepare()
        arguments = self._arguments(call, secret)
        for unknown in ("method", "data", "allow_redirects"):
            del arguments[unknown]
        try:
            async with asyncio.timeout(self._timeouts.total):
                opened = await sessions.sockets.ws_connect(
                    **arguments, protocols=protocols, heartbeat=HEARTBEAT, max_msg_size=0, timeout=CLOSING
                )
        except RefusedSocketError as refused:
            yield SocketAnswer(refused.status, refused.headers, secret, refusal=refused.body)
            return
        except _BREAKS as error:
            raise self._lost(error) from error
        try:
            yield SocketAnswer(101, {}, secret, OpenSocket(opened, self._lost))
        finally:
            await opened.close()

    async def _chunks(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        try:
            async for chunk in response.content.iter_any():
                yield chunk
        except _BREAKS as error:
            raise self._lost(error) from error

    async def _prepare(self) -> tuple[_Sessions, Secret]:
        secret = await self._credentials.current()
        if self._sessions is None or self._sessions.certificate != secret.certificate:
            # A renewed certificate needs new connections; streams on the old ones go on undisturbed.
            if self._sessions is not None:
                self._retired.append(self._sessions)
            context = tls_context(self._endpoint, secret.certificate)
            streams = _session(context, limit=0)
            sockets = socket_session(streams)
            self._sessions = _Sessions(_session(context, limit=32), streams, sockets, secret.certificate)
        return self._sessions, secret

    def _arguments(self, call: Call, secret: Secret) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "method": call.method,
            "url": self._endpoint.server + call.path,
            "params": dict(call.query),
            "headers": {**call.headers, **secret.headers, "User-Agent": USER_AGENT},
            "data": call.body,
            "allow_redirects": False,
        }
        if self._endpoint.proxy:
            arguments["proxy"] = self._endpoint.proxy
        if self._endpoint.tls_server_name:
            arguments["server_hostname"] = self._endpoint.tls_server_name
        return arguments

    def _lost(self, error: Exception) -> LostError:
        if isinstance(error, RuntimeError) and str(error) != _GONE:
            raise error
        where = self.where
        hint = f"Is the cluster running and reachable from here? Try: {where.check}"
        match error:
            case aiohttp.ClientConnectorCertificateError() | ssl.SSLCertVerificationError():
                reason = getattr(getattr(error, "certificate_error", error), "verify_message", "") or str(error)
                message = f"The certificate of {where} is not trusted: {reason.rstrip('.')}."
                told = f"connector {where.connector!r}" if where.connector else "kubeconfig"
                hint = f"Check certificate-authority and tls-server-name of this cluster in the {told}."
                return LostError(UnreachableError(message, hint=hint), maybe_sent=False, final=True)
            case aiohttp.ClientConnectorDNSError():
                message = f"The host of {where} cannot be found: {_plain(error)}."
                return LostError(UnreachableError(message, hint=hint), maybe_sent=False, final=True)
            case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
                message = (
                    f"The proxy {self._endpoint.proxy} on the way to {where} does not let us through: {_plain(error)}."
                )
                return LostError(UnreachableError(message, hint="Check proxy-url and HTTPS_PROXY."), maybe_sent=False)
            case aiohttp.ClientSSLError() | ssl.SSLError():
                message = f"No TLS connection to {where}: {error}."
                return LostError(
                    UnreachableError(message, hint=hint), maybe_sent=not isinstance(error, aiohttp.ClientConnectorError)
                )
            case aiohttp.ClientConnectorError():
                message = f"No connection to {where}: {_plain(error)}."
                return LostError(UnreachableError(message, hint=hint), maybe_sent=False)
            case aiohttp.ConnectionTimeoutError():
                message = f"No connection to {where} within {self._timeouts.connect:g} s."
                return LostError(UnreachableError(message, hint=hint), maybe_sent=False)
            case aiohttp.ClientPayloadError():
                return LostError(UnreachableError(f"The answer of {where} broke off.", hint=hint), maybe_sent=True)
            case TimeoutError():
                return LostError(UnreachableError(f"No answer from {where} in time.", hint=hint), maybe_sent=True)
        message = f"The connection to {where} was lost: {str(error) or type(error).__name__}."
        return LostError(UnreachableError(message, hint=hint), maybe_sent=True)


def _session(context: ssl.SSLContext | None, *, limit: int) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        ssl=context if context is not None else True,
        limit=limit,
        keepalive_timeout=60,
        socket_factory=_keepalive_socket,
    )
    # Cookies and the environment (.netrc would replace our Authorization header) are no business of this client.
    return aiohttp.ClientSession(connector=connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar())


def _keepalive_socket(address: Any) -> socket.socket:
    """A socket that notices a vanished peer (closed laptop, dropped NAT entry) within about a minute."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family=family, type=kind, proto=protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        # macOS names the first one differently, and older systems have none.
        if hasattr(socket, option):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return made


def _plain(error: Exception) -> str:
    """The system's own words, as `Connection refused`, where asyncio says `Connect call failed ('10.0.0.1', 6443)`."""
    number = getattr(error, "errno", None)
    # Resolver errors have negative numbers of their own, which strerror does not know.
    return os.strerror(number) if number and number > 0 else str(getattr(error, "strerror", "") or error)
