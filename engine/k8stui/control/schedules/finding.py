"""Finds schedules and what belongs to them."""

from __future__ import annotations

from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS, JOBS
from k8stui.control.runs.reading import get_maps
from k8stui.control.schedules.views import CANDIDATES, OURS, known_of, origin_of
from k8stui.control.selectors import matching, of_schedule
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError


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
    if not origin_of(cron_job):
        raise NotFoundError(f"The CronJob {name} in namespace {place} is neither k8stui's nor ZenML's.")
    return cron_job


async def jobs_of(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> list[dict[str, Any]]:
    """The Jobs that a schedule made and that are still there, for one of ZenML among others those of their steps."""
    meta = cron_job["metadata"]
    if origin_of(cron_job) == OURS:
        labels = of_schedule(meta["name"])
    else:
        pipeline = (meta.get("labels") or {}).get(names.LABEL_PIPELINE)
        labels = matching(pipeline=pipeline) if pipeline else CANDIDATES
    return await cluster.list(JOBS, namespace=namespace, labels=labels)


async def is_complete(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> bool:
    """Whether a firing would find its template, where it needs one."""
    if origin_of(cron_job) != OURS:
        return True
    parts = known_of(cron_job).get("template") or []
    return bool(parts) and len(await get_maps(cluster, parts, namespace=namespace)) == len(parts)


def check_ours(cron_job: dict[str, Any], what: str) -> None:
    """Refuse what is possible for k8stui's own schedules only.

    Args:
        cron_job: Of the schedule.
        what: What was asked for, as `a backfill`.

    Raises:
        InvalidInputError: Something else made the schedule.
    """
    origin = origin_of(cron_job)
    if origin != OURS:
        raise InvalidInputError(
            f"The schedule {cron_job['metadata']['name']} was made by {origin}: {what} is not possible here.",
            hint="It can be suspended, resumed, triggered, deleted, and its cron and time zone edited.",
        )


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
