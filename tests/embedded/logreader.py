"""A reader of a log feed, as a screen is one."""

from __future__ import annotations

from k8stui.control.logs.stream import LogLine
from k8stui_tui.feeds.logs import LogFeed
from tests.embedded.runs import eventually


class Reader:
    """Looks at a feed as a screen does, and keeps what it took."""

    def __init__(self, feed: LogFeed) -> None:
        self.feed = feed
        self.lines: list[LogLine] = []

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    async def look(self) -> list[str]:
        self.lines += self.feed.take()
        return self.texts

    async def until(self, *texts: str) -> None:
        await eventually(self.look, until=set(texts).issubset)

    async def loaded(self) -> list[str]:
        async def loading() -> bool:
            return self.feed.loading

        await eventually(loading, until=lambda still: not still)
        return await self.look()
