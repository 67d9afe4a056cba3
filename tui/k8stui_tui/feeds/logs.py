"""The logs a person looks at, gathered between two looks of the screen."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from k8stui.cluster.client import Cluster
from k8stui.control.logs import LogQuery, following
from k8stui.control.logstream import LogLine
from k8stui.model.errors import K8stuiError


class LogFeed:
    """Lines of all pods that match a query, while the context manager is open."""

    def __init__(self, cluster: Cluster, query: LogQuery) -> None:
        self._cluster, self._query = cluster, query
        self._lines: deque[LogLine] = deque(maxlen=50_000)
        self._stack = AsyncExitStack()
        self._task: asyncio.Task[None] | None = None
        self.loading = True
        self.error: K8stuiError | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._gather())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def take(self) -> list[LogLine]:
        """What came since the last look."""
        taken = list(self._lines)
        self._lines.clear()
        return taken

    async def _gather(self) -> None:
        try:
            async with following(self._cluster, self._query) as follower:
                self.loading = False
                async for line in follower:
                    self._lines.append(line)
        except K8stuiError as error:
            self.error = error
