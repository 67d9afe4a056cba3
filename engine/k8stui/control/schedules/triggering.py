"""Starts a run of a schedule now."""

from __future__ import annotations

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError
from k8stui.control.schedules.finding import check_complete, get_cron_job
from k8stui.control.schedules.handmade import job_by_hand
from k8stui.control.submitting.creating import ATTEMPTS, submitter_of
from k8stui.incluster.contract import names
from k8stui.model.labels import new_suffix


async def trigger_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> str:
    """Start a run of a schedule now, as `kubectl create job --from` does.

    Returns:
        The run's name. Its record appears when its orchestrator has started.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It was never completely created.
    """
    cron_job = await get_cron_job(cluster, name, namespace)
    await check_complete(cluster, cron_job, namespace)
    by = await submitter_of(cluster)
    for attempt in range(ATTEMPTS):
        run = f"{name}-{new_suffix()}"
        try:
            await cluster.create(job_by_hand(cron_job, run, names.TRIGGER_MANUAL, by))
        except AlreadyExistsError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return run
    raise AssertionError("the last attempt returns or raises")
