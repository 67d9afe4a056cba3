"""Tells a reader of a mirror what changed, at the reader's own speed.

A slow reader costs nothing: changes of one object melt into the latest, and beyond a limit into one RELISTED.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from typing import Self

from k8stui.cluster.store import NO_KEY, Change, ChangeType, Key

DEFAULT_LIMIT = 20_000
"""Objects with unread changes, from which on a reader is told to read everything anew."""


class Changes:
    """An asynchronous iterator over changes; ends when the mirror is closed. For one reader."""

    def __init__(self, limit: int = DEFAULT_LIMIT, wake: asyncio.Event | None = None) -> None:
        """Prepare a reader.

        Args:
            limit: Objects with unread changes to remember at most.
            wake: Set at every change and whenever the mirror loses or finds its watch. A reader of several mirrors
                gives all of them the same event, waits for it and takes; such a reader does not iterate.
        """
        self._limit = limit
        self._pending: dict[Key, Change] = {}
        self._wake = wake or asyncio.Event()
        self._closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        while not self._pending:
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._pending.pop(next(iter(self._pending)))

    def take(self) -> list[Change]:
        """All unread changes at once, without waiting: for screens that draw at their own pace."""
        taken = list(self._pending.values())
        self._pending.clear()
        return taken

    def tell(self, change: Change) -> None:
        """Note a change; called by the mirror."""
        unread = self._pending.get(change.key)
        if change.type is ChangeType.RELISTED:
            self._pending.pop(change.key, None)
        elif unread is not None and unread.type is ChangeType.ADDED and change.type is ChangeType.MODIFIED:
            change = Change(ChangeType.ADDED, change.key, change.object)
        self._pending[change.key] = change
        if len(self._pending) > self._limit:
            self._pending = {NO_KEY: Change(ChangeType.RELISTED, NO_KEY, {})}
        self._wake.set()

    def wake(self) -> None:
        """Let the reader look although no object changed: the mirror's state did."""
        self._wake.set()

    def close(self) -> None:
        """End the iteration once everything noted so far is read."""
        self._closed = True
        self._wake.set()


def concerned(changes: Collection[Change], known: Iterable[Key]) -> set[Key]:
    """Keys of the objects to look at again.

    Args:
        changes: What was taken from a reader.
        known: All that there is and all that the reader knows of: after a relist any of them may have changed.
    """
    if any(change.type is ChangeType.RELISTED for change in changes):
        return set(known)
    return {change.key for change in changes}
