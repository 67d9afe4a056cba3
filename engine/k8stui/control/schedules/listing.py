"""Lists and shows schedules."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS, JOBS
from k8stui.cluster.store import key_of
from k8stui.control.runs.reading import list_runs
from k8stui.control.schedules.looking import look_at_schedule
from k8stui.control.schedules.outcomes import runs_by_schedule
from k8stui.control.schedules.views import CANDIDATES, OURS, origin_of, schedule_view
from k8stui.control.selectors import matching
from k8stui.control.truth.jobs import jobs_around, jobs_by_owner
from k8stui.incluster.contract import names
from k8stui.model.scheduleviews import ScheduleView


async def list_schedules(
    cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False, pipeline: str = ""
) -> list[ScheduleView]:
    """All schedules that k8stui or ZenML made, by name.

    Args:
        cluster: Where.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
        pipeline: Only schedules of this pipeline (its label value).
    """
    labels = matching(pipeline=pipeline) if pipeline else CANDIDATES
    where: dict[str, Any] = {"namespace": namespace, "all_namespaces": all_namespaces}
    found = [one for one in await cluster.list(CRONJOBS, labels=labels, **where) if origin_of(one)]
    if not found:
        return []
    ours = all(origin_of(one) == OURS for one in found)
    jobs, runs = await asyncio.gather(
        cluster.list(JOBS, labels=names.LABEL_SCHEDULE if ours else labels, **where),
        list_runs(cluster, labels=names.LABEL_SCHEDULE, **where),
    )
    now, of_schedule, of_owner = time.time(), runs_by_schedule(runs), jobs_by_owner(jobs)
    views = [
        schedule_view(one, jobs_around(of_owner, one["metadata"]["uid"]), now, of_schedule.get(key_of(one), ()))
        for one in found
    ]
    return sorted(views, key=lambda view: (view.namespace, view.name))


async def show_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> ScheduleView:
    """One schedule.

    Raises:
        NotFoundError: There is no such schedule.
    """
    return (await look_at_schedule(cluster, name, namespace=namespace)).view
