"""A gate before an API server: while it is shut, connections break off and new ones are refused, as in an outage."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

HOST = "127.0.0.1"


class Gate:
    """Forwards bytes to a server on loopback; a context manager.

    Attributes:
        port: Where it listens, the same after each opening.
    """

    def __init__(self, url: str) -> None:
        self.port = 0
        self._target = urlsplit(url).port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._handlers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shut()

    async def open(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Break every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    def kubeconfig(self, original: Path) -> Path:
        """A copy of a kubeconfig whose server is reached through the gate."""
        copy = original.with_name(f"{original.name}-gate")
        copy.write_text(original.read_text().replace(f":{self._target}", f":{self.port}"))
        copy.chmod(0o600)
        return copy

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        task.add_done_callback(self._handlers.discard)
        onward, back = await asyncio.open_connection(HOST, self._target)
        both = (writer, back)
        self._writers.update(both)
        if self._server is None:  # It was shut in between.
            for end in both:
                end.transport.abort()
        try:
            await asyncio.gather(_pour(reader, back), _pour(onward, writer))
        finally:
            self._writers.difference_update(both)
            for end in both:
                end.close()


async def _pour(source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            drain.write(data)
            await drain.drain()
    drain.close()
