"""The forms an object is sent in: whole, in a list, or its metadata only."""

from __future__ import annotations

import json
from collections.abc import Iterable

from k8stui.embedded.objects import Obj
from k8stui.embedded.registry import Kind

_META_VERSION = "meta.k8s.io/v1"


def encode(obj: Obj) -> bytes:
    """Return the JSON of an object, with the newline Kubernetes ends it with."""
    return json.dumps(obj, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def wants_metadata_only(accept: str) -> bool:
    """Return whether the client asks for PartialObjectMetadata."""
    return "as=PartialObjectMetadata" in accept


def metadata_only(obj: Obj) -> Obj:
    """Return the object as PartialObjectMetadata."""
    return {"kind": "PartialObjectMetadata", "apiVersion": _META_VERSION, "metadata": obj["metadata"]}


def listing(
    kind: Kind, items: Iterable[Obj], *, version: int, partial: bool, proceed: str = "", remaining: int | None = None
) -> Obj:
    """Return a list object.

    Args:
        kind: The kind of the items.
        items: The items.
        version: The resource version the list is of.
        partial: Whether to send metadata only.
        proceed: The continue token, empty on the last page.
        remaining: How many items follow, if known.
    """
    metadata: Obj = {"resourceVersion": str(version)}
    if proceed:
        metadata["continue"] = proceed
    if remaining:
        metadata["remainingItemCount"] = remaining
    if partial:
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": _META_VERSION,
            "metadata": metadata,
            "items": [metadata_only(item) for item in items],
        }
    bare = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
    return {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": metadata, "items": bare}
