"""The namespace controller: empties namespaces that are being deleted, then lets them go."""

from __future__ import annotations

from k8stui.embedded.controllers.base import Controller
from k8stui.embedded.deletion import Deletion
from k8stui.embedded.objects import is_deleting, name_of, namespace_of, uid_of
from k8stui.embedded.registry import EVENT, KINDS, NAMESPACE
from k8stui.embedded.store import Change


class NamespaceController(Controller):
    """Looks at terminating namespaces whenever something in them goes."""

    def on_change(self, change: Change) -> None:
        """Look at namespaces being deleted and at those of deleted objects."""
        if change.kind is NAMESPACE:
            if change.verb != "DELETED" and is_deleting(change.obj):
                self.look(uid_of(change.obj))
        elif change.verb == "DELETED" and change.kind is not EVENT:
            namespace = self.resources.store.get(NAMESPACE, "", namespace_of(change.obj))
            if namespace and is_deleting(namespace):
                self.look(uid_of(namespace))

    def sync(self, uid: str) -> None:
        """Delete the content, and the namespace when nothing is left."""
        found = self.resources.store.by_uid(uid)
        if found is None or not is_deleting(found[1]):
            return
        namespace = found[1]
        left = 0
        for kind in KINDS:
            if not kind.stored or not kind.namespaced:
                continue
            for obj in self.resources.store.all(kind, name_of(namespace)):
                if is_deleting(obj):
                    left += 1
                    continue
                deletion = Deletion(propagation="Background", uid=uid_of(obj))
                removed = self.resources.delete(kind, name_of(namespace), name_of(obj), deletion)
                left += not removed.gone
        if not left:
            self.resources.store.remove(NAMESPACE, namespace)
