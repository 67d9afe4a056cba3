"""Gives a schedule another template: other code, parameters, settings or image.

The new parts are made first, owned by the CronJob, then the editor's one write swaps Job and annotations, then parts go
that nothing can need any more. Those of the version before stay, since a Job may be made of a CronJob that was read
before the write, and those that a Job begins with which has not ended.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.mergepatch import merge_patch
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS
from k8stui.control.code.maps import is_shared, map_for, release, share, shared_by
from k8stui.control.code.store import keep_code
from k8stui.control.namespaces.access import ensure_account
from k8stui.control.schedules.finding import jobs_of
from k8stui.control.schedules.template import KeptTemplate, parts_of
from k8stui.control.schedules.views import active_jobs, known_of
from k8stui.control.selectors import templates_of
from k8stui.control.stores.owning import place_of
from k8stui.control.submitting.podcheck import check_pods, master_pod, step_pods
from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_STORE_SECRETS
from k8stui.model.errors import K8stuiError
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import ScheduleSpec
from k8stui.plan.request import SERVICE_ACCOUNT, CompiledSchedule, RunRequest
from k8stui.plan.schedule import compile_schedule

Json = dict[str, Any]

OLDER = "older"
"""What the CronJob's annotation calls the parts of earlier versions that may still be there, the newest first."""


@dataclass(frozen=True)
class NewTemplate:
    """A template whose parts are made, and that no CronJob refers to yet.

    Attributes:
        compiled: The schedule as it would be created anew.
        overrides: Settings that were set over the pipeline's own.
    """

    compiled: CompiledSchedule
    overrides: Json

    @property
    def parts(self) -> list[str]:
        """Names of its ConfigMaps, in order."""
        compiled = self.compiled
        parts = [one for one in compiled.parts if one["kind"] == "ConfigMap"]
        return [one["metadata"]["name"] for one in (*parts, *([compiled.code] if compiled.code else []))]


async def make_template(
    cluster: Cluster,
    kept: KeptTemplate,
    spec: PipelineSpec,
    *,
    overrides: Json,
    image: str,
    cache: bool,
    submitter: str,
    dry_run: bool,
) -> NewTemplate:
    """Make the parts of a further version of a schedule's template, after the server has checked its pods.

    Args:
        cluster: Where.
        kept: The version that is there.
        spec: The pipeline, with its settings.
        overrides: Which of these were set over its own.
        image: The default image of its runs; empty for the one that it has.
        cache: Whether its runs may take results of earlier ones.
        submitter: Who makes it.
        dry_run: Only have the server check it.

    Raises:
        InvalidInputError: The pipeline or a setting is wrong.
        NotFoundError: A named service account does not exist.
        ForbiddenError: This user may not make an object; nothing is left behind.
        RejectedError: The server refuses one of the objects, step pods included.
    """
    request = RunRequest(
        namespace=kept.namespace,
        image=image or kept.image,
        pull_secret=kept.pull_secret,
        config=kept.config,
        submitted_by=submitter,
        created=time.time(),
        handover=kept.plan.handover,
        cache=cache,
        credentials={name: value for name, value in kept.credentials.items() if name != ENV_STORE_SECRETS},
        artifact_store=kept.artifact_store,
        store_secrets=kept.store_secrets,
        place=await place_of(cluster, kept.namespace, kept.artifact_store),
        code_map=await map_for(cluster, spec.code, kept.namespace, owner=kept.cron_job["metadata"]["uid"]),
    )
    compiled = compile_schedule(spec, ScheduleSpec(cron="@daily", name=kept.schedule), request)
    job = compiled.cron_job["spec"]["jobTemplate"]["spec"]
    if not dry_run:
        await keep_code(spec.code, request.artifact_store, request.store_secrets, place=request.place, cluster=cluster)
        await ensure_account(cluster, kept.namespace, compiled.settings.service_account_name or SERVICE_ACCOUNT)
    master = master_pod(compiled.name, kept.namespace, job)
    await check_pods(cluster, kept.namespace, (master, *step_pods(compiled.plan, compiled.name)))
    made = NewTemplate(compiled, overrides)
    try:
        # The Secret of its credentials, where it has one, stays as it is.
        parts = [part for part in compiled.owned_parts(kept.cron_job) if part["kind"] == "ConfigMap"]
        await asyncio.gather(*(cluster.create(part, dry_run=dry_run) for part in parts))
        if not dry_run:
            await share(cluster, compiled.code, kept.cron_job)
    except BaseException:
        if not dry_run:
            await _drop(cluster, kept.cron_job, _only_of(made, kept.cron_job))
        raise
    return made


def swap(patch: Json, cron_job: Json, made: NewTemplate, there: set[str]) -> Json:
    """The patch of an edit, which also lets the next firings begin with a new template.

    Args:
        patch: Of the edit's other fields and its history.
        cron_job: The CronJob as it is.
        made: The new template.
        there: Those parts of earlier versions that still exist.
    """
    fresh, known = made.compiled.cron_job, known_of(cron_job)
    told = {
        **known_of(fresh),
        "submitted_by": known.get("submitted_by") or "",
        OLDER: [*(known.get("template") or ()), *(part for part in known.get(OLDER) or () if part in there)],
    }
    if made.overrides:
        told["set"] = made.overrides
    annotations = {names.ANNOTATION_SCHEDULE: json.dumps(told, separators=(",", ":"))}
    template = merge_patch(cron_job["spec"]["jobTemplate"], fresh["spec"]["jobTemplate"])
    return {
        "metadata": {
            "labels": fresh["metadata"]["labels"],
            "annotations": {**patch["metadata"]["annotations"], **annotations},
        },
        "spec": {**patch["spec"], "jobTemplate": template},
    }


async def discard(cluster: Cluster, kept: KeptTemplate, made: NewTemplate) -> None:
    """Delete the parts of a template that was not swapped in; they stay where that cannot be known."""
    with suppress(K8stuiError):
        now = await cluster.get(CRONJOBS, kept.schedule, namespace=kept.namespace)
        if _parts(now) != made.parts:
            await _drop(cluster, now, _only_of(made, now))


async def sweep(cluster: Cluster, before: Json, after: Json) -> None:
    """Delete parts of earlier versions that nothing can need; what cannot be deleted now, a later edit does.

    Args:
        cluster: Where.
        before: The CronJob before a swap.
        after: And after it.
    """
    older = known_of(before).get(OLDER) or []
    if not older:
        return
    namespace = after["metadata"]["namespace"]
    with suppress(K8stuiError):
        active = active_jobs(after, await jobs_of(cluster, after, namespace))
        needed = {part for job in active for part in parts_of(job["spec"])}
        needed.update(_parts(before), _parts(after))
        await _drop(cluster, after, [part for part in older if part not in needed])


async def existing(cluster: Cluster, cron_job: Json) -> set[str]:
    """The parts of a schedule's templates that are there; not looked for where there are none of earlier versions."""
    if not known_of(cron_job).get(OLDER):
        return set()
    meta = cron_job["metadata"]
    labels = templates_of(meta["name"])
    found = await cluster.list(CONFIGMAPS, namespace=meta["namespace"], labels=labels, metadata_only=True)
    return {part["metadata"]["name"] for part in found} | await shared_by(cluster, cron_job)


def _parts(cron_job: Json) -> list[str]:
    return parts_of(cron_job["spec"]["jobTemplate"]["spec"])


def _only_of(made: NewTemplate, cron_job: Json) -> list[str]:
    """The parts of a template that no version of the CronJob's needs: shared code may be of one of these, too."""
    needed = {*_parts(cron_job), *(known_of(cron_job).get(OLDER) or ())}
    return [part for part in made.parts if part not in needed]


async def _drop(cluster: Cluster, cron_job: Json, parts: Iterable[str]) -> None:
    """Delete parts; of shared code, only the schedule's part in it."""

    async def one(part: str) -> None:
        with suppress(K8stuiError):
            if is_shared(part):
                await release(cluster, part, cron_job)
            else:
                await cluster.delete(CONFIGMAPS, part, namespace=cron_job["metadata"]["namespace"])

    await asyncio.gather(*map(one, parts))
