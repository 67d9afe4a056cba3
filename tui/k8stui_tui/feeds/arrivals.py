"""Tells at once that the first rows of a board are there: a screen looks at its boards only a few times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Awaited(Protocol):
    """What is used of a board."""

    async def wait_changed(self, version: int) -> int:
        """Wait until what is shown differs from that version."""


def _nobody() -> None:
    pass


class Arrivals:
    """What a screen waits for.

    Attributes:
        tell: Called when there is something to look at.
    """

    def __init__(self) -> None:
        self.tell: Callable[[], object] = _nobody
        self._waits: set[asyncio.Task[None]] = set()

    def expect(self, board: Awaited) -> None:
        """Wait for the first rows of a board that was just opened."""
        task = asyncio.create_task(self._first(board), name="first rows of a board")
        self._waits.add(task)
        task.add_done_callback(self._waits.discard)

    def forget(self) -> None:
        """Wait for no board any more."""
        for task in self._waits:
            task.cancel()

    async def _first(self, board: Awaited) -> None:
        await board.wait_changed(0)
        self.tell()
