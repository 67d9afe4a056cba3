"""Watches: the store's changes as a stream of events.

A watch that starts too far back gets one ERROR event with 410 and ends; one whose client reads too slowly is ended,
so that it never silently misses a change.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from k8stui.embedded.failures import expired
from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import Kind
from k8stui.embedded.selectors import Predicate
from k8stui.embedded.shapes import metadata_only
from k8stui.embedded.store import Change, Store

BACKLOG = 50_000
"""Events a client may lag behind before its watch is ended."""

BOOKMARK_EVERY = 60.0
"""Seconds between bookmarks."""

BOOKMARK_BEFORE_END = 2.0
"""Seconds before its end at which a watch sends a last bookmark."""


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What a client wants to see.

    Attributes:
        namespace: Empty for all.
        where: The selectors, None for everything.
        partial: Metadata only.
        since: The version to start after; None starts with everything there is.
        bookmarks: Whether bookmarks are welcome.
        initial_end: Whether to mark the end of the initial objects with a bookmark (`sendInitialEvents`).
        seconds: How long the watch lasts.
    """

    namespace: str = ""
    where: Predicate | None = None
    partial: bool = False
    since: int | None = None
    bookmarks: bool = False
    initial_end: bool = False
    seconds: float = 1800.0


class Watches:
    """The watches of one store; ended together when the cluster stops."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: set[Watch] = set()
        store.subscribe(self._on_change)

    def open(self, kind: Kind, options: WatchOptions) -> Watch:
        """Return a new watch that misses nothing from now on."""
        watch = Watch(self._store, kind, options)
        self._open.add(watch)
        return watch

    def close(self, watch: Watch) -> None:
        """Forget a watch."""
        self._open.discard(watch)

    def end_all(self, last: Obj | None = None) -> None:
        """End every open watch, each with `last` as its last event if given."""
        for watch in self._open:
            watch.end(last)

    def expire_all(self) -> None:
        """End every open watch as too old."""
        self.end_all(_too_old(self._store.version, self._store.version))

    def _on_change(self, change: Change) -> None:
        for watch in self._open:
            watch.offer(change)


class Watch:
    """One client's stream of events of one kind."""

    def __init__(self, store: Store, kind: Kind, options: WatchOptions) -> None:
        self._kind, self._options = kind, options
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._ended = False
        self._version = store.version if options.since is None else options.since
        if options.since is None:
            for obj in store.all(kind, options.namespace):
                if options.where is None or options.where(obj):
                    self._put("ADDED", obj)
        else:
            self._replay(store, options.since)
        if options.initial_end and not self._ended:
            self._put("BOOKMARK", _bookmark(kind, self._version, end=True))

    def offer(self, change: Change) -> None:
        """Take note of a change if the client wants to see it."""
        if change.kind is not self._kind or self._ended:
            return
        self._version = change.version
        metadata = change.obj["metadata"]
        if self._options.namespace and metadata.get("namespace") != self._options.namespace:
            return
        where = self._options.where
        now = change.verb != "DELETED" and (where is None or where(change.obj))
        before = change.old is not None and (where is None or where(change.old))
        if now:
            self._put("MODIFIED" if before else "ADDED", change.obj)
        elif before and change.old is not None:
            last = change.obj if change.verb == "DELETED" else change.old
            version = str(change.version)
            self._put("DELETED", {**last, "metadata": {**last["metadata"], "resourceVersion": version}})
        if len(self._waiting) > BACKLOG:
            self.end(None)

    def end(self, last: Obj | None) -> None:
        """Let the stream end after what waits, with `last` as the last event if given."""
        if last is not None and not self._ended:
            self._put_raw("ERROR", last)
        self._ended = True
        self._wake.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the encoded events, as many at a time as there are, until the watch ends."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._options.seconds
        bookmark = min(loop.time() + BOOKMARK_EVERY, max(loop.time(), deadline - BOOKMARK_BEFORE_END))
        while True:
            if self._waiting:
                chunk = b"".join(self._waiting)
                self._waiting.clear()
                yield chunk
                continue
            now = loop.time()
            if self._ended or now >= deadline:
                return
            if now >= bookmark:
                # At the end one that is not newer than the start would tell nothing. Meanwhile it is the sign of life
                # that clients of a real server have each minute, where leases are written all the time.
                ending = deadline - now <= BOOKMARK_BEFORE_END
                bookmark = min(deadline, now + BOOKMARK_EVERY)
                if self._options.bookmarks and (not ending or self._version > (self._options.since or 0)):
                    self._put("BOOKMARK", _bookmark(self._kind, self._version))
                continue
            self._wake.clear()
            try:
                async with asyncio.timeout(min(bookmark, deadline) - now):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _replay(self, store: Store, since: int) -> None:
        changes = store.since(self._kind, since)
        if changes is None:
            self.end(_too_old(since, store.oldest(self._kind)))
            return
        for change in changes:
            self.offer(change)

    def _put(self, verb: str, obj: Obj) -> None:
        self._put_raw(verb, metadata_only(obj) if self._options.partial else obj)

    def _put_raw(self, verb: str, obj: Obj) -> None:
        text = json.dumps({"type": verb, "object": obj}, separators=(",", ":"), ensure_ascii=False)
        self._waiting.append(text.encode() + b"\n")
        self._wake.set()


def _too_old(since: int, oldest: int) -> Obj:
    return expired(f"too old resource version: {since} ({oldest})").status()


def _bookmark(kind: Kind, version: int, *, end: bool = False) -> Obj:
    metadata: Obj = {"resourceVersion": str(version), "creationTimestamp": None}
    if end:
        metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
    return {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
