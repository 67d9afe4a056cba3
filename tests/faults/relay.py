"""A relay between the steps and the master, on the path of the handover: it can lose, delay, repeat and forge.

Steps are led to it by the proxy: it writes the relay's address into the pods that the master creates.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from k8stui.incluster.wire.handover import PATH_DONE
from k8stui.incluster.wire.variables import ENV_MASTER
from tests.faults.proxy import Call, Forward

HOST = "127.0.0.1"


class Message:
    """One request of a runner: its path and its JSON; `hang_up` breaks the runner's connection, not the master's."""

    def __init__(self, path: str, body: dict[str, Any], hang_up: Callable[[], None]) -> None:
        self.path = path
        self.body = body
        self.hang_up = hang_up

    def encoded(self) -> bytes:
        text = json.dumps(self.body).encode()
        return b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (self.path.encode(), len(text)) + text


class Master:
    """The relay's own connection to the master."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, message: Message) -> bytes:
        """The master's answer, empty when it has closed the connection."""
        self._writer.write(message.encoded())
        return await _read_raw(self._reader)


Way = Callable[[Message, Master], Awaitable[bytes | None]]
"""What becomes of a message: gives the answer for the runner, None to break the connection."""


class Relay:
    """Listens for runners; a context manager.

    Attributes:
        master: Where the master listens, once it has created a pod.
        messages: What runners said so far.
    """

    def __init__(self, way: Way) -> None:
        self.master = ""
        self.messages: list[Message] = []
        self._way = way
        self._handlers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self._address = f"{HOST}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    async def divert(self, call: Call, forward: Forward) -> web.StreamResponse:
        """A deed: the step of the pod that is being created will find this relay where the master should be."""
        assert call.body is not None
        for container in call.body["spec"]["containers"]:
            for variable in container.get("env", ()):
                if variable["name"] == ENV_MASTER:
                    self.master, variable["value"] = variable["value"], self._address
        return await forward(call)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            host, _, port = self.master.rpartition(":")
            onward, back = await asyncio.open_connection(host, int(port))
            try:
                await self._relay(reader, writer, Master(onward, back))
            finally:
                back.close()
        finally:
            writer.close()
            self._handlers.discard(task)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, master: Master) -> None:
        while raw := await _read_raw(reader):
            head, _, body = raw.partition(b"\r\n\r\n")
            message = Message(head.split(b" ")[1].decode(), json.loads(body), writer.close)
            self.messages.append(message)
            answer = await self._way(message, master)
            if not answer:
                return
            writer.write(answer)


async def _read_raw(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return head + await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def reply(body: dict[str, Any]) -> bytes:
    """An answer as the master gives it."""
    text = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text


def is_report(message: Message) -> bool:
    """Whether it tells the end of an attempt."""
    return message.path == PATH_DONE
