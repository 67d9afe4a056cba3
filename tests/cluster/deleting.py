"""Deletion of all objects that match."""

from __future__ import annotations

from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import Resource
from k8stui.model.errors import NotFoundError


async def delete_all(cluster: Cluster, resource: Resource, *, labels: str, **how: Any) -> None:
    """Delete the objects of a namespace that match a label selector; what is gone by then is no matter.

    Args:
        cluster: Where.
        resource: Which kind.
        labels: The label selector.
        how: As `Cluster.delete` takes it.
    """
    for found in await cluster.list(resource, labels=labels):
        try:
            await cluster.delete(resource, found["metadata"]["name"], **how)
        except NotFoundError:
            continue
