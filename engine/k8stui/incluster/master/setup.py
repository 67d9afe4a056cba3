"""What a master finds and makes before its first decision: plan, record, its own pod and Job, work and keys."""

import base64
import os
from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

from ..contract.names import (
    ANNOTATION_JOB,
    COMPONENT_CREDENTIALS,
    COMPONENT_ORCHESTRATOR,
    LABEL_COMPONENT,
    LABEL_MANAGED_BY,
    LABEL_PIPELINE,
    LABEL_RUN,
    LABEL_RUN_ID,
    MANAGER,
    credentials_name,
    keys_name,
    record_name,
    schedule_credentials_name,
    work_name,
)
from ..contract.protocol import KIND_PYTHON, Plan, PlanError
from ..wire.variables import ENV_PARTS, ENV_PLAN, ENV_POD, ENV_POD_IP, ENV_RUN, ENV_SCHEDULE
from .credentials import are_in_secret, variables
from .firing import open_run, read_firing
from .kube import Kube, KubeError

Json = Dict[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """Everything a master needs to know of its place.

    Attributes:
        plan: What to execute.
        record: The record as it was found.
        pod: Name of this pod.
        pod_ip: Its address, where steps hand over.
        job: Name of the Job that made this pod.
        work: The ConfigMap that controls the step pods.
        keys: Handover key by the slug of its step.
        credentials: Environment variables that every step gets.
    """

    plan: Plan
    record: Json
    pod: str
    pod_ip: str
    job: str
    work: Json
    keys: Dict[str, str]
    credentials: Tuple[Json, ...] = ()


def read_surroundings(kube: Kube) -> Surroundings:
    """Read what the submitter made, and make what the step pods refer to: it must exist before they do."""
    pod, references = os.environ[ENV_POD], os.environ[ENV_PLAN].split(",")
    own = kube.get("pods", pod)
    job = next(one for one in own["metadata"]["ownerReferences"] if one["kind"] == "Job")
    if ENV_SCHEDULE in os.environ:
        fired = kube.get("jobs", job["name"])
        firing = read_firing(fired, os.environ[ENV_SCHEDULE])
        plan, record = open_run(kube, own, fired, firing, os.environ[ENV_PARTS].split(","), references)
    else:
        plan = Plan.from_text(_plan_text(kube, references))
        record = kube.get("configmaps", record_name(os.environ[ENV_RUN]))
    run = plan.run
    _check_job(kube, record, job["name"])
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": job["name"], "uid": job["uid"]}
    labels = {
        LABEL_RUN: run,
        LABEL_PIPELINE: own["metadata"]["labels"][LABEL_PIPELINE],
        LABEL_RUN_ID: run,
        LABEL_MANAGED_BY: MANAGER,
        LABEL_COMPONENT: COMPONENT_ORCHESTRATOR,
    }
    if ENV_SCHEDULE in os.environ and are_in_secret(plan):
        _copy_credentials(kube, run, os.environ[ENV_SCHEDULE], labels, owner)
    return Surroundings(
        plan=plan,
        record=record,
        pod=pod,
        pod_ip=os.environ[ENV_POD_IP],  # the pod's status may not tell it yet: the kubelet reports up to a second late
        job=job["name"],
        work=_work(kube, _owned("ConfigMap", work_name(run), labels, owner)),
        keys=_keys(kube, plan, labels, owner),
        credentials=tuple(variables(plan)),
    )


def _plan_text(kube: Kube, parts: List[str]) -> str:
    maps: Dict[str, Json] = {}
    text = ""
    for part in parts:
        name, _, key = part.partition("/")
        if name not in maps:
            maps[name] = kube.get("configmaps", name)
        text += maps[name]["data"][key]
    return text


def _check_job(kube: Kube, record: Json, job: str) -> None:
    """A run that was tried again goes on under another Job; what is left of this one must not take it back."""
    current = (record["metadata"].get("annotations") or {}).get(ANNOTATION_JOB) or job
    if current != job:
        kube.patch("jobs", job, {"spec": {"backoffLimit": 0}})
        raise PlanError("the run goes on under the Job %s" % current)


def _work(kube: Kube, body: Json) -> Json:
    """The ConfigMap that controls the step pods: it lives as long as one of the run's Jobs does."""
    found = _ensure(kube, "configmaps", body)
    (owner,) = body["metadata"]["ownerReferences"]
    if _is_owned_by(found, owner):
        return found
    owners = [*(found["metadata"].get("ownerReferences") or []), owner]
    return kube.patch("configmaps", found["metadata"]["name"], {"metadata": {"ownerReferences": owners}})


def _is_owned_by(found: Json, owner: Json) -> bool:
    return any(one["uid"] == owner["uid"] for one in found["metadata"].get("ownerReferences") or [])


def _owned(kind: str, name: str, labels: Dict[str, str], owner: Json) -> Json:
    meta = {
        "name": name,
        "labels": labels,
        "ownerReferences": [dict(owner, controller=False, blockOwnerDeletion=False)],
    }
    return {"apiVersion": "v1", "kind": kind, "metadata": meta}


def _ensure(kube: Kube, plural: str, body: Json) -> Json:
    try:
        return kube.create(plural, body)
    except KubeError as error:
        if error.reason != "AlreadyExists":
            raise
        return kube.get(plural, body["metadata"]["name"])


def _copy_credentials(kube: Kube, run: str, schedule: str, labels: Dict[str, str], owner: Json) -> None:
    """Give a run that a schedule fired credentials of its own, which its schedule can't take away any more."""
    try:
        source = kube.get("secrets", schedule_credentials_name(schedule))
    except KubeError as error:
        if error.status != 404:
            raise
        return  # the schedule was deleted: an earlier master of this run has copied them before
    secret = _owned("Secret", credentials_name(run), dict(labels, **{LABEL_COMPONENT: COMPONENT_CREDENTIALS}), owner)
    _ensure(kube, "secrets", dict(secret, immutable=True, data=source.get("data") or {}))


def _keys(kube: Kube, plan: Plan, labels: Dict[str, str], owner: Json) -> Dict[str, str]:
    secret = _owned("Secret", keys_name(plan.run), labels, owner)
    slugs = [step.slug for step in plan.steps if step.kind == KIND_PYTHON]
    secret["data"] = {slug: base64.b64encode(os.urandom(16).hex().encode()).decode() for slug in slugs}
    found = _ensure(kube, "secrets", secret)
    if not _is_owned_by(found, owner):  # Of an earlier Job of the run, and goes with it.
        kube.delete("secrets", secret["metadata"]["name"])
        found = kube.create("secrets", secret)
    return {slug: base64.b64decode(value).decode() for slug, value in (found.get("data") or {}).items()}
