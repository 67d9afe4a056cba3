"""A proxy before an API server that answers as on a bad day: it refuses, loses and delays what a test tells it to.

Masters are led to it by their pod settings: a declared KUBERNETES_SERVICE_PORT wins over the node's. It serves with the
cluster's own certificate, so that nobody behind it knows. What it does is scripted per request, never by chance or by
the clock; an outage of the whole server is the business of `tests.embedded.gate`, which stands before it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from k8stui.embedded import EmbeddedCluster

HOST = "127.0.0.1"
LARGEST_BODY = 8 * 1024 * 1024

_HOP_BY_HOP = frozenset({"host", "connection", "content-length", "transfer-encoding", "keep-alive"})
_ADDED_BY_AIOHTTP = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class DroppedError(Exception):
    """The connection breaks instead of an answer."""


@dataclass
class Call:
    """One request.

    Attributes:
        verb: `get`, `list`, `watch`, `create`, `patch`, `delete` or `log`.
        kind: The plural of what it is about: `pods`.
        name: The object's name; of a creation the one in its body; empty for a collection.
        body: Its JSON, which a script may change before it is forwarded.
    """

    verb: str
    kind: str
    name: str
    body: dict[str, Any] | None
    request: web.Request = field(repr=False)

    def __str__(self) -> str:
        return f"{self.verb} {self.kind}/{self.name}"


Where = Callable[[Call], bool]
Forward = Callable[[Call], Awaitable[web.StreamResponse]]
Deed = Callable[[Call, Forward], Awaitable[web.StreamResponse]]
"""What is done with a request; `Forward` has the API server answer it."""

Lines = AsyncIterator[bytes]
Bend = Callable[[Lines], Lines]
"""What is done with the events of a watch, one line each."""


@dataclass
class Fault:
    """What happens to which requests.

    Attributes:
        where: Which requests are meant.
        deed: What happens to them.
        first: The first of them that it happens to, from 1.
        times: How many of them it happens to; None for all from then on.
        hits: How many it happened to.
    """

    where: Where
    deed: Deed
    first: int = 1
    times: int | None = 1
    hits: int = 0
    _met: int = 0

    def takes(self, call: Call) -> bool:
        """Whether it happens to this request, which is counted."""
        if not self.where(call):
            return False
        self._met += 1
        if self._met < self.first or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


class Proxy:
    """Forwards requests to an embedded cluster and has faults happen to them. A context manager.

    Attributes:
        url: Where it listens.
        calls: All requests so far, in the order of their arrival.
    """

    def __init__(self, embedded: EmbeddedCluster, folder: Path) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self._embedded = embedded
        self._folder = folder
        self._faults: list[Fault] = []

    async def __aenter__(self) -> Self:
        trusting = ssl.create_default_context(cadata=self._embedded.ca)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusting, limit=0), timeout=aiohttp.ClientTimeout(total=None)
        )
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0, ssl_context=self._serving()).start()
        self.url = f"https://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def on(self, where: Where, deed: Deed, *, first: int = 1, times: int | None = 1) -> Fault:
        """From now on, do something to the `first`. and further requests of a kind; one of the latest faults wins."""
        fault = Fault(where, deed, first, times)
        self._faults.insert(0, fault)
        return fault

    def _serving(self) -> ssl.SSLContext:
        identity = self._embedded._identity
        chain = self._folder / "proxy.pem"
        chain.touch(mode=0o600)
        chain.write_text(identity.certificate + identity.key, encoding="ascii")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert isinstance(request, web.BaseRequest)
        call = await _read(request)
        self.calls.append(call)
        deed = next((fault.deed for fault in self._faults if fault.takes(call)), None)
        try:
            return await (self.forward(call) if deed is None else deed(call, self.forward))
        except (DroppedError, aiohttp.ClientError):
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError from None

    async def forward(self, call: Call, bend: Bend | None = None) -> web.StreamResponse:
        """The API server's answer; that of a watch goes through `bend` where one is given."""
        headers = {key: value for key, value in call.request.headers.items() if key.lower() not in _HOP_BY_HOP}
        asked = self._session.request(
            call.request.method,
            self._embedded.url + call.request.raw_path,
            data=None if call.body is None else json.dumps(call.body).encode(),
            headers=headers,
            skip_auto_headers=_ADDED_BY_AIOHTTP,
        )
        async with asked as found:
            kept = {key: value for key, value in found.headers.items() if key.lower() not in _HOP_BY_HOP}
            if call.verb not in ("watch", "log"):
                return web.Response(status=found.status, headers=kept, body=await found.read())
            answer = web.StreamResponse(status=found.status, headers=kept)
            await answer.prepare(call.request)
            lines = found.content.__aiter__()
            async for line in lines if bend is None or found.status != 200 else bend(lines):
                await answer.write(line)
            await answer.write_eof()
            return answer


async def _read(request: web.BaseRequest) -> Call:
    text = await request.read()
    body = json.loads(text) if text else None
    parts = request.path.strip("/").split("/")
    parts = parts[parts.index("namespaces") + 2 :] if "namespaces" in parts else ["", ""]
    kind, name, sub = (*parts, "", "", "")[:3]
    verb = {"POST": "create", "PATCH": "patch", "DELETE": "delete"}.get(request.method, "get" if name else "list")
    if request.query.get("watch") in ("1", "true"):
        verb = "watch"
    elif sub == "log":
        verb = "log"
    if verb == "create" and body and not name:
        name = str((body.get("metadata") or {}).get("name", ""))
    return Call(verb, kind, name, body, request)  # type: ignore[arg-type]  # a BaseRequest has all that is used
