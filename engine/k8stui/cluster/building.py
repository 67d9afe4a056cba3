"""Builds requests: paths, query parameters and bodies, as the API conventions want them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from k8stui.cluster.errors import Status
from k8stui.cluster.request import Request
from k8stui.cluster.resources import JsonObject, Resource
from k8stui.cluster.subject import What
from k8stui.cluster.transport_types import Query
from k8stui.model.errors import ConflictError

FIELD_MANAGER = "k8stui"
"""Who managed fields say it was."""


def object_request(
    verb: str,
    method: str,
    resource: Resource,
    namespace: str,
    name: str,
    *,
    body: JsonObject | None = None,
    query: Query | None = None,
    headers: Mapping[str, str] | None = None,
    subresource: str = "",
) -> Request:
    """A request about one object; a create goes to its collection."""
    to_collection = verb == "create" and not subresource
    return Request(
        What(verb, resource, namespace if resource.namespaced else None, name, subresource),
        method,
        resource.path(namespace, None if to_collection else name, subresource),
        query or {},
        body,
        headers or {},
        repeatable=bool(name),
    )


def selection_request(verb: str, resource: Resource, namespace: str | None, labels: str, fields: str) -> Request:
    """A request about all objects that match the selectors; a namespace of None means the whole cluster."""
    target = namespace if resource.namespaced else None
    query = {key: value for key, value in (("labelSelector", labels), ("fieldSelector", fields)) if value}
    return Request(What(verb, resource, target), "GET", resource.path(target), query)


def dry_query(*, dry_run: bool) -> dict[str, str]:
    """The query parameter of a request that stores nothing."""
    return {"dryRun": "All"} if dry_run else {}


def write_query(*, dry_run: bool) -> dict[str, str]:
    """The query parameters of every request that sends a manifest."""
    # Strict: a misspelt field is an error that names it, instead of a setting that silently does nothing.
    return {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict", **dry_query(dry_run=dry_run)}


def delete_options(
    *,
    uid: str | None = None,
    resource_version: str | None = None,
    propagation: str | None = None,
    grace_seconds: int | None = None,
    dry_run: bool = False,
) -> JsonObject:
    """The body of a deletion.

    Raises:
        ConflictError: Only one very object is meant, and the server has not told which: any of its name would go.
    """
    if uid == "":
        raise ConflictError(
            "The server tells no uid of it, so nothing says that it is still the same: it is left alone."
        )
    options: JsonObject = {"apiVersion": "v1", "kind": "DeleteOptions"}
    preconditions = {key: value for key, value in (("uid", uid), ("resourceVersion", resource_version)) if value}
    if preconditions:
        options["preconditions"] = preconditions
    if propagation:
        options["propagationPolicy"] = propagation
    if grace_seconds is not None:
        options["gracePeriodSeconds"] = grace_seconds
    if dry_run:
        options["dryRun"] = ["All"]
    return options


def eviction(
    name: str, namespace: str, *, uid: str | None = None, grace_seconds: int | None = None, dry_run: bool = False
) -> JsonObject:
    """The body of an eviction."""
    return {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": delete_options(uid=uid, grace_seconds=grace_seconds, dry_run=dry_run),
    }


def log_query(**options: str | int | bool | None) -> dict[str, str]:
    """The query of a log request, without what is unset."""
    given = {key: value for key, value in options.items() if value is not None and value is not False}
    return {key: "true" if value is True else str(value) for key, value in given.items()}


def carries_marks_of(manifest: JsonObject) -> Callable[[JsonObject], bool]:
    """A test whether an object has all labels and annotations of a manifest."""
    ours = manifest.get("metadata") or {}

    def same(found: JsonObject) -> bool:
        theirs = found.get("metadata") or {}
        return all(
            (ours.get(kind) or {}).items() <= (theirs.get(kind) or {}).items() for kind in ("labels", "annotations")
        )

    return same


async def gone(refusal: Status) -> JsonObject | None:
    """A repeated deletion that finds nothing: the lost attempt did it."""
    return {} if refusal.code == 404 else None
