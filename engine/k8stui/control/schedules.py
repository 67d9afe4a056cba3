"""The verbs on schedules: create, list, suspend, resume, trigger now, delete.

A schedule is created suspended, given its template, and only then let go: whatever a submitter that dies in between
leaves behind never fires, and goes when the CronJob is deleted, because that owns it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, JOBS, SECRETS
from k8stui.control import records
from k8stui.control.access import ensure_account, missing_namespace
from k8stui.control.ending import stop_run
from k8stui.control.podcheck import check_pods, master_pod, step_pods
from k8stui.control.runs import get_maps
from k8stui.control.scheduleviews import SCHEDULES, active_jobs, known_of, schedule_view
from k8stui.control.submit import ATTEMPTS, SubmitOptions, submitter_of
from k8stui.incluster import names
from k8stui.incluster.firing import TRIGGERED
from k8stui.model.errors import ConflictError, ForbiddenError, K8stuiError, NotFoundError
from k8stui.model.labels import new_suffix
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.settings import merge
from k8stui.model.views import ScheduleView
from k8stui.plan.request import SERVICE_ACCOUNT, CompiledSchedule
from k8stui.plan.schedule import compile_schedule


class Running(StrEnum):
    """What becomes of a schedule's running runs when it is deleted."""

    KEEP = "keep"
    STOP = "stop"


@dataclass(frozen=True)
class ScheduleRef:
    """A schedule that was created.

    Attributes:
        name: Its name.
        namespace: Where it is.
        pipeline: Its pipeline, as the author wrote it.
        warnings: Sentences on settings without effect.
    """

    name: str
    namespace: str
    pipeline: str
    warnings: tuple[str, ...] = ()


async def create_schedule(
    cluster: Cluster, spec: PipelineSpec, schedule: ScheduleSpec, options: SubmitOptions | None = None
) -> ScheduleRef:
    """Create a schedule.

    Raises:
        InvalidInputError: The pipeline or a setting is wrong.
        NotFoundError: The namespace or a named service account does not exist.
        ForbiddenError: This user may not make an object; nothing is left behind.
        ConflictError: There is a schedule of the given name.
        RejectedError: The server refuses one of the objects, step pods included.
    """
    options = options or SubmitOptions()
    namespace = options.namespace or cluster.namespace
    account = merge(options.config, spec.settings).effective().service_account_name or SERVICE_ACCOUNT
    _, submitter = await asyncio.gather(ensure_account(cluster, namespace, account), submitter_of(cluster))
    for attempt in range(ATTEMPTS):
        compiled = compile_schedule(spec, schedule, options.request(namespace, submitter))
        try:
            await _create(cluster, compiled, namespace, suspend=schedule.suspend)
        except AlreadyExistsError:
            if schedule.name or attempt == ATTEMPTS - 1:
                raise
        else:
            break
    return ScheduleRef(compiled.name, namespace, spec.name, compiled.warnings)


async def list_schedules(
    cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False, pipeline: str = ""
) -> list[ScheduleView]:
    """All schedules that k8stui made, by name.

    Args:
        cluster: Where.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
        pipeline: Only schedules of this pipeline (its label value).
    """
    labels = SCHEDULES + (f",{names.LABEL_PIPELINE}={pipeline}" if pipeline else "")
    where: dict[str, Any] = {"namespace": namespace, "all_namespaces": all_namespaces}
    found = await cluster.list(CRONJOBS, labels=labels, **where)
    jobs = await cluster.list(JOBS, labels=names.LABEL_SCHEDULE, **where) if found else []
    now = time.time()
    views = [schedule_view(cron_job, jobs, now) for cron_job in found]
    return sorted(views, key=lambda view: (view.namespace, view.name))


async def show_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> ScheduleView:
    """One schedule.

    Raises:
        NotFoundError: There is no such schedule.
    """
    cron_job = await _get(cluster, name, namespace)
    return schedule_view(cron_job, await _jobs(cluster, name, namespace), time.time())


async def suspend_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> None:
    """Let a schedule fire no more until it is resumed; its running runs go on.

    Raises:
        NotFoundError: There is no such schedule.
    """
    await _get(cluster, name, namespace)
    await _set_suspended(cluster, name, namespace, suspend=True)


async def resume_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> None:
    """Let a suspended schedule fire again.

    Kubernetes makes up for the last time that was missed meanwhile, unless a starting deadline has passed.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It was never completely created.
    """
    await _complete(cluster, await _get(cluster, name, namespace), namespace)
    await _set_suspended(cluster, name, namespace, suspend=False)


async def trigger_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> str:
    """Start a run of a schedule now, as `kubectl create job --from` does.

    Returns:
        The run's name. Its record appears when its orchestrator has started.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It was never completely created.
    """
    cron_job = await _get(cluster, name, namespace)
    await _complete(cluster, cron_job, namespace)
    template = cron_job["spec"]["jobTemplate"]
    given, meta = template.get("metadata") or {}, cron_job["metadata"]
    # Without blockOwnerDeletion, which would need a further right.
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": name, "uid": meta["uid"], "controller": True}
    for attempt in range(ATTEMPTS):
        run = f"{name}-{new_suffix()}"
        job = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": run,
                "namespace": meta["namespace"],
                "labels": given.get("labels") or {},
                "annotations": {**(given.get("annotations") or {}), TRIGGERED: "manual"},
                "ownerReferences": [owner],
            },
            "spec": template["spec"],
        }
        try:
            await cluster.create(job)
        except AlreadyExistsError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return run
    raise AssertionError("the last attempt returns or raises")


async def delete_schedule(
    cluster: Cluster, name: str, *, namespace: str | None = None, running: Running | None = None
) -> None:
    """Delete a schedule: CronJob, template and the Jobs of ended runs; the runs' records stay.

    Args:
        cluster: Where.
        name: Which one.
        namespace: The context's when None.
        running: What becomes of runs that go on. Kept ones go on to their end on their own.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: A run goes on, and nothing was said about it.
        TimeoutError: A run was to be stopped and its orchestrator did not obey; the schedule is suspended.
    """
    cron_job = await _get(cluster, name, namespace)
    active = await _going_on(cluster, cron_job, namespace)
    if active and running is None:
        listed = ", ".join(job["metadata"]["name"] for job in active)
        raise ConflictError(
            f"Runs of the schedule {name} go on: {listed}.",
            hint="Say what becomes of them: --running=keep lets them go on, --running=stop stops them first.",
        )
    await _set_suspended(cluster, name, namespace, suspend=True)
    active = await _going_on(cluster, cron_job, namespace)
    if running is Running.STOP:
        await asyncio.gather(*(_stop(cluster, job, namespace) for job in active))
    elif active:
        await _release(cluster, name, active, namespace)
    with suppress(NotFoundError):
        await cluster.delete(CRONJOBS, name, namespace=namespace, uid=cron_job["metadata"]["uid"])


async def _create(cluster: Cluster, compiled: CompiledSchedule, namespace: str, *, suspend: bool) -> None:
    spec = compiled.cron_job["spec"]["jobTemplate"]["spec"]
    await check_pods(
        cluster, namespace, (master_pod(compiled.name, namespace, spec), *step_pods(compiled.plan, compiled.name))
    )
    try:
        cron_job = await cluster.create(compiled.cron_job)
    except NotFoundError as error:
        raise missing_namespace(namespace) from error
    try:
        await asyncio.gather(*(cluster.create(part) for part in compiled.owned_parts(cron_job)))
        if not suspend:
            await _set_suspended(cluster, compiled.name, namespace, suspend=False)
    except BaseException:
        with suppress(K8stuiError):
            await cluster.delete(CRONJOBS, compiled.name, namespace=namespace, uid=cron_job["metadata"]["uid"])
        raise


async def _get(cluster: Cluster, name: str, namespace: str | None) -> dict[str, Any]:
    place = namespace or cluster.namespace
    try:
        cron_job = await cluster.get(CRONJOBS, name, namespace=namespace)
    except NotFoundError as error:
        raise _missing(name, place) from error
    if (cron_job["metadata"].get("labels") or {}).get(names.LABEL_COMPONENT) != names.COMPONENT_SCHEDULE:
        raise NotFoundError(f"The CronJob {name} in namespace {place} is none of k8stui's.")
    return cron_job


def _missing(name: str, namespace: str) -> NotFoundError:
    return NotFoundError(
        f"There is no schedule {name!r} in namespace {namespace}.",
        hint=f"List them with: k8stui schedule list -n {namespace}",
    )


async def _going_on(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> list[dict[str, Any]]:
    """The Jobs of runs that go on. A run ends with its record's last word, a second before its Job does."""
    name = cron_job["metadata"]["name"]
    labels = f"{records.RECORDS},{names.LABEL_SCHEDULE}={name}"
    jobs, found = await asyncio.gather(
        _jobs(cluster, name, namespace),
        cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True),
    )
    ended = {run.run for run in map(records.summary_view, found) if run.state.ended}
    return [job for job in active_jobs(cron_job, jobs) if job["metadata"]["name"] not in ended]


async def _jobs(cluster: Cluster, name: str, namespace: str | None) -> list[dict[str, Any]]:
    return await cluster.list(JOBS, namespace=namespace, labels=f"{names.LABEL_SCHEDULE}={name}")


async def _set_suspended(cluster: Cluster, name: str, namespace: str | None, *, suspend: bool) -> None:
    await cluster.patch(CRONJOBS, name, {"spec": {"suspend": suspend}}, namespace=namespace)


async def _complete(cluster: Cluster, cron_job: dict[str, Any], namespace: str | None) -> None:
    """See to it that a firing would find its template."""
    parts = known_of(cron_job).get("template") or []
    if not parts or len(await get_maps(cluster, parts, namespace=namespace)) < len(parts):
        name = cron_job["metadata"]["name"]
        raise ConflictError(
            f"The schedule {name} has lost its template, or was never completely created.",
            hint=f"Create it again, and delete this one: k8stui schedule delete {name}",
        )


async def _stop(cluster: Cluster, job: dict[str, Any], namespace: str | None) -> None:
    with suppress(NotFoundError):  # It has no record yet, and goes with its Job.
        await stop_run(cluster, job["metadata"]["name"], namespace=namespace)


async def _release(cluster: Cluster, name: str, active: list[dict[str, Any]], namespace: str | None) -> None:
    """Let running Jobs outlive their schedule: they take over the template, which a restarted master starts from."""
    owners = [
        {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
        for job in active
    ]
    labels = f"{names.LABEL_SCHEDULE}={name},{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}"
    for part in await cluster.list(CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True):
        patch = {"metadata": {"ownerReferences": owners}}
        await cluster.patch(CONFIGMAPS, part["metadata"]["name"], patch, namespace=namespace)
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
