"""An embedded cluster in a thread with an event loop of its own, for callers that have none or several."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from k8stui.embedded.cluster import EmbeddedCluster
from k8stui.embedded.timing import Timing

_T = TypeVar("_T")

_START_SECONDS = 30.0


class ClusterThread:
    """Runs an embedded cluster beside the caller; a context manager."""

    def __init__(self, root: Path | None = None, *, timing: Timing | None = None) -> None:
        self.cluster = EmbeddedCluster(root, timing=timing)
        self._ready = threading.Event()
        self._end: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="embedded cluster", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the cluster; returns when it answers.

        Raises:
            TimeoutError: It did not within 30 s.
        """
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise TimeoutError("the embedded cluster did not start")
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop the cluster and wait until nothing of it runs."""
        if self._loop is not None and self._end is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def call(self, function: Callable[[], _T]) -> _T:
        """Run a function of the cluster (`pressure_evict`, `pod_pids`, ...) in its thread and return its result."""
        if self._loop is None:
            raise RuntimeError("the embedded cluster does not run")

        async def called() -> _T:
            return function()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._error = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with self.cluster:
            self._ready.set()
            await self._end.wait()
