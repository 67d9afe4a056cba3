"""Finds schedules and what belongs to them."""

from __future__ import annotations

from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS, JOBS
from k8stui.control.runs import get_maps
from k8stui.control.schedules.views import known_of
from k8stui.incluster import names
from k8stui.model.errors import ConflictError, NotFoundError


async def get_cron_job(cluster: Cluster, name: str, namespace: str | None) -> dict[str, Any]:
    """The CronJob of a schedule.

    Raises:
        NotFoundError: There is no such schedule.
    """
    place = namespace or cluster.namespace
    try:
        cron_job = await cluster.get(CRONJOBS, name, namespace=namespace)
    except NotFoundError as error:
        raise _missing(name, place) from error
    if (cron_job["metadata"].get("labels") or {}).get(names.LABEL_COMPONENT) != names.COMPONENT_SCHEDULE:
        raise NotFoundError(f"The CronJob {name} in namespace {place} is none of k8stui's.")
    return cron_job


async def jobs_of(cluster: Cluster, name: str, namespace: str | None) -> list[dict[str, Any]]:
    """The Jobs that a schedule made and that are still there."""
    return await cluster.list(JOBS, namespace=namespace, labels=f"{names.LABEL_SCHEDULE}={name}")


async def is_complete(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> bool:
    """Whether a firing would find its template."""
    parts = known_of(cron_job).get("template") or []
    return bool(parts) and len(await get_maps(cluster, parts, namespace=namespace)) == len(parts)


async def check_complete(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> None:
    """See to it that a firing would find its template.

    Raises:
        ConflictError: It was never completely created, or has lost it.
    """
    if not await is_complete(cluster, cron_job, namespace):
        raise gone(cron_job["metadata"]["name"])


def gone(name: str) -> ConflictError:
    """The error for a schedule whose template is not there."""
    return ConflictError(
        f"The schedule {name} has lost its template, or was never completely created.",
        hint=f"Create it again, and delete this one: k8stui schedule delete {name}",
    )


def _missing(name: str, namespace: str) -> NotFoundError:
    return NotFoundError(
        f"There is no schedule {name!r} in namespace {namespace}.",
        hint=f"List them with: k8stui schedule list -n {namespace}",
    )
