"""The one way to change objects: create, update, patch and delete with defaults, validation and admission.

HTTP handlers and controllers both come through here; only authorization lies outside, because controllers are
part of the cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from k8stui.embedded.admission import Admission
from k8stui.embedded.defaults import fill_in
from k8stui.embedded.deletion import Deletion
from k8stui.embedded.failures import already_exists, bad_request, conflict, modified, not_found
from k8stui.embedded.objects import Obj, copied, is_deleting, name_of, namespace_of, new_uid, random_suffix, timestamp
from k8stui.embedded.registry import BUDGET, CRON_JOB, JOB, NAMESPACE, POD, Kind
from k8stui.embedded.selectors import Predicate
from k8stui.embedded.store import Store
from k8stui.embedded.validation import check_change, check_new

_GENERATIONS = frozenset((POD, JOB, CRON_JOB, BUDGET))
_SYSTEM_FIELDS = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")

_INITIAL_STATUS: dict[Kind, Obj] = {
    POD: {"phase": "Pending"},
    JOB: {},
    CRON_JOB: {},
    NAMESPACE: {"phase": "Active"},
}


@dataclass(frozen=True)
class Removed:
    """What a delete did.

    Attributes:
        obj: The object as it is now, or as it last was.
        gone: Whether it is gone; otherwise it waits for its grace period or finalizers.
    """

    obj: Obj
    gone: bool


class Resources:
    """Reading and changing the objects of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._admission = Admission(store)

    def get(self, kind: Kind, namespace: str, name: str) -> Obj:
        """Return the object, not to be changed.

        Raises:
            ApiError: 404.
        """
        found = self.store.get(kind, namespace, name)
        if found is None:
            raise not_found(kind, name)
        return found

    def select(self, kind: Kind, namespace: str = "", where: Predicate | None = None) -> list[Obj]:
        """Return the selected objects of a namespace (empty: of all)."""
        return [obj for obj in self.store.all(kind, namespace) if where is None or where(obj)]

    def create(self, kind: Kind, namespace: str, given: Obj, *, dry_run: bool = False) -> Obj:
        """Store a new object and return it.

        Raises:
            ApiError: As the API answers: 400, 403, 404, 409 or 422.
        """
        obj = copied(given)
        obj["apiVersion"], obj["kind"] = kind.api_version, kind.kind
        metadata = obj["metadata"] = self._new_metadata(kind, namespace, obj.get("metadata") or {})
        if kind.status:
            obj["status"] = copied(_INITIAL_STATUS.get(kind, {}))
        fill_in(kind, obj)
        self._admission.complete(kind, obj)
        check_new(kind, obj)
        name = metadata["name"]
        if self.store.get(kind, namespace_of(obj), name) is not None:
            raise already_exists(kind, name)
        self._admission.check(kind, obj)
        if kind is POD:
            obj["status"]["qosClass"] = _qos_class(obj["spec"])
        return obj if dry_run else self.store.insert(kind, obj)

    def update(self, kind: Kind, namespace: str, given: Obj, *, subresource: str = "", dry_run: bool = False) -> Obj:
        """Store another state of an object and return it; the version given, if any, must be the current one.

        Raises:
            ApiError: As the API answers: 403, 404, 409 or 422.
        """
        name = name_of(given)
        old = self.get(kind, namespace, name)
        wanted = given["metadata"]
        if wanted.get("uid") and wanted["uid"] != old["metadata"]["uid"]:
            uid, there = wanted["uid"], old["metadata"]["uid"]
            raise conflict(kind, name, f"Precondition failed: UID in precondition: {uid}, UID in object meta: {there}")
        version = wanted.get("resourceVersion")
        if version and version != old["metadata"]["resourceVersion"]:
            raise modified(kind, name)
        new = self._next_state(kind, old, given, subresource)
        check_change(kind, old, new)
        if dry_run:
            return new
        released = is_deleting(new) and not new["metadata"].get("finalizers") and not _waits(kind, new)
        if released and new["metadata"].get("deletionGracePeriodSeconds", 0) == 0:
            return self.store.remove(kind, new)
        return self.store.replace(kind, new)

    def patch(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        change: Callable[[Obj], Obj],
        *,
        subresource: str = "",
        dry_run: bool = False,
    ) -> Obj:
        """Apply `change` to the object and store the result.

        Raises:
            ApiError: As `update`, and whatever `change` raises.
        """
        old = self.get(kind, namespace, name)
        new = change(old)
        metadata = new.get("metadata") if isinstance(new, dict) else None
        if not isinstance(metadata, dict):
            raise bad_request("the patched object has no metadata")
        if metadata.get("name") != name or metadata.get("namespace", "") != namespace_of(old):
            raise bad_request("the name of the object does not match the name on the URL")
        return self.update(kind, namespace, new, subresource=subresource, dry_run=dry_run)

    def change(self, kind: Kind, obj: Obj, how: Callable[[Obj], None], *, subresource: str = "") -> Obj | None:
        """Let a controller change the present state of `obj` in place on a copy; None when the object is gone."""
        current = self.store.by_uid(obj["metadata"]["uid"])
        if current is None:
            return None
        new = copied(current[1])
        how(new)
        return self.update(kind, namespace_of(obj), new, subresource=subresource)

    def delete(
        self, kind: Kind, namespace: str, name: str, deletion: Deletion | None = None, *, dry_run: bool = False
    ) -> Removed:
        """Delete an object, or mark it for deletion when it has a grace period or finalizers.

        Raises:
            ApiError: 404, or 409 when a precondition does not hold.
        """
        deletion = deletion or Deletion()
        old = self.get(kind, namespace, name)
        deletion.check(kind, old)
        new = deletion.marked(kind, old)
        pending = bool(new["metadata"].get("finalizers")) or _waits(kind, new)
        if new["metadata"]["deletionGracePeriodSeconds"] > 0 or pending:
            return Removed(new if dry_run else self.store.replace(kind, new), gone=False)
        return Removed(old if dry_run else self.store.remove(kind, old), gone=True)

    def _new_metadata(self, kind: Kind, namespace: str, given: Obj) -> Obj:
        metadata = {key: value for key, value in given.items() if key not in (*_SYSTEM_FIELDS, "managedFields")}
        if metadata.pop("resourceVersion", None):
            raise bad_request("resourceVersion should not be set on objects to be created")
        if kind.namespaced:
            if metadata.get("namespace") not in (None, "", namespace):
                raise bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            metadata["namespace"] = namespace
        else:
            metadata.pop("namespace", None)
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"][:58] + random_suffix()
        metadata["uid"] = new_uid()
        metadata["creationTimestamp"] = timestamp()
        if kind in _GENERATIONS:
            metadata["generation"] = 1
        return metadata

    def _next_state(self, kind: Kind, old: Obj, given: Obj, subresource: str) -> Obj:
        new = copied(given)
        new["apiVersion"], new["kind"] = kind.api_version, kind.kind
        before = old["metadata"]
        metadata = new["metadata"]
        metadata.pop("managedFields", None)
        for field in (*_SYSTEM_FIELDS, "namespace", "generateName"):
            if field in before:
                metadata[field] = before[field]
            else:
                metadata.pop(field, None)
        if subresource == "status":
            kept = {key: value for key, value in old.items() if key not in ("metadata", "status")}
            new = {**kept, "metadata": metadata, "status": new.get("status") or {}}
            metadata["ownerReferences"] = before.get("ownerReferences") or []
            if not metadata["ownerReferences"]:
                del metadata["ownerReferences"]
        else:
            if kind.status and "status" in old:
                new["status"] = old["status"]
            fill_in(kind, new)
            if kind in _GENERATIONS and new.get("spec") != old.get("spec"):
                metadata["generation"] = int(before.get("generation", 1)) + 1
        return new


def _waits(kind: Kind, obj: Obj) -> bool:
    """Return whether something other than metadata.finalizers holds the object: a namespace's own finalizer."""
    return kind is NAMESPACE and bool((obj.get("spec") or {}).get("finalizers"))


def _qos_class(spec: Obj) -> str:
    resources = [c.get("resources") or {} for c in [*(spec.get("initContainers") or []), *spec["containers"]]]
    if not any(r.get("requests") or r.get("limits") for r in resources):
        return "BestEffort"
    guaranteed = all(
        (r.get("limits") or {}).get(name) and (r.get("requests") or {}).get(name) == r["limits"][name]
        for r in resources
        for name in ("cpu", "memory")
    )
    return "Guaranteed" if guaranteed else "Burstable"
