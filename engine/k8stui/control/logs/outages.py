"""Outages that are over: streams that all broke with one connection are told in one line."""

from __future__ import annotations

import asyncio

from k8stui.control.live.channel import Channel
from k8stui.control.logs.stream import LogLine
from k8stui.control.words.spans import span

TOGETHER_SECONDS = 1.0
"""Within so long after the first, further streams that go on belong to the same outage."""


class Outages:
    """Gathers streams that go on after they broke off, and says so in the log."""

    def __init__(self, channel: Channel[list[LogLine]]) -> None:
        self._channel = channel
        self._over: list[tuple[LogLine, float]] = []

    async def over(self, place: LogLine, seconds: float) -> None:
        """A stream goes on, and lost nothing.

        Args:
            place: A note without text, where it goes on.
            seconds: How long it could not be read.
        """
        self._over.append((place, seconds))
        if len(self._over) == 1:
            self._channel.spawn(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(TOGETHER_SECONDS)
        over, self._over = self._over, []
        await self._channel.put([told(over)])


def told(over: list[tuple[LogLine, float]]) -> LogLine:
    """What is said of streams that go on: where it was one, in its own log."""
    longest = span(max(seconds for _, seconds in over))
    place = over[0][0]
    if len(over) == 1:
        return place._replace(text=f"reconnected after {longest}: no line was lost")
    text = f"{len(over)} logs reconnected after {longest}: no line was lost"
    return LogLine(max((line.time or 0.0 for line, _ in over), default=None), "", "", "", text, "note")
