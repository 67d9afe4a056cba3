"""A run that a schedule fired: what the submitter does for a run by hand, the master does for itself.

The CronJob's Job finds a template: plan, code and program without a run. The run is called like the Job, so that a
restarted master finds what its predecessor made by computing the same names again. Everything is copied into ConfigMaps
of the run's own: whatever becomes of the schedule, the run goes on with what it started with.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ..contract.jobspec import refer_to, spec_of_run
from ..contract.names import (
    ANNOTATION_BY,
    ANNOTATION_TRIGGER,
    CODE_PREFIX,
    COMPONENT_PLAN,
    LABEL_COMPONENT,
    LABEL_MANAGED_BY,
    LABEL_PIPELINE,
    LABEL_RUN,
    LABEL_RUN_ID,
    LABEL_SCHEDULE,
    MANAGER,
    MASTER_CONTAINER,
    STEP_CONTAINER,
    plan_name,
    record_name,
)
from ..contract.opening import new_record
from ..contract.podfacts import parse_time
from ..contract.protocol import CHUNK_CHARACTERS, Plan, PlanError, StepPlan
from ..contract.record import HEADER_KEY
from ..wire.variables import ENV_IMAGE, ENV_SCHEDULED_TIME
from .kube import Kube, KubeError
from .logs import say

Json = Dict[str, Any]

SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"
"""The CronJob controller's annotation of a Job, since Kubernetes 1.28, in the schedule's time zone."""

TRIGGERED = "cronjob.kubernetes.io/instantiate"
"""kubectl's annotation of a Job that a person made from a CronJob; its value is one of the TRIGGERs."""

PLAN_KEY = "plan-"
"""What the keys of the plan's chunks begin with; the other keys of a template are copied as they are."""

JOB_KEY = "job-"

DUE = "due"
"""What stands in a template at a step whose result depends on the time that its run is due at."""

CHUNKS_A_PART = 9  # as many as fit a ConfigMap
MAX_NAME, ATTEMPT_DIGITS = 63, 4


@dataclass(frozen=True)
class Firing:
    """One firing of a schedule.

    Attributes:
        run: Name of its run: its Job's.
        job_uid: The Job's uid.
        schedule: Name of its CronJob.
        created: When the Job was made, seconds since the epoch.
        scheduled: The time it was due at; None when a person triggered it.
        trigger: One of the TRIGGERs where a person made the Job; empty where the controller did.
        by: Who made it, where that is known.
    """

    run: str
    job_uid: str
    schedule: str
    created: float
    scheduled: Optional[float] = None
    trigger: str = ""
    by: str = ""

    @property
    def moment(self) -> str:
        """The time that its steps are told, RFC 3339 in UTC."""
        seconds = self.created if self.scheduled is None else self.scheduled
        return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_firing(job: Json, schedule: str) -> Firing:
    """The facts of a firing from its Job."""
    meta = job["metadata"]
    created = parse_time(meta["creationTimestamp"]) or 0.0
    notes = meta.get("annotations") or {}
    trigger, by = notes.get(TRIGGERED, ""), notes.get(ANNOTATION_BY, "")
    return Firing(meta["name"], meta["uid"], schedule, created, scheduled_time(meta, schedule), trigger, by)


def scheduled_time(meta: Json, schedule: str) -> Optional[float]:
    """When a Job of a schedule was due, seconds since the epoch; None when a person made it."""
    notes = meta.get("annotations") or {}
    if notes.get(SCHEDULED_AT):
        return datetime.fromisoformat(notes[SCHEDULED_AT].replace("Z", "+00:00")).timestamp()
    # Before Kubernetes 1.28 the name alone tells it: the controller ends it with the minutes since the epoch.
    minutes = re.fullmatch(re.escape(schedule) + r"-(\d{8,9})", meta["name"])
    return float(minutes.group(1)) * 60 if minutes and TRIGGERED not in notes else None


def open_run(
    kube: Kube, pod: Json, job: Json, firing: Firing, parts: List[str], references: List[str]
) -> Tuple[Plan, Json]:
    """The plan and the record of a firing's run, made where an earlier master has not made them.

    Args:
        kube: The API.
        pod: This master's own pod.
        job: Its Job.
        firing: What fired.
        parts: The ConfigMaps of the template, in order.
        references: Where the chunks of the template's plan are, each as `config-map/key`.

    Raises:
        PlanError: The plan is damaged, or there is a run of this name already, of another Job.
    """
    template = {name: kube.get("configmaps", name)["data"] for name in parts}
    text = "".join(template[name][key] for name, key in (one.split("/", 1) for one in references))
    shared = [name for name in parts if name.startswith(CODE_PREFIX) and _may_share(kube, name)]
    parts = [name for name in parts if name not in shared]
    copies = {name: plan_name(firing.run, number) for number, name in enumerate(parts)}
    plan = fired_plan(Plan.from_text(text), firing, copies)
    labels = {
        LABEL_RUN: firing.run,
        LABEL_PIPELINE: pod["metadata"]["labels"][LABEL_PIPELINE],
        LABEL_RUN_ID: firing.run,
        LABEL_MANAGED_BY: MANAGER,
        LABEL_SCHEDULE: firing.schedule,
    }
    own = [(name, without_plan(template[part])) for part, name in copies.items()]
    chunks = _parts(PLAN_KEY, plan.to_text(), firing.run, len(own))
    facts = {"schedule": firing.schedule, "scheduled": firing.scheduled, "job_uid": firing.job_uid}
    where = _where(chunks)
    image = os.environ.get(ENV_IMAGE) or _container(pod, MASTER_CONTAINER)["image"]
    spec = json.dumps(spec_of_run(job, firing.run, where, copies), separators=(",", ":"))
    kept = _parts(JOB_KEY, spec, firing.run, len(own) + len(chunks))
    wanted = new_record(plan, labels, image, where, _where(kept), facts)
    if firing.trigger:
        wanted["metadata"]["annotations"][ANNOTATION_TRIGGER] = firing.trigger
    record = _record(kube, wanted, firing)
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": record_name(firing.run), "uid": record["metadata"]["uid"]}
    for name in shared:
        _own(kube, name, owner)
    for name, data in own + chunks + kept:
        if data:
            meta: Json = {"name": name, "ownerReferences": [owner]}
            meta["labels"] = dict(labels, **{LABEL_COMPONENT: COMPONENT_PLAN})
            _make(kube, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "immutable": True, "data": data})
    _label(kube, pod, firing.run)
    return plan, record


def fired_plan(template: Plan, firing: Firing, copies: Dict[str, str]) -> Plan:
    """The plan of a firing's run.

    Args:
        template: The plan without a run; its `pod_prefix` is what the author chose, empty when nothing was chosen.
        firing: What fired.
        copies: The run's own ConfigMap in place of each of the template's.
    """
    return replace(
        template,
        run=firing.run,
        pod_prefix=_pod_prefix(template, firing),
        templates=tuple(_fired_pod(pod, firing, copies) for pod in template.templates),
        steps=tuple(_due(step, firing) for step in template.steps),
        created=firing.created,
        submitted_by=firing.by if firing.trigger else template.submitted_by,
    )


def _due(step: StepPlan, firing: Firing) -> StepPlan:
    known, _, due = step.cache.rpartition(".")
    return replace(step, cache="%s.%s" % (known, firing.moment)) if due == DUE else step


def _pod_prefix(template: Plan, firing: Firing) -> str:
    room = MAX_NAME - max(step.longest_slug for step in template.steps) - ATTEMPT_DIGITS - 2
    if not template.pod_prefix and len(firing.run) <= room:
        return firing.run
    digest = hashlib.sha256(firing.job_uid.encode()).hexdigest()[:8]
    return "%s-%s" % ((template.pod_prefix or firing.run)[: room - len(digest) - 1].rstrip("-."), digest)


def _fired_pod(template: Json, firing: Firing, copies: Dict[str, str]) -> Json:
    pod: Json = json.loads(json.dumps(template))
    pod["metadata"]["labels"].update({LABEL_RUN: firing.run, LABEL_RUN_ID: firing.run})
    env = _container(pod, STEP_CONTAINER).setdefault("env", [])
    for variable in env:
        refer_to(variable, copies)
    env.append({"name": ENV_SCHEDULED_TIME, "value": firing.moment})
    return pod


def _container(pod: Json, name: str) -> Json:
    found: Json = next(one for one in pod["spec"]["containers"] if one["name"] == name)
    return found


def without_plan(data: Mapping[str, str]) -> Dict[str, str]:
    """The part of a template without the plan in it."""
    return {key: text for key, text in data.items() if not key.startswith(PLAN_KEY)}


def _where(parts: List[Tuple[str, Dict[str, str]]]) -> List[str]:
    return ["%s/%s" % (name, key) for name, data in parts for key in data]


def _parts(what: str, text: str, run: str, first: int) -> List[Tuple[str, Dict[str, str]]]:
    size = CHUNK_CHARACTERS * CHUNKS_A_PART
    return [
        (
            plan_name(run, first + part),
            {
                "%s%d" % (what, start // CHUNK_CHARACTERS): text[start : start + CHUNK_CHARACTERS]
                for start in range(begin, min(begin + size, len(text)), CHUNK_CHARACTERS)
            },
        )
        for part, begin in enumerate(range(0, len(text), size))
    ]


def _record(kube: Kube, wanted: Json, firing: Firing) -> Json:
    record = _make(kube, wanted)
    if json.loads(record["data"][HEADER_KEY]).get("job_uid") != firing.job_uid:
        kube.patch("jobs", firing.run, {"spec": {"backoffLimit": 0}})  # a further master would find the same
        raise PlanError(
            "there is a run %s already, of an earlier Job of this name: delete that run, "
            "or give the Job another name" % firing.run
        )
    return record


def _make(kube: Kube, body: Json) -> Json:
    try:
        return kube.create("configmaps", body)
    except KubeError as error:
        if error.reason != "AlreadyExists":
            raise
        return kube.get("configmaps", body["metadata"]["name"])


def _may_share(kube: Kube, name: str) -> bool:
    """Whether the account may add an owner: some clusters let only those do it who may delete the object."""
    try:
        _own(kube, name, {"apiVersion": "v1", "kind": "ConfigMap", "name": "probe", "uid": "0"}, {"dryRun": "All"})
    except KubeError as error:
        if error.status != 403:
            raise
        return False
    return True


def _own(kube: Kube, name: str, owner: Json, query: Optional[Dict[str, str]] = None) -> None:
    """Let code live as long as the run, too. Others do the same at the same time: each write is of what was read."""
    while True:
        meta = kube.get("configmaps", name)["metadata"]
        owners = meta.get("ownerReferences") or []
        if owner["uid"] in [one["uid"] for one in owners]:
            return
        change = {"ownerReferences": owners + [owner], "resourceVersion": meta["resourceVersion"]}
        try:
            kube.call("PATCH", kube.path("configmaps", name), {"metadata": change}, query)
        except KubeError as error:
            if error.status != 409:
                raise
        else:
            return


def _label(kube: Kube, pod: Json, run: str) -> None:
    """Mark Job and pod with the run, which nobody could know when the schedule was made."""
    labels = {"metadata": {"labels": {LABEL_RUN: run, LABEL_RUN_ID: run}}}
    try:
        kube.patch("jobs", run, labels)
        kube.patch("pods", pod["metadata"]["name"], labels)
    except KubeError as error:
        if error.status != 403:
            raise
        say("k8stui: Job and pod keep without the labels of their run (an older role: k8stui init): %s" % error)
