"""Cuts a byte stream into lines without ever holding more than a given number of bytes."""

from __future__ import annotations

import re

MARK = r" \[([\d,]{1,20}) more bytes\]$"
"""A pattern: what stands behind a line of which only the beginning was kept."""

MARKED = 34
"""Bytes that a mark takes at most, and characters."""

_MARK = re.compile(MARK.encode())


class LineSplitter:
    """Takes chunks as they come and gives back whole lines, without their newline.

    Of a line longer than `limit` bytes only so many are kept, and how many there were besides stands behind them: a
    step that prints 10 MB without a newline must not take the control center's memory with it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._kept = self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk, in order."""
        *whole, rest = chunk.split(b"\n")
        lines: list[bytes] = []
        for piece in whole:
            if self._size or len(piece) > self._limit:
                self._keep(piece)
                lines.append(self._take())
            else:
                lines.append(piece)
        self._keep(rest)
        return lines

    def flush(self) -> bytes | None:
        """The last line, if the stream ended without a newline."""
        return self._take() if self._size else None

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if kept := piece[: self._limit - self._kept]:
            self._parts.append(kept)
            self._kept += len(kept)

    def _take(self) -> bytes:
        line = b"".join(self._parts) + _mark(self._size - self._kept)
        self._parts.clear()
        self._kept = self._size = 0
        return line


def cut(line: bytes, most: int) -> bytes:
    """A line with no more bytes than that, and how many there were besides, those that were cut before included."""
    if len(line) <= most:
        return line
    found = _MARK.search(line[-MARKED:])
    before = int(found[1].replace(b",", b"")) if found else 0
    whole = len(line) - (len(found[0]) if found else 0)
    return line if whole <= most else line[:most] + _mark(whole - most + before)


def _mark(over: int) -> bytes:
    return f" [{over:,} more bytes]".encode() if over else b""
