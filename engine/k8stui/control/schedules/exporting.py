"""A schedule as manifests that can be kept in Git and applied, by `kubectl apply` or what watches a repository.

What k8stui makes is owned by its CronJob, whose uid no manifest can know; so nothing has an owner here. Code that runs
and schedules share would then go with the first run that is deleted: it is part of the template in an export, and each
firing copies it. All names tell the content, so the same schedule gives the same text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import LAST_APPLIED
from k8stui.control.runs.reading import get_maps
from k8stui.control.schedules.changes import ANNOTATION as CHANGES
from k8stui.control.schedules.finding import check_ours, get_cron_job
from k8stui.control.schedules.swapping import OLDER
from k8stui.control.schedules.template import kept_template, parts_of
from k8stui.control.schedules.views import known_of
from k8stui.incluster.contract import names
from k8stui.incluster.contract.jobspec import refer_to
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.master.firing import without_plan
from k8stui.incluster.wire.variables import ENV_PARTS, ENV_PLAN
from k8stui.model.errors import InvalidInputError
from k8stui.plan.bundle import Bundle

Json = dict[str, Any]

_DIGITS = 10


@dataclass(frozen=True)
class Export:
    """A schedule as manifests.

    Attributes:
        manifests: The ConfigMaps of its template, then its CronJob.
        notes: Sentences on what has to be there besides.
    """

    manifests: tuple[Json, ...]
    notes: tuple[str, ...] = ()


async def export_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> Export:
    """A schedule as manifests.

    Raises:
        NotFoundError: There is no such schedule, or its credentials are gone.
        InvalidInputError: It is not k8stui's, or has secrets in its CronJob, which belong into no file.
        ConflictError: It has lost what its runs begin with.
    """
    cron_job = await get_cron_job(cluster, name, namespace)
    check_ours(cron_job, "an export")
    kept = await kept_template(cluster, cron_job)
    if kept.credentials and not kept.by_secret:
        raise InvalidInputError(
            f"The schedule {name} has credentials of its steps in its CronJob: an export would write them into a file.",
            hint="Have a Secret hold them: k8stui orchestrator update NAME --pass_token_as_secret=true, then create "
            "the schedule again.",
        )
    parts = await get_maps(cluster, parts_of(cron_job["spec"]["jobTemplate"]["spec"]), namespace=kept.namespace)
    notes = [f"Its service account and role: k8stui init -n {kept.namespace} --dry-run"]
    if kept.by_secret:
        notes.append(f"Its credentials are left out: Secret {names.schedule_credentials_name(name)} has to be there.")
    if kept.artifact_store:
        notes.append(
            f"Its artifacts in {kept.artifact_store.path} are marked as those of namespace {kept.namespace} here: "
            "do not apply it elsewhere."
        )
    return Export(tuple(exported(cron_job, kept.plan, parts)), tuple(notes))


def exported(cron_job: Json, plan: Plan, parts: Sequence[Json]) -> list[Json]:
    """The manifests of a schedule: the ConfigMaps of its template, then its CronJob. Pure.

    Args:
        cron_job: As the API sends it.
        plan: What its masters begin with.
        parts: The ConfigMaps of its template, in order.
    """
    meta = cron_job["metadata"]
    labels = {**meta["labels"], names.LABEL_COMPONENT: names.COMPONENT_TEMPLATE}
    version = hashlib.sha256(json.dumps([one["data"] for one in parts], sort_keys=True).encode()).hexdigest()[:_DIGITS]

    def place(number: int) -> str:
        return names.template_name(meta["name"], version, number)

    copies = {part["metadata"]["name"]: place(number) for number, part in enumerate(parts)}
    written = Bundle(lambda number: place(len(parts) + number), meta["namespace"], labels)
    templates = tuple(_renamed(one, copies) for one in plan.templates)
    references = list(map(str, written.add("plan", replace(plan, templates=templates).to_text())))
    kept = {copies[part["metadata"]["name"]]: without_plan(part["data"]) for part in parts}
    maps = [written.manifest(name, data) for name, data in kept.items() if data]
    maps += written.manifests()
    listed = [one["metadata"]["name"] for one in maps]
    return [*maps, _cron_job(cron_job, copies, {ENV_PLAN: ",".join(references), ENV_PARTS: ",".join(listed)}, listed)]


def _cron_job(cron_job: Json, copies: Mapping[str, str], values: Mapping[str, str], listed: Sequence[str]) -> Json:
    meta = cron_job["metadata"]
    known = {key: value for key, value in known_of(cron_job).items() if key != OLDER}
    notes = {key: text for key, text in meta["annotations"].items() if key not in (CHANGES, LAST_APPLIED)}
    notes[names.ANNOTATION_SCHEDULE] = json.dumps({**known, "template": [*listed]}, separators=(",", ":"))
    spec: Json = json.loads(json.dumps(cron_job["spec"]))
    job = spec["jobTemplate"]
    job["spec"]["template"] = _renamed(job["spec"]["template"], copies)
    for container in job["spec"]["template"]["spec"]["containers"]:
        for variable in container.get("env") or ():
            if variable["name"] in values:
                variable["value"] = values[variable["name"]]
    for one in (job, job["spec"]["template"]):
        (one.get("metadata") or {}).pop("creationTimestamp", None)
    own = {"name": meta["name"], "namespace": meta["namespace"], "labels": meta["labels"], "annotations": notes}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": own, "spec": spec}


def _renamed(template: Json, copies: Mapping[str, str]) -> Json:
    """A pod with the ConfigMaps of the export in place of those that there are."""
    pod: Json = json.loads(json.dumps(template))
    for container in pod["spec"]["containers"]:
        for variable in container.get("env") or ():
            refer_to(variable, copies)
    return pod
