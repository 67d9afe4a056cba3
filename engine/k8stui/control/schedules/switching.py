"""Suspends and resumes schedules."""

from __future__ import annotations

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS
from k8stui.control.schedules.finding import check_complete, get_cron_job


async def suspend_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> None:
    """Let a schedule fire no more until it is resumed; its running runs go on.

    Raises:
        NotFoundError: There is no such schedule.
    """
    await get_cron_job(cluster, name, namespace)
    await set_suspended(cluster, name, namespace, suspend=True)


async def resume_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> None:
    """Let a suspended schedule fire again.

    Kubernetes makes up for the last time that was missed meanwhile, unless a starting deadline has passed.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It was never completely created.
    """
    await check_complete(cluster, await get_cron_job(cluster, name, namespace), namespace)
    await set_suspended(cluster, name, namespace, suspend=False)


async def set_suspended(cluster: Cluster, name: str, namespace: str | None, *, suspend: bool) -> None:
    """Switch a CronJob, whatever it is now."""
    await cluster.patch(CRONJOBS, name, {"spec": {"suspend": suspend}}, namespace=namespace)
