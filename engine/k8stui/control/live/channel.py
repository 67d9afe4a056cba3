"""Several tasks write, one reader iterates: what following a run, its logs and its pods have in common.

No task of the control center is started anywhere else, so none outlives its reader and no failure is lost: the first
one is raised where the reader stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from k8stui.cluster.tasks import end

T = TypeVar("T")


class _End:
    pass


_END = _End()


class Channel(Generic[T]):
    """A bounded queue with the tasks that fill it.

    Use it as an async context manager; leaving it ends the tasks. A full queue makes the writers wait, so that a slow
    reader (a terminal over a slow line) never makes memory grow. It is small: writer and reader each go on to its end
    before anything else has a turn, such as a key that was pressed.
    """

    def __init__(self, size: int = 200) -> None:
        self._queue: asyncio.Queue[T | BaseException | _End] = asyncio.Queue(size)
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task that belongs to this channel."""
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def put(self, item: T) -> None:
        """Hand an item to the reader; waits while the queue is full."""
        if self._queue.full():
            await self._queue.put(item)
        else:
            self._queue.put_nowait(item)  # of thousands of lines a second, each is spared a coroutine

    @property
    def empty(self) -> bool:
        """Whether the reader has been handed everything."""
        return self._queue.empty()

    async def close(self) -> None:
        """End the reader's iteration after what is queued."""
        await self._queue.put(_END)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Raised again where the reader stands.
            await self._queue.put(error)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.sleep(0)  # A task that was cancelled before its first step would leave a coroutine never awaited.
        await end(*self._tasks)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        item = await self._queue.get() if self._queue.empty() else self._queue.get_nowait()
        if isinstance(item, _End):
            raise StopAsyncIteration
        if isinstance(item, BaseException):
            raise item
        return item
