"""Answers that do not end: watches and followed logs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from k8stui.cluster.errors import error_of, status_of
from k8stui.cluster.lines import LineSplitter
from k8stui.cluster.paging import METADATA_WATCH
from k8stui.cluster.request import Request
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import JsonObject
from k8stui.cluster.shapes import shaped
from k8stui.model.errors import UnreachableError
from k8stui.model.shapes import fields, parsed, text

LOG_LINE_LIMIT = 1 << 20
"""Bytes of a log line that are kept."""

_EVENT_LIMIT = 64 << 20
"""Bytes of one watch event; etcd stores no object near that."""


_BOOKMARK = fields({"metadata": fields({"resourceVersion": text})}, always=("metadata",))


@dataclass(frozen=True)
class WatchEvent:
    """One event of a watch: `type` is ADDED, MODIFIED, DELETED or BOOKMARK (which holds a resourceVersion only)."""

    type: str
    object: JsonObject


async def watch(
    requests: Requests,
    request: Request,
    *,
    metadata_only: bool,
    resource_version: str,
    timeout_seconds: float,
    silence_margin: float,
    on_open: Callable[[], None] | None = None,
) -> AsyncIterator[WatchEvent]:
    """See `client.Cluster.watch`."""
    query = {
        **request.query,
        "watch": "true",
        "allowWatchBookmarks": "true",
        "resourceVersion": resource_version,
        "timeoutSeconds": str(max(1, round(timeout_seconds))),
    }
    headers = {"Accept": METADATA_WATCH} if metadata_only else {}
    opened = requests.stream(
        replace(request, query=query, headers=headers), silence=timeout_seconds + silence_margin, repeat=False
    )
    splitter = LineSplitter(_EVENT_LIMIT)
    async with opened as chunks:
        if on_open:
            on_open()
        async for chunk in chunks:
            requests.turns.begin()
            for line in splitter.feed(chunk):
                await requests.turns.next()
                if line.strip() and (event := _event(line, request, requests, metadata_only=metadata_only)):
                    yield event


def _event(line: bytes, request: Request, requests: Requests, *, metadata_only: bool) -> WatchEvent | None:
    """The event in a line; None where it is about something without a name."""
    try:
        event = parsed(line)
        kind, changed = str(event["type"]), event["object"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreachableError(f"{requests.where} sent a watch event that cannot be read.") from error
    if kind == "ERROR":
        raise error_of(status_of(changed), request.what, requests.where)
    if kind == "BOOKMARK":
        known = _BOOKMARK(changed)
    else:
        resource = request.what.resource
        known = shaped(changed, resource, metadata_only=metadata_only) if resource else None
    return WatchEvent(kind, known) if isinstance(known, dict) else None


async def lines(requests: Requests, request: Request) -> AsyncIterator[list[bytes]]:
    """The lines of a streamed text, those that came together in one list; see `client.Cluster.logs`."""
    splitter = LineSplitter(LOG_LINE_LIMIT)
    headers = {"Accept": "*/*"}
    async with requests.stream(replace(request, headers=headers)) as chunks:
        async for chunk in chunks:
            await requests.turns.next()
            if found := splitter.feed(chunk):
                yield found
    last = splitter.flush()
    if last is not None:
        yield [last]
