"""One HTTP exchange with the API server: sessions, TLS, timeouts, and what kind of failure a failure was.

Only this module and `websockets` use aiohttp. It repeats nothing: `requests` decides that, and needs to know whether
a lost request may have reached the server.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from k8stui.cluster.credentials import Secret
from k8stui.cluster.gathering import Gathering
from k8stui.cluster.http_client import aiohttp
from k8stui.cluster.login import Login, Way
from k8stui.cluster.subject import Where
from k8stui.cluster.tls import tls_context
from k8stui.cluster.transport_types import Answer, Call, LostError, SocketAnswer, StreamAnswer
from k8stui.cluster.websockets import CLOSING, HEARTBEAT, MAX_MESSAGE, OpenSocket, RefusedSocketError, socket_session
from k8stui.model.errors import K8stuiError, UnreachableError
from k8stui.version import __version__

_T = TypeVar("_T")

USER_AGENT = f"k8stui/{__version__}"

MOST = 512 << 20
"""Bytes of an answer that are read. A page of a list has a few MiB, one of ConfigMaps that are full has a hundred."""

_GONE = "Connection closed."
"""What aiohttp's StreamReader says, as a RuntimeError, where the connection went between two reads."""

_BREAKS = (aiohttp.ClientError, TimeoutError, OSError, RuntimeError)
"""What a broken connection may raise."""

_UNTRUSTED = (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError)
"""What the certificate of a server raises that is not trusted; nothing was sent."""


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
    login: Login
    certificate: tuple[bytes, bytes] | None

    async def close(self) -> None:
        await self.plain.close()
        await self.sockets.close()
        await self.streams.close()


class Transport:
    """Sends requests to one API server with one user's credentials."""

    def __init__(self, login: Login, *, timeouts: Timeouts | None = None) -> None:
        endpoint = login.endpoint
        self.where = Where(endpoint.context, endpoint.server, endpoint.connector, endpoint.kubeconfig)
        self._way = Way(login)
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
        login = self._way.login
        try:
            return await login.credentials.reload(refused) or await self._way.renew(login)
        except K8stuiError:
            if await self._way.renew(login):
                return True
            raise

    def tell(self, told: Callable[[str], None]) -> None:
        """Tell of a login that is taken up anew, in a sentence."""
        self._way.told = told

    async def send(self, call: Call) -> Answer:
        """One request with its whole answer.

        Raises:
            LostError: No answer came.
            UnreachableError: There are no credentials to send.
        """
        timeout = aiohttp.ClientTimeout(total=call.timeout or self._timeouts.total, sock_connect=self._timeouts.connect)

        async def sent(sessions: _Sessions, secret: Secret) -> Answer:
            async with sessions.plain.request(**_arguments(call, secret, sessions.login), timeout=timeout) as response:
                return Answer(response.status, response.headers, await self._whole(response), secret)

        return await self._trusting(sent)

    @asynccontextmanager
    async def stream(self, call: Call, *, silence: float | None) -> AsyncIterator[StreamAnswer]:
        """One request whose answer is read as it comes.

        Args:
            call: The request.
            silence: Seconds without a byte after which the connection counts as lost; None for never.

        Raises:
            LostError: No answer came, or it broke off; also while iterating over the chunks.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._timeouts.connect, sock_read=silence)

        async def opened(sessions: _Sessions, secret: Secret) -> tuple[aiohttp.ClientResponse, Secret]:
            arguments = _arguments(call, secret, sessions.login)
            return await sessions.streams.request(**arguments, timeout=timeout), secret

        response, secret = await self._trusting(opened)
        try:
            # The pieces of a log are large where there are many.
            chunks = self._gathered(response) if "watch" in call.query else self._chunks(response)
            yield StreamAnswer(response.status, response.headers, chunks, secret)
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

        async def asked(
            sessions: _Sessions, secret: Secret
        ) -> tuple[aiohttp.ClientWebSocketResponse | RefusedSocketError, Secret]:
            arguments = _arguments(call, secret, sessions.login)
            for unknown in ("method", "data", "allow_redirects"):
                del arguments[unknown]
            try:
                async with asyncio.timeout(self._timeouts.total):
                    socket = await sessions.sockets.ws_connect(
                        **arguments,
                        protocols=protocols,
                        heartbeat=HEARTBEAT,
                        max_msg_size=MAX_MESSAGE,
                        timeout=CLOSING,
                    )
            except RefusedSocketError as refused:
                return refused, secret
            return socket, secret

        opened, secret = await self._trusting(asked)
        if isinstance(opened, RefusedSocketError):
            yield SocketAnswer(opened.status, opened.headers, secret, refusal=opened.body)
            return
        try:
            yield SocketAnswer(101, {}, secret, OpenSocket(opened, self._lost))
        finally:
            await opened.close()

    async def _whole(self, response: aiohttp.ClientResponse) -> bytes:
        """The body of an answer.

        Raises:
            LostError: It is larger than any that is meant.
        """
        body, size = list[bytes](), 0
        async for chunk in response.content.iter_any():
            body.append(chunk)
            size += len(chunk)
            if size > MOST:
                raise LostError(
                    UnreachableError(
                        f"The answer of {self.where} was not read to its end: it has more than {MOST >> 20} MiB.",
                        hint="Is the server's URL that of a Kubernetes API server?",
                    ),
                    maybe_sent=True,
                    final=True,
                )
        return b"".join(body)

    async def _chunks(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        try:
            async for chunk in response.content.iter_any():
                yield chunk
        except _BREAKS as error:
            raise self._lost(error) from error

    async def _gathered(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        transport = response.connection.transport if response.connection else None
        if transport is None:  # All of it is there already.
            async for chunk in self._chunks(response):
                yield chunk
            return
        gathering, taken = Gathering(transport), 0
        async for chunk in self._chunks(response):
            gathering.came()
            taken += len(chunk)
            yield chunk
            if response.connection:  # Else the answer has ended, and another one may come by it.
                await gathering.gather(more=response.content.total_bytes > taken)

    async def _trusting(self, exchange: Callable[[_Sessions, Secret], Awaitable[_T]]) -> _T:
        """Do an exchange; once more, by another login, when the server is not trusted and there is one by now."""
        while True:
            sessions, secret = await self._prepare()
            try:
                return await exchange(sessions, secret)
            except _BREAKS as error:
                if not isinstance(error, _UNTRUSTED) or not await self._way.renew(sessions.login):
                    raise self._lost(error) from error

    async def _prepare(self) -> tuple[_Sessions, Secret]:
        login = self._way.login
        secret = await login.credentials.current()
        known = self._sessions
        if known is None or known.certificate != secret.certificate or known.login is not login:
            # Another certificate needs new connections; streams on the old ones go on undisturbed.
            if known is not None:
                self._retired.append(known)
            context = tls_context(login.endpoint, secret.certificate)
            streams = _session(context, limit=0)
            sockets = socket_session(streams)
            self._sessions = known = _Sessions(_session(context, limit=32), streams, sockets, login, secret.certificate)
        return known, secret

    def _lost(self, error: Exception) -> LostError:
        if isinstance(error, RuntimeError) and str(error) != _GONE:
            raise error
        where, proxy = self.where, self._way.login.endpoint.proxy
        hint = f"Is the cluster running and reachable from here? Try: {where.check}"
        match error:
            case _ if isinstance(error, _UNTRUSTED):
                reason = getattr(getattr(error, "certificate_error", error), "verify_message", "") or str(error)
                message = f"The certificate of {where} is not trusted: {reason.rstrip('.')}."
                told = f"connector {where.connector!r}" if where.connector else "kubeconfig"
                hint = f"Check certificate-authority and tls-server-name of this cluster in the {told}."
                if self._way.moved:
                    hint = (
                        f"By now the {told} gives another address for it, {self._way.moved}: connect anew to go there."
                    )
                return LostError(UnreachableError(message, hint=hint), maybe_sent=False, final=True)
            case aiohttp.ClientConnectorDNSError():
                message = f"The host of {where} cannot be found: {_plain(error)}."
                return LostError(UnreachableError(message, hint=hint), maybe_sent=False, final=True)
            case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
                message = f"The proxy {proxy} on the way to {where} does not let us through: {_plain(error)}."
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


def _arguments(call: Call, secret: Secret, login: Login) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "method": call.method,
        "url": login.endpoint.server + call.path,
        "params": dict(call.query),
        "headers": {**call.headers, **secret.headers, "User-Agent": USER_AGENT},
        "data": call.body,
        "allow_redirects": False,
    }
    if login.endpoint.proxy:
        arguments["proxy"] = login.endpoint.proxy
    if login.endpoint.tls_server_name:
        arguments["server_hostname"] = login.endpoint.tls_server_name
    return arguments


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
