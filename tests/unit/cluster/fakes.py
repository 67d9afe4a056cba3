"""Stand-ins for time, for the transport, and for an API server on loopback."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from k8stui.cluster.audit import NO_TRAIL, Trail
from k8stui.cluster.client import Cluster
from k8stui.cluster.credentials import Secret
from k8stui.cluster.guard import Guard, Source
from k8stui.cluster.login import Login
from k8stui.cluster.requests import Requests
from k8stui.cluster.retry import Clock, Policy
from k8stui.cluster.subject import Where
from k8stui.cluster.tls import Endpoint
from k8stui.cluster.transport import Timeouts, Transport
from k8stui.cluster.transport_types import Answer, Call, LostError, SocketAnswer, StreamAnswer
from k8stui.model.errors import UnreachableError
from k8stui.model.guards import Limits

JsonObject = dict[str, Any]


class VirtualTime:
    """A clock that moves only when somebody sleeps on it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def clock(self) -> Clock:
        return Clock(now=lambda: self.seconds, sleep=self._sleep, rng=random.Random(7))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


class StaticCredentials:
    """Credentials that become another token each time they are refused, as far as there are any."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens) or ["token"]
        self.reloads = 0

    async def current(self) -> Secret:
        return Secret({"Authorization": f"Bearer {self._tokens[0]}"})

    async def reload(self, refused: Secret) -> bool:
        self.reloads += 1
        if len(self._tokens) == 1:
            return False
        del self._tokens[0]
        return True


def lost(*, maybe_sent: bool = True, final: bool = False) -> LostError:
    return LostError(UnreachableError("lost"), maybe_sent=maybe_sent, final=final)


def answer(status: int = 200, body: JsonObject | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, json.dumps(body or {}).encode(), Secret())


def refusal(code: int, reason: str = "", message: str = "", **details: Any) -> JsonObject:
    return {"kind": "Status", "code": code, "reason": reason, "message": message, "details": details}


class ScriptedTransport:
    """Plays answers and losses in order, and keeps what was sent."""

    def __init__(self, *script: Answer | LostError, reauthenticates: bool = True) -> None:
        self.where = Where("test", "https://server")
        self.calls: list[Call] = []
        self.reauthentications = 0
        self._script = list(script)
        self._reauthenticates = reauthenticates

    async def send(self, call: Call) -> Answer:
        self.calls.append(call)
        step = self._script.pop(0)
        if isinstance(step, LostError):
            raise step
        return step

    @asynccontextmanager
    async def stream(self, call: Call, *, silence: float | None) -> AsyncIterator[StreamAnswer]:
        step = await self.send(call)

        async def chunks() -> AsyncIterator[bytes]:
            yield step.body

        yield StreamAnswer(step.status, step.headers, chunks(), step.secret)

    @asynccontextmanager
    async def socket(self, call: Call, protocols: Sequence[str]) -> AsyncIterator[SocketAnswer]:
        step = await self.send(call)
        yield SocketAnswer(step.status, step.headers, step.secret, refusal=step.body)

    async def reauthenticate(self, refused: Secret) -> bool:
        self.reauthentications += 1
        return self._reauthenticates

    def tell(self, told: Callable[[str], None]) -> None:
        return None

    async def aclose(self) -> None:
        return None


def scripted(
    *script: Answer | LostError, read_only: bool = False, guard: Guard | None = None, trail: Trail = NO_TRAIL
) -> tuple[Cluster, ScriptedTransport, VirtualTime]:
    """A cluster on a script and on virtual time."""
    guard = guard or Guard([Source(Limits(read_only=read_only), "--read-only", "Leave it out.")])
    transport, time = ScriptedTransport(*script), VirtualTime()
    return Cluster(Requests(transport, guard=guard, trail=trail, clock=time.clock()), namespace="ns"), transport, time


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Api:
    """A server on loopback whose every request goes to `handler`."""

    handler: Handler
    url: str = ""
    seen: list[web.Request] = field(default_factory=list)

    def cluster(
        self,
        *,
        policy: Policy | None = None,
        timeouts: Timeouts | None = None,
        credentials: StaticCredentials | None = None,
    ) -> Cluster:
        transport = Transport(Login(Endpoint(self.url, "test"), credentials or StaticCredentials()), timeouts=timeouts)
        return Cluster(Requests(transport, policy=policy, clock=fast_clock()), namespace="ns")


def fast_clock() -> Clock:
    """Real time, on which pauses take no time."""

    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    return Clock(sleep=sleep, rng=random.Random(7))


@asynccontextmanager
async def serve(handler: Handler) -> AsyncIterator[Api]:
    api = Api(handler)

    async def handle(request: web.Request) -> web.StreamResponse:
        api.seen.append(request)
        await request.read()
        return await api.handler(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()


async def events(request: web.Request, *items: JsonObject) -> web.StreamResponse:
    """Send watch events and leave the stream open for the caller to end."""
    response = web.StreamResponse()
    await response.prepare(request)
    for item in items:
        await response.write(json.dumps(item).encode() + b"\n")
    return response


def pod(name: str, version: str = "1", *, uid: str = "", namespace: str = "ns") -> JsonObject:
    return {"metadata": {"name": name, "namespace": namespace, "uid": uid or f"uid-{name}", "resourceVersion": version}}


def pod_list(*items: JsonObject, version: str = "10", meta: JsonObject | None = None) -> JsonObject:
    return {
        "kind": "PodList",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": version, **(meta or {})},
        "items": list(items),
    }
