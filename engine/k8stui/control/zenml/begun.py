"""Finds what a file of ZenML has begun: ZenML tells names to the person only, so Jobs and CronJobs are looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS, JOBS, Resource
from k8stui.control.zenml.jobs import is_orchestrator, made_by_zenml
from k8stui.incluster.contract import names
from k8stui.model.errors import ForbiddenError
from k8stui.model.zenmllabels import THEIRS

Json = dict[str, Any]


async def orchestrators(cluster: Cluster) -> list[Json]:
    """The Jobs of all orchestrators of ZenML that this user may see: ZenML has a setting of its own for the namespace.

    Raises:
        ForbiddenError: Not even those of the cluster's usual namespace can be seen.
    """
    return [job for job in await _seen(cluster, JOBS) if is_orchestrator(job)]


async def schedules(cluster: Cluster) -> list[Json]:
    """The CronJobs of ZenML that this user may see; none for who may see no CronJobs."""
    try:
        return [one for one in await _seen(cluster, CRONJOBS) if made_by_zenml(one)]
    except ForbiddenError:
        return []


async def _seen(cluster: Cluster, resource: Resource) -> list[Json]:
    try:
        return await cluster.list(resource, all_namespaces=True, labels=THEIRS)
    except ForbiddenError:
        return await cluster.list(resource, labels=THEIRS)


def begun(before: Iterable[Json], now: Iterable[Json], pipelines: Collection[str]) -> list[Json]:
    """The Jobs of runs that have begun meanwhile and that no schedule has made, the oldest first. Pure.

    Args:
        before: The orchestrators that there were, or the schedules.
        now: Those that there are.
        pipelines: Of the file; where any of these has begun, other pipelines' runs are somebody else's.
    """
    known = {job["metadata"]["uid"] for job in before}
    new = [job for job in now if job["metadata"]["uid"] not in known and not _fired(job)]
    own = [job for job in new if (job["metadata"].get("labels") or {}).get(names.LABEL_PIPELINE) in pipelines]
    return sorted(own or new, key=lambda job: str(job["metadata"].get("creationTimestamp")))


def _fired(job: Json) -> bool:
    return any(one.get("kind") == CRONJOBS.kind for one in job["metadata"].get("ownerReferences") or ())
