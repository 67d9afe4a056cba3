"""The patch that makes one state of an object of another: what `Cluster.patch` is given. Pure."""

from __future__ import annotations

from typing import Any


def merge_patch(old: Any, new: Any) -> Any:
    """What makes the new state of the old one when it is merged into it.

    Args:
        old: Any JSON.
        new: Any JSON without null, which no object of Kubernetes needs and a patch cannot set.

    Returns:
        A patch by RFC 7386: null removes a key, lists are replaced; empty where both are equal objects.
    """
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    gone = {key: None for key in old if key not in new}
    return gone | {key: merge_patch(old.get(key), value) for key, value in new.items() if old.get(key) != value}
