"""Container logs: written line by line with the time of each, read with the options of `kubectl logs`.

Standard output and error share one file, in the order the lines came in, as `kubectl logs` shows them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from k8stui.embedded.objects import now, parse_time

LONGEST_LINE = 1024 * 1024
"""Bytes after which a line without an end is cut."""


@dataclass(frozen=True, kw_only=True)
class LogOptions:
    """What to read.

    Attributes:
        follow: Go on until the container ends.
        tail: Only that many last lines; None for all.
        since: Only lines from that time on; None for all.
        timestamps: Put its time before every line.
        limit: At most that many bytes; None for all.
    """

    follow: bool = False
    tail: int | None = None
    since: datetime | None = None
    timestamps: bool = False
    limit: int | None = None


class ContainerLog:
    """The log of one run of one container."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = path.open("ab", buffering=0)
        self._rest = b""
        self._moment = now()
        self._grown = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._file is None

    def write(self, data: bytes) -> None:
        """Take output as it comes; only whole lines become visible."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        self._append(lines)

    def close(self) -> None:
        """End the log, with the last line even if it lacks its end."""
        if self._rest:
            self._append([self._rest])
            self._rest = b""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._grown.set()

    def last_lines(self, lines: int, most: int) -> str:
        """Return the last lines without times, at most `most` bytes (for FallbackToLogsOnError)."""
        text = b"".join(self._select(LogOptions(tail=lines)))
        return text[-most:].decode(errors="replace")

    async def read(self, options: LogOptions) -> AsyncIterator[bytes]:
        """Yield the selected lines, and with `follow` those still to come."""
        left = options.limit
        position = self._path.stat().st_size if self._path.exists() else 0
        for chunk in _chunked(self._select(options, until=position)):
            yield chunk if left is None else chunk[:left]
            left = None if left is None else left - len(chunk)
            if left is not None and left <= 0:
                return
        while options.follow:
            self._grown.clear()
            ended = self.closed
            with self._path.open("rb") as file:
                file.seek(position)
                fresh = file.read()
            position += len(fresh)
            if fresh:
                chunk = b"".join(_shown(line, options) for line in fresh.splitlines(keepends=True))
                yield chunk if left is None else chunk[:left]
                left = None if left is None else left - len(chunk)
                if left is not None and left <= 0:
                    return
            if ended:
                return
            if not fresh:
                await self._grown.wait()

    def _append(self, lines: list[bytes]) -> None:
        if not lines or self._file is None:
            return
        # Times must not run backwards within a log, whatever the clock does.
        self._moment = max(now(), self._moment + timedelta(microseconds=1))
        stamp = self._moment.strftime("%Y-%m-%dT%H:%M:%S.%f000Z ").encode()
        self._file.write(b"".join(stamp + line + b"\n" for line in lines))
        self._grown.set()

    def _select(self, options: LogOptions, until: int | None = None) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            lines: Iterator[bytes] = _lines(file, until)
            if options.since is not None:
                earliest = options.since
                lines = (line for line in lines if _time_of(line) >= earliest)
            if options.tail is not None:
                lines = iter(deque(lines, maxlen=options.tail))
            for line in lines:
                yield _shown(line, options)


def _lines(file: BinaryIO, until: int | None) -> Iterator[bytes]:
    left = until
    for line in file:
        if left is not None:
            if left <= 0:
                return
            left -= len(line)
        yield line


def _time_of(line: bytes) -> datetime:
    return parse_time(line[:26].decode() + "Z")


def _shown(line: bytes, options: LogOptions) -> bytes:
    return line if options.timestamps else line.partition(b" ")[2]


def _chunked(lines: Iterator[bytes], size: int = 64 * 1024) -> Iterator[bytes]:
    """Join lines to pieces worth sending."""
    piece, length = [], 0
    for line in lines:
        piece.append(line)
        length += len(line)
        if length >= size:
            yield b"".join(piece)
            piece, length = [], 0
    if piece:
        yield b"".join(piece)
