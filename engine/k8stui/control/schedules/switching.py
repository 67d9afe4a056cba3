"""Suspends and resumes schedules."""

from __future__ import annotations

from k8stui.cluster.client import Cluster
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule


async def suspend_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> None:
    """Let a schedule fire no more until it is resumed; its running runs go on.

    Raises:
        NotFoundError: There is no such schedule.
    """
    await edit_schedule(cluster, name, ScheduleEdit(suspend=True), namespace=namespace)


async def resume_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> None:
    """Let a suspended schedule fire again.

    Kubernetes makes up for the last time that was missed meanwhile, unless a starting deadline has passed.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It was never completely created.
    """
    await edit_schedule(cluster, name, ScheduleEdit(suspend=False), namespace=namespace)
