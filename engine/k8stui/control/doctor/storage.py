"""Whether a claim for storage that names no class gets a volume. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from k8stui.cluster.resources import JsonObject
from k8stui.control.doctor.finding import Finding, Level

DEFAULT = "storageclass.kubernetes.io/is-default-class"
_BETA = "storageclass.beta.kubernetes.io/is-default-class"


def storage_finding(classes: Iterable[JsonObject]) -> Finding:
    """The default storage class; of several, the newest counts (Kubernetes docs, "Storage Classes")."""
    found = list(classes)
    defaults = sorted(
        (one for one in found if _is_default(one)),
        key=lambda one: str(one["metadata"].get("creationTimestamp") or ""),
        reverse=True,
    )
    if defaults:
        name = defaults[0]["metadata"]["name"]
        others = f", the newest of {len(defaults)} that say so" if len(defaults) > 1 else ""
        told = f"default storage class {name} ({defaults[0].get('provisioner')}){others}"
        return Finding("storage class", Level.OK, told)
    names = ", ".join(one["metadata"]["name"] for one in found)
    there = f"none of {names} is the default" if names else "the cluster has no storage class"
    return Finding(
        "storage class",
        Level.WARNING,
        f"{there}: a claim that names no class gets a volume only if an admin makes one by hand",
        "Name one: k8stui init --store-size 10Gi --storage-class NAME" if names
        else "Needed only for an artifact store on a claim: install a provisioner, or use a bucket as the store",
    )  # fmt: skip


def _is_default(storage_class: JsonObject) -> bool:
    annotations = storage_class["metadata"].get("annotations") or {}
    return "true" in (annotations.get(DEFAULT), annotations.get(_BETA))
