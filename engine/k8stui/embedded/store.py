"""The memory of the embedded cluster: objects, one version counter, and the recent history that watches replay.

Everything runs in one event loop and every change is one synchronous call, so changes are atomic and totally
ordered, as etcd makes them. Stored objects are never changed in place; a change stores another dict.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from k8stui.embedded.objects import Obj, name_of, namespace_of, owners_of, uid_of
from k8stui.embedded.registry import KINDS, Kind

FIRST_VERSION = 1000
"""Where versions begin: watching from "1" must fail as too old, as it does on any real cluster."""

HISTORY = 4096
"""Changes remembered per kind; older ones answer 410."""

Verb = Literal["ADDED", "MODIFIED", "DELETED"]
Key = tuple[str, str]
"""Namespace (empty when there is none) and name."""


@dataclass(frozen=True, eq=False)
class Change:
    """One committed change: what a watch turns into an event.

    Attributes:
        verb: What happened.
        kind: The kind of the object.
        obj: The object afterwards; for a deletion as it last was, with the version of the deletion.
        old: The object before, or None.
        version: The resource version of the change.
    """

    verb: Verb
    kind: Kind
    obj: Obj
    old: Obj | None
    version: int


Listener = Callable[[Change], None]
"""Called for every change, in order, at once; must only take note."""


class Store:
    """All objects, by kind, namespace and name."""

    def __init__(self, *, history: int = HISTORY) -> None:
        self._version = FIRST_VERSION
        self._objects: dict[Kind, dict[Key, Obj]] = {kind: {} for kind in KINDS if kind.stored}
        self._history: dict[Kind, deque[Change]] = {kind: deque(maxlen=history) for kind in self._objects}
        self._forgotten: dict[Kind, int] = dict.fromkeys(self._objects, FIRST_VERSION)
        self._by_uid: dict[str, tuple[Kind, Key]] = {}
        self._dependents: dict[str, set[str]] = {}
        self._listeners: list[Listener] = []

    @property
    def version(self) -> int:
        """The version of the latest change."""
        return self._version

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every later change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def get(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        """Return the object, not to be changed, or None."""
        return self._objects[kind].get((namespace, name))

    def all(self, kind: Kind, namespace: str = "") -> list[Obj]:
        """Return the objects of a namespace (empty: of all), ordered by namespace and name."""
        found = self._objects[kind].items()
        return [obj for key, obj in sorted(found, key=lambda item: item[0]) if not namespace or key[0] == namespace]

    def by_uid(self, uid: str) -> tuple[Kind, Obj] | None:
        """Return the object with that uid and its kind, or None when there is none any more."""
        found = self._by_uid.get(uid)
        return (found[0], self._objects[found[0]][found[1]]) if found else None

    def dependents(self, uid: str) -> list[tuple[Kind, Obj]]:
        """Return the objects that name `uid` as an owner."""
        found = (self.by_uid(dependent) for dependent in sorted(self._dependents.get(uid, ())))
        return [item for item in found if item]

    def insert(self, kind: Kind, obj: Obj) -> Obj:
        """Store a new object; returns it with its version."""
        return self._commit("ADDED", kind, obj, None)

    def replace(self, kind: Kind, obj: Obj) -> Obj:
        """Store another state of an existing object; returns it with its version, the old one when nothing changed."""
        old = self._objects[kind][namespace_of(obj), name_of(obj)]
        if {**obj, "metadata": {**obj["metadata"], "resourceVersion": old["metadata"]["resourceVersion"]}} == old:
            return old
        return self._commit("MODIFIED", kind, obj, old)

    def remove(self, kind: Kind, obj: Obj) -> Obj:
        """Forget an object; returns it as it last was."""
        return self._commit("DELETED", kind, obj, self._objects[kind][namespace_of(obj), name_of(obj)])

    def since(self, kind: Kind, version: int) -> list[Change] | None:
        """Return the changes of a kind after `version`, or None when some of them are forgotten."""
        if version < self._forgotten[kind]:
            return None
        return [change for change in self._history[kind] if change.version > version]

    def oldest(self, kind: Kind) -> int:
        """Return the oldest version a watch of that kind can start from."""
        return self._forgotten[kind]

    def forget_history(self) -> None:
        """Forget all changes, as compaction does: older versions answer 410 from now on."""
        for kind, history in self._history.items():
            history.clear()
            self._forgotten[kind] = self._version

    def _commit(self, verb: Verb, kind: Kind, obj: Obj, old: Obj | None) -> Obj:
        self._version += 1
        obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self._version)}}
        key = (namespace_of(obj), name_of(obj))
        uid = uid_of(obj)
        if old is not None:
            for owner in self._owner_uids(old):
                self._dependents[owner].discard(uid)
                if not self._dependents[owner]:
                    del self._dependents[owner]
        if verb == "DELETED":
            del self._objects[kind][key]
            del self._by_uid[uid]
        else:
            self._objects[kind][key] = obj
            self._by_uid[uid] = (kind, key)
            for owner in self._owner_uids(obj):
                self._dependents.setdefault(owner, set()).add(uid)
        change = Change(verb, kind, obj, old, self._version)
        history = self._history[kind]
        if len(history) == history.maxlen:
            self._forgotten[kind] = history[0].version
        history.append(change)
        for listener in tuple(self._listeners):
            listener(change)
        return obj

    @staticmethod
    def _owner_uids(obj: Obj) -> Iterator[str]:
        return (str(owner.get("uid", "")) for owner in owners_of(obj))
