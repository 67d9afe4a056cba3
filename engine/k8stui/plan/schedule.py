"""From a pipeline and its schedule to a CronJob and the template that its runs begin with.

The template is what the parts of a run's plan are, only without a run: the master of each firing makes its own from it.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_PARTS, ENV_SCHEDULE
from k8stui.model import labels as labelling
from k8stui.model.labels import new_suffix
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import MAX_NAME, ScheduleSpec
from k8stui.model.settings import EffectiveSettings
from k8stui.plan.bundle import Bundle
from k8stui.plan.caching import ALL_CACHED, works_once
from k8stui.plan.compiler import assemble, pipeline_labels
from k8stui.plan.credentials import credentials_secret, masters_values
from k8stui.plan.layering import in_vain
from k8stui.plan.request import CompiledSchedule, RunRequest

MAX_SHOWN_PARAMETERS = 16 * 1024
"""Bytes of parameters that stand in the CronJob for showing. The plan holds all; lists read each CronJob."""


_DIGITS = 12


def compile_schedule(spec: PipelineSpec, schedule: ScheduleSpec, request: RunRequest) -> CompiledSchedule:
    """The manifests of a pipeline's schedule.

    Raises:
        InvalidInputError: As for `compile_run`.
    """
    name = schedule.name or schedule_name(spec.name, request.suffix)
    own = {**pipeline_labels(spec.name), names.LABEL_SCHEDULE: name}
    bundle = Bundle(
        partial(names.template_name, name, new_suffix()),
        request.namespace,
        {**own, names.LABEL_COMPONENT: names.COMPONENT_TEMPLATE},
    )
    made = assemble(spec, request, run="", labels=own, bundle=bundle)
    parts = [part["metadata"]["name"] for part in (*made.parts, *([made.code] if made.code else []))]
    known: dict[str, Any] = {
        "pipeline": spec.name,
        "submitted_by": request.submitted_by,
        "image": made.image,
        "version": made.plan.version,
        "source": spec.source,
        "code": code_version(spec),
        "template": parts,
    }
    if len(json.dumps(spec.parameters)) <= MAX_SHOWN_PARAMETERS:
        known["parameters"] = spec.parameters
    if not request.cache:
        known["cache"] = False
    if request.pull_secret:
        known["pull_secret"] = request.pull_secret
    if request.artifact_store:
        known["artifact_store"] = request.artifact_store.model_dump(exclude_defaults=True)
    if request.config and (config := request.config.explicit()):
        known["config"] = config
    values = {ENV_SCHEDULE: name, ENV_PARTS: ",".join(parts), **masters_values(request)}
    template = {
        "metadata": {"labels": {**own, names.LABEL_COMPONENT: names.COMPONENT_ORCHESTRATOR}},
        "spec": made.master(request, own, values),
    }
    secret = credentials_secret(request, names.schedule_credentials_name(name), own, final=False)
    return CompiledSchedule(
        name=name,
        plan=made.plan,
        cron_job={
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {
                "name": name,
                "namespace": request.namespace,
                "labels": {**own, names.LABEL_COMPONENT: names.COMPONENT_SCHEDULE},
                "annotations": {names.ANNOTATION_SCHEDULE: json.dumps(known, separators=(",", ":"))},
            },
            "spec": {**_timing(schedule), **_history(made.settings), "suspend": True, "jobTemplate": template},
        },
        parts=(*made.parts, *([secret] if secret else [])),
        code=made.code,
        settings=made.settings,
        warnings=(*in_vain(spec), *((ALL_CACHED,) if works_once(made.plan) else ())),
    )


def code_version(spec: PipelineSpec) -> str:
    """What tells a pipeline from another version of it: `CODE.STEPS`, digests of its code package and of its steps.

    Steps can differ with the same code: by parameters, by settings, or because a YAML file describes them.
    """
    seen = (spec.steps, spec.settings, spec.enable_cache, spec.requirements, spec.image)
    steps = hashlib.sha256(repr(seen).encode()).hexdigest()
    return f"{spec.code.digest[:_DIGITS] if spec.code else ''}.{steps[:_DIGITS]}"


def schedule_name(pipeline: str, suffix: str) -> str:
    """The name of a schedule: the pipeline's and a random suffix, at most 52 characters."""
    return f"{labelling.short_slug(pipeline, limit=MAX_NAME - len(suffix) - 1, otherwise='pipeline')}-{suffix}"


def _timing(schedule: ScheduleSpec) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "schedule": schedule.cron,
        "timeZone": schedule.time_zone,
        "concurrencyPolicy": schedule.concurrency.value,
    }
    if schedule.starting_deadline is not None:
        fields["startingDeadlineSeconds"] = schedule.starting_deadline
    return fields


def _history(settings: EffectiveSettings) -> dict[str, int]:
    limits = {
        "successfulJobsHistoryLimit": settings.successful_jobs_history_limit,
        "failedJobsHistoryLimit": settings.failed_jobs_history_limit,
    }
    return {field: limit for field, limit in limits.items() if limit is not None}
