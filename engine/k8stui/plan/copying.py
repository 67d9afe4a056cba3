"""A further run with the plan of an earlier one: same graph, inputs, code, images and program, under a name of its own.

Nothing is compiled anew. What the earlier run's name stands in is written again: plan, pod templates and Job; the other
ConfigMaps are copied as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.jobspec import refer_to, spec_of_run
from k8stui.incluster.contract.opening import new_record
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.wire.variables import ENV_IMAGE
from k8stui.model import labels as labelling
from k8stui.model.settings import KubernetesOrchestratorSettings
from k8stui.plan.bundle import Bundle
from k8stui.plan.caching import NOT_ASKED, PREVENTED
from k8stui.plan.compiler import pipeline_labels
from k8stui.plan.credentials import secret
from k8stui.plan.job import master_job
from k8stui.plan.request import CompiledRun, Manifest, RunRequest


def copy_run(
    plan: Plan,
    request: RunRequest,
    *,
    parts: Sequence[Mapping[str, Any]],
    own_keys: set[str],
    job_spec: Manifest,
    code: Manifest,
) -> CompiledRun:
    """The manifests of a run like an earlier one.

    Args:
        plan: Of the earlier run.
        request: What the submitter says; its settings and image are those of the earlier run. Its credentials are a
            Secret in any case.
        parts: The ConfigMaps of its plan, in order.
        own_keys: Their keys that hold the plan and the spec of its Job.
        job_spec: That spec.
        code: The ConfigMap of its code, which the new one shares; empty where it is among the parts, or nowhere.
    """
    run = labelling.run_name(plan.pipeline, request.suffix)
    own = {**pipeline_labels(plan.pipeline), names.LABEL_RUN: run, names.LABEL_RUN_ID: run}
    copies = {part["metadata"]["name"]: names.plan_name(run, number) for number, part in enumerate(parts)}
    copied = replace(
        plan,
        run=run,
        pod_prefix=_prefix(plan, request.suffix),
        templates=tuple(_of_run(template, own, copies) for template in plan.templates),
        created=request.created,
        submitted_by=request.submitted_by,
        no_cache=plan.no_cache if plan.no_cache == PREVENTED else "" if request.cache else NOT_ASKED,
    )
    kept = {copies[part["metadata"]["name"]]: _without(part.get("data") or {}, own_keys) for part in parts}
    written = Bundle(
        lambda number: names.plan_name(run, len(parts) + number),
        request.namespace,
        {**own, names.LABEL_COMPONENT: names.COMPONENT_PLAN},
    )
    references = list(map(str, written.add("plan", copied.to_text())))
    spec = spec_of_run({"spec": job_spec}, run, references, copies)
    spec["template"]["metadata"]["labels"].pop(names.LABEL_SCHEDULE, None)
    hidden = request.credentials and secret(names.credentials_name(run), request.namespace, own, request.credentials)
    where = list(map(str, written.add("job", json.dumps(spec, separators=(",", ":")))))
    master = spec["template"]["spec"]["containers"][0]
    own_image = (one.get("value") for one in master.get("env") or () if one["name"] == ENV_IMAGE)
    image = next(own_image, "") or master["image"]
    return CompiledRun(
        plan=copied,
        record=new_record(copied, own, image, references, where, {"rerun_of": plan.run}),
        parts=(*(written.manifest(name, data) for name, data in kept.items() if data), *written.manifests()),
        job=master_job(names.job_name(run), request.namespace, own, spec | ({"suspend": True} if hidden else {})),
        secret=hidden or None,
        settings=KubernetesOrchestratorSettings().effective(),
        code=code,
    )


def _prefix(plan: Plan, suffix: str) -> str:
    longest = max(len(step.slug) for step in plan.steps)
    return labelling.pod_prefix(plan.pod_prefix.rpartition("-")[0] or plan.pipeline, suffix, longest_slug=longest)


def _of_run(template: Manifest, own: dict[str, str], copies: Mapping[str, str]) -> Manifest:
    pod: Manifest = json.loads(json.dumps(template))
    labels = pod["metadata"]["labels"]
    labels.update(own)
    labels.pop(names.LABEL_SCHEDULE, None)
    for container in pod["spec"]["containers"]:
        for variable in container.get("env") or ():
            refer_to(variable, copies)
    return pod


def _without(data: Mapping[str, str], keys: set[str]) -> dict[str, str]:
    return {key: text for key, text in data.items() if key not in keys}
