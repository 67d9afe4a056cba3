"""Lists in pages: the first rows of 10,000 pods are on screen while the rest is still on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from k8stui.cluster import retry
from k8stui.cluster.request import Request
from k8stui.cluster.requests import Requests
from k8stui.cluster.resources import JsonObject

METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
"""The Accept header for lists of metadata only."""

METADATA_WATCH = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
"""The Accept header for objects and watches of metadata only."""


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
    requests: Requests, request: Request, *, metadata_only: bool, page_size: int, policy: retry.Policy | None
) -> AsyncIterator[Page]:
    """The pages of a list. `page_size` 0 means all in one."""
    query = dict(request.query)
    if page_size:
        query["limit"] = str(page_size)
    headers = {"Accept": METADATA_LIST} if metadata_only else {}
    while True:
        answer = await requests.read(replace(request, query=query, headers=headers), policy=policy)
        meta = answer.get("metadata") or {}
        yield Page(_typed(answer), str(meta.get("resourceVersion") or ""), int(meta.get("remainingItemCount") or 0))
        if not meta.get("continue"):
            return
        query["continue"] = meta["continue"]


def _typed(answer: JsonObject) -> list[JsonObject]:
    kind = str(answer.get("kind") or "").removesuffix("List")
    api_version = str(answer.get("apiVersion") or "")
    items: list[JsonObject] = answer.get("items") or []
    if kind and api_version:
        for item in items:
            item.setdefault("apiVersion", api_version)
            item.setdefault("kind", kind)
    return items
