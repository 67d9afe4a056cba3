"""Waits for what nothing tells of, bounded: the test fails with the time-out where it never comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)


async def until_told(tells: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Ask until the answer is yes; each question is a request, a pause keeps them few."""
    async with asyncio.timeout(seconds):
        while not await tells():  # noqa: ASYNC110 - nothing tells without being asked
            await asyncio.sleep(0.05)
