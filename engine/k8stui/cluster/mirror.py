"""A copy of a list of objects that a watch keeps fresh, and that says so when it is not.

Screens draw from mirrors. What a mirror promises: it never silently stalls. A lost, silent, expired or refused watch is
taken up again or listed anew, with growing pauses; meanwhile the last good objects stay, with `error`,
`disconnected_since` and `age()` to show beside them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self
from weakref import WeakSet

from k8stui.cluster import retry
from k8stui.cluster.changes import Changes
from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import BusyError, ExpiredError
from k8stui.cluster.resources import JsonObject, Resource
from k8stui.cluster.store import NO_KEY, Change, ChangeType, Key, ObjectStore, key_of
from k8stui.cluster.streams import WatchEvent
from k8stui.cluster.tasks import end
from k8stui.model.errors import K8stuiError, UnreachableError

WATCH_SECONDS = 290.0
"""How long a watch lasts before it is renewed: below the five minutes after which proxies like to cut a connection."""

SILENCE_MARGIN = 15.0
"""Seconds beyond that without a byte, bookmarks included, after which a watch counts as dead."""

_FIRST = 100
"""Objects of the first page: more than a screen shows, and there in a fifth of the time of a whole one."""

_LONGEST_PAUSE = 30.0
_SETTLED = 1.0
"""Seconds a watch must have lasted, if it brought nothing, for its end to be no failure."""


class Mirror:
    """Objects of one kind and selection, kept fresh while the context manager is open.

    Attributes:
        objects: The objects by (namespace, name), read-only; the same mapping all the time.
        synced: Whether a complete list has been taken in; stays true.
        connected: Whether the watch stands at this moment.
        error: Why not, when it does not; None while connected.
        disconnected_since: Monotonic time of the loss, None while connected.
        last_event: Monotonic time of the last sign of life (list page, watch opened, event or bookmark).
    """

    def __init__(
        self,
        cluster: Cluster,
        resource: Resource,
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        labels: str = "",
        fields: str = "",
        metadata_only: bool = False,
        page_size: int = 500,
        watch_seconds: float = WATCH_SECONDS,
        silence_margin: float = SILENCE_MARGIN,
        slim: Callable[[JsonObject], JsonObject] = lambda item: item,
        most: int = 0,
        rank: Callable[[JsonObject], str] = lambda item: str(item["metadata"].get("creationTimestamp") or ""),
    ) -> None:
        """Prepare a mirror.

        Args:
            cluster: Where.
            resource: Which kind.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
            labels: A label selector.
            fields: A field selector.
            metadata_only: Only `metadata` of each object.
            page_size: Objects of a page of the list.
            watch_seconds: How long a watch lasts before it is renewed.
            silence_margin: Seconds beyond that without a byte after which a watch counts as dead.
            slim: What of an object is kept, where there are many; its identity and version must be.
            most: Objects that are kept, about; 0 for all.
            rank: Says which go where there are more: those for which it is lowest.
        """
        self.resource = resource
        self.synced = False
        self.connected = False
        self.error: K8stuiError | None = None
        self.disconnected_since: float | None = None
        self._cluster = cluster
        self._clock = cluster.clock
        self._selection: dict[str, Any] = {
            "namespace": namespace, "all_namespaces": all_namespaces, "labels": labels, "fields": fields,
            "metadata_only": metadata_only,
        }  # fmt: skip
        self._page_size = page_size
        self._watch_seconds, self._silence_margin = watch_seconds, silence_margin
        self._slim, self._most, self._rank = slim, most, rank
        self._store = ObjectStore()
        self.objects: Mapping[Key, JsonObject] = MappingProxyType(self._store.objects)
        self._readers: WeakSet[Changes] = WeakSet()
        self._changed_state = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._version = ""
        self._progress = False
        self._failures = 0
        self.last_event = self._clock.now()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=f"mirror of {self.resource.plural}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._task)
        self.connected = False

    def age(self) -> float:
        """Seconds since the last sign of life. A minute is normal when nothing happens: bookmarks come that often."""
        return self._clock.now() - self.last_event

    def lost_for(self) -> float | None:
        """Seconds since the watch was lost; None while it stands or before it was first opened."""
        return None if self.disconnected_since is None else self._clock.now() - self.disconnected_since

    def changes(self, wake: asyncio.Event | None = None) -> Changes:
        """Changes from now on; `objects` is what they start from. Ends when the mirror is closed.

        Args:
            wake: An event to set at each of them and when the mirror's state changes, for a reader of several mirrors.
        """
        reader = Changes(wake=wake)
        if self._task and self._task.done():
            reader.close()
        self._readers.add(reader)
        return reader

    async def wait_synced(self, seconds: float = 30.0) -> None:
        """Wait for the first complete list.

        Args:
            seconds: How long at most.

        Raises:
            K8stuiError: The server refused, at once (no right, no such kind); or it could not be reached in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while not self.synced:
                    if self.error is not None and not isinstance(self.error, UnreachableError):
                        raise self.error
                    if self._task is None or self._task.done():
                        raise self.error or UnreachableError(f"The mirror of {self.resource.plural} is closed.")
                    self._changed_state.clear()
                    await self._changed_state.wait()
        except TimeoutError as error:
            raise self.error or UnreachableError(
                f"{self._cluster.server} did not list {self.resource.plural} within {seconds:g} s."
            ) from error

    async def _run(self) -> None:
        try:
            while True:
                await self._once()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # A defect of ours: shown where the objects are shown, instead of a task that died unseen.
            self._lost(
                K8stuiError(f"The mirror of {self.resource.plural} stopped: {error!r}", hint="Please report this.")
            )
            raise
        finally:
            for reader in list(self._readers):
                reader.close()
            self._changed_state.set()

    async def _once(self) -> None:
        """One round: list if there is no version to go on from, watch until that ends, pause if it went wrong."""
        self._progress = False
        listing = not self._version
        opened = self._clock.now()
        pause = 0.0
        try:
            if not self._version:
                await self._list()
            await self._watch()
        except ExpiredError as error:
            if listing and not self._version:
                # The list aged away between two pages: in one piece from now on.
                self._page_size = 0
            self._version = ""
            self._lost(error)
            self._failures += 0 if self._progress else 1
        except K8stuiError as error:
            self._lost(error)
            self._failures += 1
            pause = error.retry_after if isinstance(error, BusyError) else 0.0
        else:
            if self._progress or self._clock.now() - opened >= _SETTLED:
                self._failures = 0
            else:
                self._lost(
                    UnreachableError(f"{self._cluster.server} ended the watch of {self.resource.plural} at once.")
                )
                self._failures += 1
        if self._failures:
            pause += retry.backoff(self._failures, self._clock.rng, cap=_LONGEST_PAUSE)
            await self._clock.sleep(pause)

    async def _list(self) -> None:
        seen: set[Key] = set()
        version = ""
        pages = self._cluster.pages(
            self.resource, **self._selection, page_size=self._page_size, first=_FIRST, policy=retry.NO_RETRY
        )
        async for page in pages:
            self.last_event = self._clock.now()
            version = page.resource_version
            for item in page.items:
                seen.add(key_of(item))
                self._tell(self._store.put(self._slim(item), from_list=True))
            self._drop()
        for change in self._store.keep_only(seen):
            self._tell(change)
        self._version = version
        self.synced = True
        self._tell(Change(ChangeType.RELISTED, NO_KEY, {}))
        self._changed_state.set()

    async def _watch(self) -> None:
        events = self._cluster.watch(
            self.resource,
            **self._selection,
            resource_version=self._version,
            timeout_seconds=self._watch_seconds,
            silence_margin=self._silence_margin,
            on_open=self._found,
        )
        async for event in events:
            self.last_event = self._clock.now()
            self._progress = True
            self._failures = 0
            self._take(event)

    def _take(self, event: WatchEvent) -> None:
        if event.type in {"ADDED", "MODIFIED"}:
            self._tell(self._store.put(self._slim(event.object)))
            self._drop()
        elif event.type == "DELETED":
            self._tell(self._store.remove(event.object))
        version = (event.object.get("metadata") or {}).get("resourceVersion")
        if version:
            self._version = str(version)

    def _drop(self) -> None:
        """Keep no more than wanted."""
        for change in self._store.keep_most(self._most, self._rank) if self._most else ():
            self._tell(change)

    def _tell(self, change: Change | None) -> None:
        if change is not None:
            for reader in self._readers:
                reader.tell(change)

    def _found(self) -> None:
        self.last_event = self._clock.now()
        self.connected, self.error, self.disconnected_since = True, None, None
        self._state_changed()

    def _lost(self, error: K8stuiError) -> None:
        self.connected, self.error = False, error
        if self.disconnected_since is None:
            self.disconnected_since = self._clock.now()
        self._state_changed()

    def _state_changed(self) -> None:
        self._changed_state.set()
        for reader in self._readers:
            reader.wake()
