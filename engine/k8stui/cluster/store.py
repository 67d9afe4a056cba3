"""The objects of a mirror, and what each event of a watch means for them.

Pure: no I/O, no clock. Events may come twice or late (after a reconnect the server repeats what it is unsure about); an
object is replaced only by a newer version of itself, and removed only by the deletion of the very object that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from k8stui.cluster.resources import JsonObject

Key: TypeAlias = tuple[str, str]
"""Namespace (empty for objects of the whole cluster) and name."""

NO_KEY: Key = ("", "")


class ChangeType(StrEnum):
    """What happened to an object of a mirror."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    RELISTED = "RELISTED"
    """A list was completed, or the reader was too slow to be told of each change: read `Mirror.objects` anew."""


@dataclass(frozen=True)
class Change:
    """One change. For RELISTED, `key` is empty and `object` too; for DELETED, `object` is its last state."""

    type: ChangeType
    key: Key
    object: JsonObject


def key_of(item: JsonObject) -> Key:
    """The key of an object."""
    meta = item.get("metadata") or {}
    return str(meta.get("namespace") or ""), str(meta.get("name") or "")


class ObjectStore:
    """Objects by key."""

    def __init__(self) -> None:
        self.objects: dict[Key, JsonObject] = {}

    def put(self, item: JsonObject, *, from_list: bool = False) -> Change | None:
        """Take in an object that was added or modified.

        Args:
            item: The object.
            from_list: A list is right even where it looks older, as after a restored backup.

        Returns:
            The change, or None when nothing changed.
        """
        key = key_of(item)
        held = self.objects.get(key)
        if held is not None:
            ours, theirs = _identity(held), _identity(item)
            if ours == theirs or (not from_list and ours[0] == theirs[0] and _older(theirs[1], ours[1])):
                return None
        self.objects[key] = item
        return Change(ChangeType.ADDED if held is None else ChangeType.MODIFIED, key, item)

    def remove(self, item: JsonObject) -> Change | None:
        """Take in a deletion; that of an object which has been replaced meanwhile changes nothing."""
        key = key_of(item)
        held = self.objects.get(key)
        if held is None or (_identity(item)[0] and _identity(held)[0] != _identity(item)[0]):
            return None
        del self.objects[key]
        return Change(ChangeType.DELETED, key, item)

    def keep_most(self, most: int, rank: Callable[[JsonObject], str]) -> list[Change]:
        """Drop those with the lowest ranks where there are a quarter more than so many, down to that number."""
        if len(self.objects) <= most + most // 4:
            return []
        gone = sorted(self.objects, key=lambda key: rank(self.objects[key]))[: len(self.objects) - most]
        return [Change(ChangeType.DELETED, key, self.objects.pop(key)) for key in gone]

    def keep_only(self, keys: Collection[Key]) -> list[Change]:
        """Drop what a complete list did not contain: deletions that happened while nobody watched."""
        gone = [key for key in self.objects if key not in keys]
        return [Change(ChangeType.DELETED, key, self.objects.pop(key)) for key in gone]


def _identity(item: JsonObject) -> tuple[str, str]:
    meta = item.get("metadata") or {}
    return str(meta.get("uid") or ""), str(meta.get("resourceVersion") or "")


def _older(version: str, than: str) -> bool:
    # Numbers on every real server, and comparable by contract since Kubernetes 1.35; anything else is taken as new.
    return version.isdigit() and than.isdigit() and int(version) < int(than)
