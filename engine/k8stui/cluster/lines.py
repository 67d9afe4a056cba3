"""Cuts a byte stream into lines without ever holding more than a given number of bytes."""

from __future__ import annotations


class LineSplitter:
    """Takes chunks as they come and gives back whole lines, without their newline.

    A line longer than `limit` bytes comes in pieces of `limit` bytes: a step that prints 10 MB without a newline must
    not take the control center's memory with it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that end in this chunk, in order."""
        *whole, rest = chunk.split(b"\n")
        lines: list[bytes] = []
        for piece in whole:
            if self._parts or len(piece) > self._limit:
                self._keep(piece, lines)
                lines.append(self._take())
            else:
                lines.append(piece)
        self._keep(rest, lines)
        return lines

    def flush(self) -> bytes | None:
        """The last line, if the stream ended without a newline."""
        return self._take() if self._parts else None

    def _keep(self, piece: bytes, lines: list[bytes]) -> None:
        while self._size + len(piece) > self._limit:
            room = self._limit - self._size
            self._parts.append(piece[:room])
            lines.append(self._take())
            piece = piece[room:]
        if piece:
            self._parts.append(piece)
            self._size += len(piece)

    def _take(self) -> bytes:
        line = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return line
