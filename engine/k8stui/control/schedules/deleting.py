"""Deletes schedules, and says what becomes of the runs of theirs that go on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, JOBS, SECRETS
from k8stui.control.code.maps import share_with
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.schedules.finding import get_cron_job, jobs_of
from k8stui.control.schedules.switching import suspend_schedule
from k8stui.control.schedules.template import parts_of
from k8stui.control.schedules.views import OURS, active_jobs, origin_of, own_jobs
from k8stui.control.selectors import records_of, templates_of
from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.model.errors import ConflictError, ForbiddenError, ForeignRunError, NotFoundError


class Running(StrEnum):
    """What becomes of a schedule's running runs when it is deleted."""

    KEEP = "keep"
    STOP = "stop"


@dataclass(frozen=True)
class DeletePlan:
    """What goes with a schedule.

    Attributes:
        schedule: Its name.
        ours: It has a template, which k8stui made; it is ZenML's otherwise.
        active: Names of its runs that go on.
        jobs: How many Jobs of ended runs go.
        records: How many runs it had whose records stay.
    """

    schedule: str
    ours: bool = True
    active: tuple[str, ...] = ()
    jobs: int = 0
    records: int = 0

    @property
    def sentence(self) -> str:
        """What goes and what stays."""
        jobs = f", and {_number(self.jobs, 'Job')} of ended runs with pods and logs" if self.jobs else ""
        stays = f"; {_number(self.records, 'record')} of runs stay{'s' if self.records == 1 else ''}"
        what = f"CronJob {self.schedule} {'and its template go' if self.ours else 'goes'}"
        theirs = "" if self.ours else " ZenML keeps an entry of its own: delete the schedule there as well."
        return f"{what}{jobs}{stays if self.records else ''}.{theirs}"


async def plan_delete(cluster: Cluster, name: str, *, namespace: str | None = None) -> DeletePlan:
    """What would go with a schedule.

    Raises:
        NotFoundError: There is no such schedule.
    """
    cron_job = await get_cron_job(cluster, name, namespace)
    active = await _going_on(cluster, cron_job, namespace)
    jobs = own_jobs(cron_job, await jobs_of(cluster, cron_job, namespace))
    labels = records_of(name)
    kept = await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True)
    going_on = tuple(job["metadata"]["name"] for job in active)
    return DeletePlan(name, origin_of(cron_job) == OURS, going_on, len(jobs) - len(active), len(kept))


async def delete_schedule(
    cluster: Cluster, name: str, *, namespace: str | None = None, running: Running | None = None, uid: str | None = None
) -> None:
    """Delete a schedule: CronJob, template and the Jobs of ended runs; the runs' records stay.

    Args:
        cluster: Where.
        name: Which one.
        namespace: The context's when None.
        running: What becomes of runs that go on. Kept ones go on to their end on their own.
        uid: Of its CronJob: only that very one; None for whichever has the name.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: A run goes on, and nothing was said about it; or another schedule has its name now.
        TimeoutError: A run was to be stopped and its orchestrator did not obey; the schedule is suspended.
    """
    cron_job = await get_cron_job(cluster, name, namespace)
    if uid is not None and uid != cron_job["metadata"]["uid"]:
        raise ConflictError(f"The schedule {name} was replaced by another one of that name.")
    active = await _going_on(cluster, cron_job, namespace)
    if active and running is None:
        listed = ", ".join(job["metadata"]["name"] for job in active)
        raise ConflictError(
            f"Runs of the schedule {name} go on: {listed}.",
            hint="Say what becomes of them: --running=keep lets them go on, --running=stop stops them first.",
        )
    await suspend_schedule(cluster, name, namespace=namespace)
    active = await _going_on(cluster, cron_job, namespace)
    if running is Running.STOP:
        await asyncio.gather(*(_stop(cluster, job, namespace) for job in active))
    elif active:
        await _release(cluster, name, active, namespace)
    with suppress(NotFoundError):
        await cluster.delete(CRONJOBS, name, namespace=namespace, uid=cron_job["metadata"]["uid"])
    if origin_of(cron_job) == OURS:
        await _sweep(cluster, name, namespace)


async def _sweep(cluster: Cluster, name: str, namespace: str | None) -> None:
    """Delete a template that nothing owns: that of a schedule whose exported manifests were applied."""
    labels = templates_of(name)
    with suppress(NotFoundError, ForbiddenError):
        for part in await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True):
            meta = part["metadata"]
            if not meta.get("ownerReferences"):
                await cluster.delete(CONFIGMAPS, meta["name"], namespace=namespace, uid=meta["uid"])


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


async def _going_on(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> list[dict[str, Any]]:
    """The Jobs of runs that go on. A run ends with its record's last word, a second before its Job does."""
    name = cron_job["metadata"]["name"]
    labels = records_of(name)
    jobs, found = await asyncio.gather(
        jobs_of(cluster, cron_job, namespace),
        cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True),
    )
    ended = {run.run for run in map(records.summary_view, found) if run.state.ended}
    return [job for job in active_jobs(cron_job, jobs) if job["metadata"]["name"] not in ended]


async def _stop(cluster: Cluster, job: dict[str, Any], namespace: str | None) -> None:
    with suppress(NotFoundError, ForeignRunError):  # It has no record, or none yet, and goes with its Job.
        await stop_run(cluster, job["metadata"]["name"], namespace=namespace)


async def _release(cluster: Cluster, name: str, active: list[dict[str, Any]], namespace: str | None) -> None:
    """Let running Jobs outlive their schedule: they take over the template, which a restarted master starts from."""
    owners = [
        {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
        for job in active
    ]
    labels = templates_of(name)
    for part in await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True):
        patch = {"metadata": {"ownerReferences": owners}}
        await cluster.patch(CONFIGMAPS, part["metadata"]["name"], patch, namespace=namespace)
    for job in active:
        await share_with(cluster, parts_of(job["spec"]), {**job, "apiVersion": "batch/v1", "kind": "Job"})
    with suppress(NotFoundError, ForbiddenError):
        await _release_credentials(cluster, name, owners, namespace)
    for job in active:
        with suppress(NotFoundError):
            alone: dict[str, Any] = {"metadata": {"ownerReferences": None}}
            await cluster.patch(JOBS, job["metadata"]["name"], alone, namespace=namespace)


async def _release_credentials(
    cluster: Cluster, name: str, owners: list[dict[str, Any]], namespace: str | None
) -> None:
    """Leave a schedule's credentials to those of its Jobs whose master has not copied them yet."""
    secret = names.schedule_credentials_name(name)
    await cluster.get(SECRETS, secret, namespace=namespace)
    found = await cluster.list(SECRETS, labels=names.LABEL_RUN_ID, namespace=namespace, metadata_only=True)
    copied = {one["metadata"]["name"] for one in found}
    waiting = [owner for owner in owners if names.credentials_name(owner["name"]) not in copied]
    if waiting:
        await cluster.patch(SECRETS, secret, {"metadata": {"ownerReferences": waiting}}, namespace=namespace)
