"""Says what a verb is doing, but only once it takes longer than a person waits without wondering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from k8stui_tui.cli.output import note
from k8stui_tui.sanitize import cell

WONDER = 2.0
"""Seconds."""


@asynccontextmanager
async def patience(
    wonder: float = WONDER, *, say: Callable[[str], None] = note
) -> AsyncIterator[Callable[[str], None]]:
    """Gives what takes the stages; from `wonder` seconds on, the stage at hand and all later ones are said."""
    loop = asyncio.get_running_loop()
    last, late = "", False

    def tell() -> None:
        if late and last:
            say(cell(last))

    def take(stage: str) -> None:
        nonlocal last
        last = stage
        tell()

    def wondering() -> None:
        nonlocal late
        late = True
        tell()

    timer = loop.call_later(wonder, wondering)
    try:
        yield take
    finally:
        timer.cancel()
