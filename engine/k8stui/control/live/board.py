"""What all boards have in common: mirrors that are open together, a version, and a wait for the next one.

A screen looks at its own pace and compares `version`; between two looks nothing is computed, however much happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

from k8stui.cluster.mirror import Mirror
from k8stui.control.live.freshness import Freshness, all_there


class Board:
    """Base of the boards; open as long as its context manager is."""

    def __init__(self, *mirrors: Mirror, now: Callable[[], float] = time.time) -> None:
        """Prepare a board.

        Args:
            mirrors: What it is made from, and opens and closes; what is shown stands in the first.
            now: Seconds since the epoch.
        """
        self._mirrors, self._now = mirrors, now
        self._wake = asyncio.Event()
        self._version = 0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for mirror in self._mirrors:
            await self._stack.enter_async_context(mirror)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def freshness(self) -> Freshness:
        """How fresh what is shown is."""
        return Freshness.of(self._mirrors[0])

    @property
    def whole(self) -> bool:
        """Whether all that may be listed has been; until then more may come at any place of what is shown."""
        return all(map(all_there, self._mirrors))

    async def wait_synced(self, seconds: float = 30.0) -> None:
        """Wait until all of it is there.

        Args:
            seconds: How long at most.

        Raises:
            K8stuiError: It may not be listed, or the cluster could not be reached in time.
        """
        await self._mirrors[0].wait_synced(seconds)

    @property
    def version(self) -> int:
        """Grows when what is shown differs."""
        self._refresh()
        return self._version

    @property
    def due(self) -> float | None:
        """When it may differ although no object changed, seconds since the epoch; None for never."""
        return None

    async def wait_changed(self, version: int) -> int:
        """Wait until `version` is another than this one; return it."""
        while True:
            self._wake.clear()
            if self.version != version:
                return self._version
            due = self.due
            with suppress(TimeoutError):
                async with asyncio.timeout(None if due is None else max(0.0, due - self._now())):
                    await self._wake.wait()

    def _refresh(self) -> None:
        """Take in what changed; subclasses say how."""
        raise NotImplementedError
