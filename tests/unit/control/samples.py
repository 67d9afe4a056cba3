"""Objects as the API sends them, for the tests of this folder."""

from __future__ import annotations

import json
from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_PYTHON, Plan, StepPlan
from k8stui.incluster.contract.record import HEADER_KEY, STATUS_KEY, StepStatus, Summary
from k8stui.incluster.contract.states import RunState

RUN = "train-x7k2p"
CREATED = 1_000_000.0


def labels(component: str, **more: str) -> dict[str, str]:
    return {
        names.LABEL_RUN: RUN,
        names.LABEL_RUN_ID: RUN,
        names.LABEL_PIPELINE: "train",
        names.LABEL_MANAGED_BY: names.MANAGER,
        names.LABEL_COMPONENT: component,
        **more,
    }


def plan(*edges: tuple[str, tuple[str, ...]]) -> Plan:
    steps = tuple(StepPlan(name=n, slug=n, kind=KIND_PYTHON, template=0, after=after) for n, after in edges)
    return Plan(run=RUN, pipeline="train", namespace="ml", pod_prefix=RUN, steps=steps, templates=({},))


def record(
    state: RunState = RunState.RUNNING,
    *,
    status: dict[str, StepStatus] | None = None,
    started: float | None = CREATED + 1,
) -> dict[str, Any]:
    summary = Summary(state=state, total=2, created=CREATED, started=started, submitted_by="ada")
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": names.record_name(RUN),
            "namespace": "ml",
            "uid": "u-record",
            "resourceVersion": "1",
            "labels": labels(names.COMPONENT_RECORD),
            "annotations": {names.ANNOTATION_SUMMARY: summary.to_text(), names.ANNOTATION_EPOCH: "1"},
        },
        "data": {
            HEADER_KEY: json.dumps(
                {"pipeline": "train", "job": RUN, "plan": ["plan-0/a", "plan-1/b"], "parameters": {"n": 3}}
            ),
            STATUS_KEY: json.dumps({name: one.to_json() for name, one in (status or {}).items()}),
        },
    }


def pod(step: str, attempt: int = 1, *, component: str = names.COMPONENT_STEP, **status: Any) -> dict[str, Any]:
    extra = {names.LABEL_STEP: step, names.LABEL_ATTEMPT: str(attempt)} if component == names.COMPONENT_STEP else {}
    container = names.STEP_CONTAINER if component == names.COMPONENT_STEP else names.MASTER_CONTAINER
    return {
        "metadata": {
            "name": f"{RUN}-{step}-{attempt}",
            "namespace": "ml",
            "uid": f"u-{step}-{attempt}",
            "creationTimestamp": "2026-11-24T04:00:00Z",
            "labels": labels(component, **extra),
        },
        "spec": {"nodeName": "node-1", "containers": [{"name": container}]},
        "status": status,
    }


def container(state: dict[str, Any], name: str = names.STEP_CONTAINER) -> list[dict[str, Any]]:
    return [{"name": name, "state": state, "restartCount": 0}]


RUNNING: dict[str, Any] = {
    "phase": "Running",
    "containerStatuses": container({"running": {"startedAt": "2026-11-24T04:00:02Z"}}),
}
EVICTED: dict[str, Any] = {
    "phase": "Failed",
    "reason": "Evicted",
    "message": "node was low on memory",
    "containerStatuses": container({"terminated": {"exitCode": 137, "finishedAt": "2026-11-24T04:01:00Z"}}),
}
