"""Creates schedules.

A schedule is created suspended, given its template, and only then let go: whatever a submitter that dies in between
leaves behind never fires, and goes when the CronJob is deleted, because that owns it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError, NamespaceMissingError
from k8stui.cluster.resources import CRONJOBS
from k8stui.control.code.maps import map_for, share
from k8stui.control.code.store import keep_code
from k8stui.control.namespaces.access import ensure_account, missing_namespace
from k8stui.control.schedules.writing import beginning
from k8stui.control.stores.owning import place_of
from k8stui.control.submitting.creating import ATTEMPTS, SubmitOptions, submitter_of
from k8stui.control.submitting.podcheck import check_pods, master_pod, step_pods
from k8stui.model.errors import K8stuiError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.settings import merge
from k8stui.plan.request import SERVICE_ACCOUNT, CompiledSchedule
from k8stui.plan.schedule import compile_schedule


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
    _, submitter, code, place = await asyncio.gather(
        ensure_account(cluster, namespace, account),
        submitter_of(cluster),
        map_for(cluster, spec.code, namespace),
        place_of(cluster, namespace, options.artifact_store),
    )
    await keep_code(spec.code, options.artifact_store, options.store_secrets, place=place, cluster=cluster)
    for attempt in range(ATTEMPTS):
        compiled = compile_schedule(spec, schedule, options.request(namespace, submitter, code, place))
        try:
            await _create(cluster, compiled, namespace, suspend=schedule.suspend)
        except AlreadyExistsError:
            if schedule.name or attempt == ATTEMPTS - 1:
                raise
        else:
            break
    return ScheduleRef(compiled.name, namespace, spec.name, compiled.warnings)


async def _create(cluster: Cluster, compiled: CompiledSchedule, namespace: str, *, suspend: bool) -> None:
    spec = compiled.cron_job["spec"]["jobTemplate"]["spec"]
    await check_pods(
        cluster, namespace, (master_pod(compiled.name, namespace, spec), *step_pods(compiled.plan, compiled.name))
    )
    try:
        cron_job = await cluster.create(compiled.cron_job)
    except NamespaceMissingError as error:
        raise missing_namespace(namespace) from error
    try:
        await asyncio.gather(
            share(cluster, compiled.code, cron_job),
            *(cluster.create(part) for part in compiled.owned_parts(cron_job)),
        )
        await share(cluster, compiled.code, cron_job)  # see `submit`
        begun = beginning(cron_job, suspend=suspend)
        await cluster.patch(CRONJOBS, compiled.name, begun, namespace=namespace)
    except BaseException:
        with suppress(K8stuiError):
            await cluster.delete(CRONJOBS, compiled.name, namespace=namespace, uid=cron_job["metadata"]["uid"])
        raise
