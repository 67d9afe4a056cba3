"""Lists in pages: the first rows of 10,000 pods are on screen while the rest is still on its way.

The server makes the next page while this one is read: the token that asks for it stands at the head of the answer, and
asking needs no more than that.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from k8stui.cluster import retry
from k8stui.cluster.request import Request
from k8stui.cluster.requests import Requests, parse
from k8stui.cluster.resources import JsonObject
from k8stui.cluster.shapes import shaped
from k8stui.cluster.tasks import end
from k8stui.cluster.transport_types import Answer
from k8stui.model.errors import UnreachableError
from k8stui.model.shapes import fields, number, text

METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
"""The Accept header for lists of metadata only."""

METADATA_WATCH = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
"""The Accept header for objects and watches of metadata only."""

_HEAD = 4096
"""Bytes at the beginning of an answer in which the server says how the list goes on."""

_CONTINUE = re.compile(rb'"metadata":\{[^{}]*"continue":"([A-Za-z0-9_=-]+)"')

_LIST = fields({"resourceVersion": text, "continue": text, "remainingItemCount": number})

_SENT = 0.002
"""Seconds in which a request leaves, before the answer to the one before keeps the event loop busy."""


@dataclass(frozen=True)
class Page:
    """One page of a list.

    Attributes:
        items: The objects, with `apiVersion` and `kind` filled in (the server leaves them out in lists).
        resource_version: Where a watch goes on from; the same on every page of one list.
        remaining: How many objects the server says are still to come; 0 on the last page, or when it does not say.
    """

    items: list[JsonObject]
    resource_version: str
    remaining: int


async def read_pages(
    requests: Requests,
    request: Request,
    *,
    metadata_only: bool,
    page_size: int,
    first: int = 0,
    policy: retry.Policy | None,
) -> AsyncIterator[Page]:
    """The pages of a list. `page_size` 0 means all in one; `first` is the size of the first one, where it differs."""
    query = dict(request.query)
    headers = {"Accept": METADATA_LIST} if metadata_only else {}

    def ask(token: str) -> asyncio.Task[Answer]:
        size = page_size if token else min(first or page_size, page_size)
        asked = {**query, **({"limit": str(size)} if size else {}), **({"continue": token} if token else {})}
        return asyncio.create_task(requests.fetch(replace(request, query=asked, headers=headers), policy=policy))

    asked: asyncio.Task[Answer] | None = ask("")
    try:
        while asked:
            answer = await asked
            found = _CONTINUE.search(answer.body, 0, _HEAD)
            told = found.group(1).decode() if found else ""
            asked = ask(told) if told else None
            if asked:
                await asyncio.wait({asked}, timeout=_SENT)
            page = parse(answer, requests.where)
            meta = _LIST(page.get("metadata")) if page.get("metadata") else {}
            items = _items(page, request, requests, metadata_only=metadata_only)
            yield Page(items, str(meta.get("resourceVersion") or ""), meta.get("remainingItemCount") or 0)
            token = str(meta.get("continue") or "")
            if token != told:
                await end(asked)
                asked = ask(token) if token else None
    finally:
        await end(asked)


def _items(answer: JsonObject, request: Request, requests: Requests, *, metadata_only: bool) -> list[JsonObject]:
    """The objects of a page; what is none, having no name, is left out."""
    resource, listed = request.what.resource, answer.get("items") or []
    if resource is None or not isinstance(listed, list):
        raise UnreachableError(f"The server of {requests.where} answered with something else than a list.")
    kind = str(answer.get("kind") or "").removesuffix("List")
    api_version = str(answer.get("apiVersion") or "")
    items = [one for item in listed if (one := shaped(item, resource, metadata_only=metadata_only)) is not None]
    if kind and api_version:
        for item in items:
            item.setdefault("apiVersion", api_version)
            item.setdefault("kind", kind)
    return items
