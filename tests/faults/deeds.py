"""What can happen to a request, and to which: the words in which the tests of this suite say their faults."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.faults.proxy import Bend, Call, Deed, DroppedError, Forward, Proxy, Where

PATIENCE = 100.0

_REASONS = {
    403: "Forbidden",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
    410: "Expired",
}


# -- which requests --------------------------------------------------------------------------------------------------


def calls(verb: str, kind: str, name: str = "") -> Where:
    """Requests of a verb for a kind; with a name those whose object's name has it in it."""
    return lambda call: (call.verb, call.kind) == (verb, kind) and name in call.name


def writes(call: Call) -> bool:
    """Whatever changes something."""
    return call.verb in ("create", "patch", "delete")


def each_once(where: Where) -> Where:
    """The first request of each that is the same in verb, kind and name."""
    seen: set[str] = set()

    def first_of_its_kind(call: Call) -> bool:
        if not where(call) or str(call) in seen:
            return False
        seen.add(str(call))
        return True

    return first_of_its_kind


# -- what happens to them --------------------------------------------------------------------------------------------


def refuse(
    code: int, message: str = "the proxy says so", *, retry_after: int | None = None, commit: bool = False
) -> Deed:
    """Answer with an error; with `commit` after the API server has done what was asked."""

    async def deed(call: Call, forward: Forward) -> web.StreamResponse:
        if commit:
            await forward(call)
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return web.json_response(status(code, message), status=code, headers=headers)

    return deed


def status(code: int, message: str) -> dict[str, Any]:
    """The Status object of an error."""
    told = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": code}
    return {**told, "reason": _REASONS[code], "message": message}


def lose(*, commit: bool) -> Deed:
    """Break the connection instead of an answer; with `commit` after the API server has done what was asked."""

    async def deed(call: Call, forward: Forward) -> web.StreamResponse:
        if commit:
            await forward(call)
        raise DroppedError

    return deed


class Held:
    """Holds one request, before the API server has it or, with `commit`, its answer, until the test lets it go."""

    def __init__(self, *, commit: bool) -> None:
        self._commit = commit
        self._reached, self._going = asyncio.Event(), asyncio.Event()
        self._dropped = False
        self.call: Call | None = None

    async def __call__(self, call: Call, forward: Forward) -> web.StreamResponse:
        answer = await forward(call) if self._commit else None
        self.call = call
        self._reached.set()
        await self._going.wait()
        if self._dropped:
            raise DroppedError
        return answer or await forward(call)

    async def reached(self) -> None:
        """Return when the request is here."""
        async with asyncio.timeout(PATIENCE):
            await self._reached.wait()

    def release(self) -> None:
        """Let it go on as if nothing had been."""
        self._going.set()

    def drop(self) -> None:
        """Break its connection; a request that has not been forwarded never will be."""
        self._dropped = True
        self._going.set()


def event(kind: str, obj: dict[str, Any]) -> bytes:
    """One event of a watch."""
    return json.dumps({"type": kind, "object": obj}).encode() + b"\n"


def answer(body: dict[str, Any]) -> Deed:
    """Answer with this instead of what the API server would say."""

    async def deed(call: Call, forward: Forward) -> web.StreamResponse:
        return web.json_response(body)

    return deed


def watching(proxy: Proxy, bend: Bend) -> Deed:
    """Change the events of a watch on their way."""
    return lambda call, _: proxy.forward(call, bend)
