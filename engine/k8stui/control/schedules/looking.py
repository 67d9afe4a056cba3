"""Looks at one schedule: its view, and the objects it was made from for those who have more to say of them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import list_runs
from k8stui.control.schedules.finding import get_cron_job, jobs_of
from k8stui.control.schedules.views import firings_of, own_jobs, schedule_view
from k8stui.control.selectors import of_schedule
from k8stui.model.scheduleviews import FiringView, ScheduleView


@dataclass(frozen=True)
class ScheduleObjects:
    """A schedule with what belongs to it.

    Attributes:
        view: As it is shown.
        cron_job: As the API sends it.
        firings: Newest first.
        jobs: Of those firings whose Jobs are still there, as the API sends them.
        recorded: Names of the firings that have a record.
    """

    view: ScheduleView
    cron_job: dict[str, Any]
    firings: tuple[FiringView, ...]
    jobs: tuple[dict[str, Any], ...]
    recorded: frozenset[str]


async def look_at_schedule(
    cluster: Cluster, name: str, *, namespace: str | None = None, cron_job: dict[str, Any] | None = None
) -> ScheduleObjects:
    """A schedule with its objects.

    Args:
        cluster: Where.
        name: Which one.
        namespace: The context's when None.
        cron_job: As it has just been read or written; read when None.

    Raises:
        NotFoundError: There is no such schedule.
    """
    cron_job = cron_job or await get_cron_job(cluster, name, namespace)
    jobs, runs = await asyncio.gather(
        jobs_of(cluster, cron_job, namespace),
        list_runs(cluster, namespace=namespace, labels=of_schedule(name)),
    )
    return ScheduleObjects(
        schedule_view(cron_job, jobs, time.time(), runs),
        cron_job,
        tuple(firings_of(cron_job, jobs, runs)),
        tuple(own_jobs(cron_job, jobs)),
        frozenset(run.run for run in runs),
    )
