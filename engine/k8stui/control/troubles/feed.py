"""What is wrong now, kept fresh: looked for again when runs, pods or schedules changed, and once in a while.

It rests between two looks, so that a namespace in which something happens all the time costs no more than one in which
something happens every few seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from k8stui.cluster.client import Cluster
from k8stui.cluster.tasks import end
from k8stui.control.pods.board import PodBoard
from k8stui.control.runs.board import RunBoard
from k8stui.control.schedules.board import ScheduleBoard
from k8stui.control.troubles.finding import Finder, Seen, hidden
from k8stui.control.troubles.trouble import Trouble
from k8stui.model.errors import ForbiddenError, K8stuiError, as_told

REST = 2.0
"""Seconds between two looks at least."""

LONGEST = 15.0
"""Seconds after which it is looked again although nothing changed: what waits grows old, nodes come and go."""

_POLL = 0.25


class TroubleFeed:
    """What is wrong, for as long as the context manager is open.

    Attributes:
        troubles: The worst first; None until it was looked for once.
        left_out: What this user may not read, in sentences.
        error: Why the last look failed; what was found before stays.
        version: Grows with every look that found something else.
    """

    def __init__(
        self,
        cluster: Cluster,
        runs: RunBoard,
        pods: Callable[[], PodBoard | None],
        schedules: Callable[[], ScheduleBoard | None],
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a feed.

        Args:
            cluster: Where.
            runs: The board of runs of that namespace.
            pods: Gives the board of its pods, as soon as there is one.
            schedules: Gives the board of its schedules, as soon as there is one.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
            now: Seconds since the epoch.
        """
        self.troubles: Sequence[Trouble] | None = None
        self.left_out: tuple[str, ...] = ()
        self.error: K8stuiError | None = None
        self.version = 0
        self._finder = Finder(cluster, namespace=namespace, all_namespaces=all_namespaces)
        self._runs, self._pods, self._schedules, self._now = runs, pods, schedules, now
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="troubles")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._task)

    async def _run(self) -> None:
        looked, seen = 0.0, None
        while True:
            there = self._there()
            due = self._now() - looked > LONGEST
            if there is not None and (there != seen or due):
                seen, looked = there, self._now()
                await self._look()
                await asyncio.sleep(REST)
            else:
                await asyncio.sleep(_POLL)

    def _there(self) -> tuple[int, int, int] | None:
        """The versions of what is looked at; None while a part of it is still coming."""
        pods, schedules = self._pods(), self._schedules()
        if pods is None or schedules is None:
            return None
        boards = (self._runs, pods, schedules)
        if any(not board.freshness.synced and board.freshness.error is None for board in boards):
            return None
        return self._runs.version, pods.version, schedules.version

    async def _look(self) -> None:
        pods, schedules = self._pods(), self._schedules()
        seen = Seen(self._runs.runs, pods.pods if pods else (), schedules.schedules if schedules else ())
        try:
            found = await self._finder.find(seen, self._now())
        except Exception as error:
            # Also a defect of ours is told in the pane, and the next look may do better.
            self.error = as_told(error)
            return
        self.error = None
        named = (("runs", self._runs), ("pods", pods), ("schedules", schedules))
        left_out = hidden([name for name, board in named if board is not None and _forbidden(board)])
        left_out += self._finder.left_out
        if found != self.troubles or left_out != self.left_out:
            self.troubles, self.left_out = found, left_out
            self.version += 1


def _forbidden(board: RunBoard | PodBoard | ScheduleBoard) -> bool:
    fresh = board.freshness
    return not fresh.synced and isinstance(fresh.error, ForbiddenError)
