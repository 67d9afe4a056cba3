"""One thing is followed at a time, what the cursor stands on: switching closes the old feed and opens the new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

from k8stui.model.errors import K8stuiError, as_told

T = TypeVar("T")

RETRY_SECONDS = 2.0
"""Pause before a feed that could not be opened is tried again."""


class Switch(Generic[T]):
    """Holds at most one open feed.

    Attributes:
        key: What is wanted now; None for nothing.
        current: Its feed, once it is open.
        error: Why it could not be opened; it is tried again.
    """

    def __init__(self, opened: Callable[[T], object] = lambda _: None) -> None:
        """Make one that follows nothing.

        Args:
            opened: Told of each feed as soon as it is open.
        """
        self._opened = opened
        self.key: Hashable = None
        self.current: T | None = None
        self.error: K8stuiError | None = None
        self._make: Callable[[], AbstractAsyncContextManager[T]] | None = None
        self._changed = asyncio.Event()

    def to(self, key: Hashable, make: Callable[[], AbstractAsyncContextManager[T]] | None) -> None:
        """Follow something else; nothing happens when that is followed already.

        Args:
            key: Names it.
            make: Opens its feed; None to follow nothing.
        """
        if key == self.key and self._make is not None:
            return
        self.key, self._make = key, make
        self.current, self.error = None, None
        self._changed.set()

    async def serve(self) -> None:
        """Open and close feeds until cancelled."""
        while True:
            self._changed.clear()
            make = self._make
            if make is None:
                await self._changed.wait()
                continue
            try:
                async with make() as feed:
                    if not self._changed.is_set():
                        self.current = feed
                        self._opened(feed)
                    await self._changed.wait()
            except Exception as error:
                # Also a defect of ours is shown in the pane it concerns; the others go on.
                await self._failed(as_told(error))

    async def _failed(self, error: K8stuiError) -> None:
        if self._changed.is_set():
            return
        self.current, self.error = None, error
        try:
            async with asyncio.timeout(RETRY_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return
