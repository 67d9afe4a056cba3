"""The ConfigMap of a code package, which all runs and schedules of a namespace share that were submitted with it.

It is named by the package's digest, immutable, and owned by the record of each run and the CronJob of each schedule
that uses it: Kubernetes' garbage collector deletes it when the last of them is gone. Owners are added by writes that
are bound to the version that was read, so that nobody's is lost; whoever finds it gone makes it again. The steps check
the digest, so that whatever stands in it, no run starts with another's code.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.runs.reading import get_maps
from k8stui.control.selectors import matching
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, ForbiddenError, K8stuiError, NotFoundError
from k8stui.model.pipeline import CodePackage
from k8stui.plan.limits import travels
from k8stui.plan.request import Manifest, owned, owner_reference

MAX_OWNERS = 1000
"""Owners of one such ConfigMap: with 200 bytes each and the package, it stays below what etcd takes."""

_ATTEMPTS = 50
"""How often an owner is added where others add theirs at the same time."""

_PAUSE = 0.1
"""Seconds until one that is being deleted is looked at again."""

_PROBE = {"apiVersion": "v1", "kind": "ConfigMap", "name": "probe", "uid": "00000000-0000-0000-0000-000000000000"}


async def map_for(cluster: Cluster, code: CodePackage | None, namespace: str, *, owner: str = "") -> str:
    """The name of the ConfigMap to share a package by; empty for none, where there is no package or rights are missing.

    One that the object with the uid `owner` shares already comes first. Some clusters let only those change an object's
    owners who may delete it (the admission plugin OwnerReferencesPermissionEnforcement): a dry run asks the server.
    """
    if code is None or not travels(code):
        return ""
    try:
        there = await _all(cluster, f"{names.LABEL_CODE}={names.short_digest(code.digest)}", namespace)
        for name in sorted(there, key=lambda name: (owner not in _owners(there[name]), name)):
            if owner in _owners(there[name]) or await _has_room(cluster, there[name]):
                return name
    except ForbiddenError:
        return ""
    return next(name for number in range(len(there) + 1) if (name := names.code_name(code.digest, number)) not in there)


async def may_share(cluster: Cluster, name: str, namespace: str) -> bool:
    """Whether an existing one can be shared by one more owner."""
    with suppress(ForbiddenError):
        meta = await _meta(cluster, name, namespace)
        return meta is not None and await _has_room(cluster, meta)
    return False


async def share(cluster: Cluster, code: Manifest, owner: Manifest) -> bool:
    """Make the ConfigMap of a package, or add an owner to the one that is there.

    Args:
        cluster: Where.
        code: The ConfigMap, without an owner; an empty one is nothing to do.
        owner: Record or CronJob, as the API server returned it.

    Returns:
        Whether the package was sent: it was not there.

    Raises:
        ForbiddenError: This user may neither make nor change it.
        ConflictError: Others changed it all the time.
    """
    if not code:
        return False
    name, namespace = code["metadata"]["name"], owner["metadata"]["namespace"]
    uid = owner["metadata"]["uid"]
    for _ in range(_ATTEMPTS):
        meta = await _meta(cluster, name, namespace)
        if meta and meta.get("deletionTimestamp"):
            await cluster.clock.sleep(_PAUSE)
            continue
        with suppress(ConflictError, NotFoundError) if meta else suppress(AlreadyExistsError):
            if meta is None:
                await cluster.create(owned([code], owner)[0], same=lambda found: uid in _owners(found["metadata"]))
                return True
            if uid not in _owners(meta):
                await _add(cluster, meta, owner_reference(owner))
            return False
    raise ConflictError(f"ConfigMap {name!r} in namespace {namespace} is changed by others all the time.")


async def shown(cluster: Cluster, code: Manifest, owner: Manifest) -> list[Manifest]:
    """The ConfigMap as the server would store it, or as it is there; nothing is made."""
    if not code:
        return []
    namespace = owner["metadata"]["namespace"]
    with suppress(NotFoundError):
        return [await cluster.get(CONFIGMAPS, code["metadata"]["name"], namespace=namespace)]
    return [await cluster.create(owned([code], owner)[0], dry_run=True)]


async def share_with(cluster: Cluster, wanted: Iterable[str], owner: Manifest) -> None:
    """Add an owner to those of the named ConfigMaps that are there and hold shared code."""
    found = [name for name in wanted if is_shared(name)]
    for code in await get_maps(cluster, found, namespace=owner["metadata"]["namespace"]):
        await share(cluster, code_manifest(code), owner)


async def release(cluster: Cluster, name: str, owner: Manifest) -> None:
    """Take an owner away that does not need the package any more; without another one it is deleted.

    What others change meanwhile, or cannot be changed, stays: it goes with its owners.
    """
    namespace, uid = owner["metadata"]["namespace"], owner["metadata"]["uid"]
    with suppress(K8stuiError):
        meta = await _meta(cluster, name, namespace)
        if meta is None or uid not in _owners(meta):
            return
        version, kept = meta["resourceVersion"], [one for one in meta["ownerReferences"] if one["uid"] != uid]
        if kept:
            patch = {"metadata": {"ownerReferences": kept}}
            await cluster.patch(CONFIGMAPS, name, patch, namespace=namespace, resource_version=version)
        else:
            await cluster.delete(CONFIGMAPS, name, namespace=namespace, uid=meta["uid"], resource_version=version)


async def shared_by(cluster: Cluster, owner: Manifest) -> set[str]:
    """The names of the ConfigMaps with shared code that something owns."""
    labels = matching(component=names.COMPONENT_CODE)
    there = await _all(cluster, labels, owner["metadata"]["namespace"])
    return {name for name, meta in there.items() if owner["metadata"]["uid"] in _owners(meta)}


def code_manifest(found: Manifest) -> Manifest:
    """One that was read, without its owners: as whoever makes it anew would send it."""
    meta = {key: found["metadata"][key] for key in ("name", "namespace", "labels") if key in found["metadata"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "immutable": True, "data": found["data"]}


def is_shared(name: str) -> bool:
    """Whether a ConfigMap of this name holds shared code."""
    return name.startswith(names.CODE_PREFIX)


async def _all(cluster: Cluster, labels: str, namespace: str) -> dict[str, dict[str, Any]]:
    found = await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True)
    return {one["metadata"]["name"]: one["metadata"] for one in found}


async def _meta(cluster: Cluster, name: str, namespace: str) -> dict[str, Any] | None:
    """Its metadata; None where it is not there. A read of the object would bring the package with it."""
    fields = f"metadata.name={name}"
    found = await cluster.list(CONFIGMAPS, namespace=namespace, labels="", fields=fields, metadata_only=True)
    return found[0]["metadata"] if found else None


def _owners(meta: dict[str, Any]) -> set[str]:
    return {one["uid"] for one in meta.get("ownerReferences") or ()}


async def _has_room(cluster: Cluster, meta: dict[str, Any]) -> bool:
    """Whether one more owner fits.

    Raises:
        ForbiddenError: This user may not add one.
    """
    if len(_owners(meta)) >= MAX_OWNERS or meta.get("deletionTimestamp"):
        return False
    with suppress(ConflictError, NotFoundError):  # others change it: that is looked at again when it is shared
        await _add(cluster, meta, _PROBE, dry_run=True)
    return True


async def _add(cluster: Cluster, meta: dict[str, Any], reference: dict[str, Any], *, dry_run: bool = False) -> None:
    patch = {"metadata": {"ownerReferences": [*(meta.get("ownerReferences") or ()), reference]}}
    await cluster.patch(
        CONFIGMAPS, meta["name"], patch,
        namespace=meta["namespace"], resource_version=meta["resourceVersion"], dry_run=dry_run,
    )  # fmt: skip
