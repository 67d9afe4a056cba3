"""The garbage collector: deletes what lost its last owner, and carries out foreground and orphan deletions.

Rules: Kubernetes documentation, "Garbage Collection" and "Owners and Dependents".
"""

from __future__ import annotations

from k8stui.embedded.controllers.base import Controller
from k8stui.embedded.deletion import FOREGROUND, ORPHAN, Deletion
from k8stui.embedded.objects import Obj, finalizers_of, is_deleting, name_of, namespace_of, owners_of, uid_of
from k8stui.embedded.registry import Kind
from k8stui.embedded.store import Change


class GarbageCollector(Controller):
    """Looks at dependents whose owners change, and at owners that wait for their dependents."""

    def on_change(self, change: Change) -> None:
        """Look at what the change may have left without an owner, and at owners being deleted."""
        uid = uid_of(change.obj)
        if change.verb == "DELETED":
            for _, dependent in self.resources.store.dependents(uid):
                self.look(uid_of(dependent))
            for owner in owners_of(change.obj):
                self.look(str(owner.get("uid")))
        elif owners_of(change.obj) or is_deleting(change.obj):
            self.look(uid)

    def sync(self, uid: str) -> None:
        """Collect the object if nothing owns it any more, or bring its own deletion forward."""
        found = self.resources.store.by_uid(uid)
        if found is None:
            return
        kind, obj = found
        if is_deleting(obj):
            self._finish_deletion(kind, obj)
        elif owners_of(obj):
            self._collect(kind, obj)

    def _finish_deletion(self, kind: Kind, owner: Obj) -> None:
        uid, finalizers = uid_of(owner), finalizers_of(owner)
        if ORPHAN in finalizers:
            for dependent_kind, dependent in self.resources.store.dependents(uid):
                self._drop_owners(dependent_kind, dependent, {uid})
            self._drop_finalizer(kind, owner, ORPHAN)
        elif FOREGROUND in finalizers:
            blocking = [
                dependent
                for _, dependent in self.resources.store.dependents(uid)
                if any(ref.get("uid") == uid and ref.get("blockOwnerDeletion") for ref in owners_of(dependent))
            ]
            if not blocking:
                self._drop_finalizer(kind, owner, FOREGROUND)
            for dependent in blocking:
                self.look(uid_of(dependent))

    def _collect(self, kind: Kind, obj: Obj) -> None:
        dangling, waiting, solid = set(), set(), 0
        for reference in owners_of(obj):
            uid = str(reference.get("uid"))
            found = self.resources.store.by_uid(uid)
            if found is None:
                dangling.add(uid)
            elif is_deleting(found[1]) and FOREGROUND in finalizers_of(found[1]):
                waiting.add(uid)
            else:
                solid += 1
        if solid:
            if dangling or waiting:
                self._drop_owners(kind, obj, dangling | waiting)
            return
        has_dependents = bool(self.resources.store.dependents(uid_of(obj)))
        policy = "Foreground" if waiting and has_dependents else "Background"
        deletion = Deletion(propagation=policy, uid=uid_of(obj))
        self.resources.delete(kind, namespace_of(obj), name_of(obj), deletion)

    def _drop_owners(self, kind: Kind, obj: Obj, uids: set[str]) -> None:
        def how(new: Obj) -> None:
            kept = [ref for ref in owners_of(new) if ref.get("uid") not in uids]
            new["metadata"]["ownerReferences"] = kept
            if not kept:
                del new["metadata"]["ownerReferences"]

        self.resources.change(kind, obj, how)

    def _drop_finalizer(self, kind: Kind, obj: Obj, name: str) -> None:
        def how(new: Obj) -> None:
            kept = [finalizer for finalizer in finalizers_of(new) if finalizer != name]
            new["metadata"]["finalizers"] = kept
            if not kept:
                del new["metadata"]["finalizers"]

        self.resources.change(kind, obj, how)
