"""Objects of all kinds as a cluster has them, for tests that spoil them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from k8stui.incluster.contract import names
from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import KIND_PYTHON, Plan, StepPlan
from k8stui.incluster.contract.record import RESULTS_KEY, Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from tests.unit.control.diagnosis.recordings import recording as recorded_schedules
from tests.unit.control.diagnosis.samples import recording
from tests.unit.control.samples import CREATED, EVICTED, RUN, RUNNING, container, pod, record

Json = dict[str, Any]
REAL_PODS = [found["pod"] for found in recording().values()]
REAL_EVENTS = [event for found in recording().values() for event in found["events"]]
SCHEDULES = list(recorded_schedules().values())
ZENML = [
    yaml.safe_load(file.read_text(encoding="utf-8"))["items"]
    for file in sorted((Path(__file__).parents[2] / "zenml_objects").glob("*.yaml"))
]


ENDED: Json = {"phase": "Failed", "containerStatuses": container({"terminated": {"exitCode": 1, "message": "boom"}})}
OUR_PODS = [
    pod("load", **RUNNING),
    pod("train[0]", 2, **EVICTED),
    pod("train[1]", **ENDED),
    pod("x", component=names.COMPONENT_ORCHESTRATOR, phase="Pending"),
]


NODE_IN_NEED: Json = {
    "metadata": {"name": "node-2", "labels": {"kubernetes.io/os": "linux"}},
    "spec": {"unschedulable": True, "taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]},
    "status": {
        "allocatable": {"cpu": "2", "memory": "1Gi", "pods": "10"},
        "conditions": [
            {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": "not yet",
             "lastTransitionTime": "2026-11-24T04:00:00Z"},
            {"type": "MemoryPressure", "status": "True"},
        ],
        "nodeInfo": {"kubeletVersion": "v1.33.0"},
    },
}  # fmt: skip


QUOTA: Json = {
    "metadata": {"name": "q", "namespace": "ml"},
    "spec": {"hard": {"pods": "2", "requests.cpu": "1"}},
    "status": {"hard": {"pods": "2", "requests.cpu": "1"}, "used": {"pods": "2", "requests.cpu": "500m"}},
}


RANGE: Json = {
    "metadata": {"name": "r"},
    "spec": {
        "limits": [
            {"type": "Container", "max": {"cpu": "1"}, "min": {"cpu": "10m"}, "default": {"cpu": "500m"},
             "defaultRequest": {"cpu": "100m"}},
            {"type": "Pod", "max": {"memory": "1Gi"}},
        ]
    },
}  # fmt: skip


BUDGET: Json = {
    "metadata": {"name": "b"},
    "spec": {
        "minAvailable": 1,
        "selector": {
            "matchLabels": {"run": RUN},
            "matchExpressions": [{"key": "k8stui.io/step", "operator": "In", "values": ["load", "x"]}],
        },
    },
    "status": {"disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "conditions": [{"type": "x"}]},
}


CLASS: Json = {
    "metadata": {
        "name": "fast",
        "creationTimestamp": "2026-11-24T04:00:00Z",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    }
}


BINDING: Json = {
    "metadata": {"name": "b"},
    "roleRef": {"kind": "Role", "name": "r"},
    "subjects": [{"kind": "ServiceAccount", "name": "a", "namespace": "ml"}, {"kind": "Group", "name": "g"}],
}


METRICS: Json = {
    "metadata": {"name": OUR_PODS[0]["metadata"]["name"]},
    "timestamp": "2026-11-24T04:00:00Z",
    "containers": [{"name": "main", "usage": {"cpu": "100m", "memory": "1Mi"}}],
}


STEPS = (
    StepPlan("load", "load", KIND_PYTHON, 0, module="flow", function="load", outputs=("output",)),
    StepPlan(
        "train",
        "train",
        KIND_PYTHON,
        0,
        after=("load",),
        mapped=("x",),
        inputs={"x": Input(step="load"), "y": Input(3)},
    ),
    StepPlan("best", "best", KIND_PYTHON, 0, after=("train",), inputs={"all": Input(items=(Input(step="train"),))}),
)


PLAN = Plan(RUN, "train", "ml", RUN, STEPS, ({"metadata": {}, "spec": {"containers": [{"name": "step"}]}},))


def attempt(number: int, state: StepState, **more: Any) -> Attempt:
    return Attempt(number, f"{RUN}-x-{number}", state=state, created=CREATED, **more)


STATUS = {
    "load": StepStatus(StepState.SUCCEEDED, [attempt(1, StepState.SUCCEEDED, started=CREATED, finished=CREATED + 9)]),
    "train": StepStatus(StepState.RUNNING),
    "train[0]": StepStatus(
        StepState.RUNNING,
        [
            attempt(1, StepState.FAILED, exit_code=1, reason="Error", message="boom", finished=CREATED + 20),
            attempt(2, StepState.RUNNING, progress=0.5, metrics={"loss": 0.1, "phase": "x"}, reported=CREATED + 30),
        ],
        failures=1,
    ),
    "train[1]": StepStatus(StepState.RETRYING, [attempt(1, StepState.EVICTED)], why="evicted", not_before=CREATED + 99),
    "train[2]": StepStatus(StepState.QUEUED, why="3 pods are the most at a time"),
}


def the_record() -> Json:
    found = record(RunState.RUNNING, status=STATUS)
    found["data"] = dict(found["data"])
    head = json.loads(found["data"]["run.json"])
    head |= {
        "plan": ["plan-0/a"],
        "source": {"target": "flow.py:train"},
        "retries": [{"job": "x"}],
        "scheduled": CREATED,
    }
    head |= {"image": "python:3", "version": "1", "rerun_of": "train-a"}
    found["data"]["run.json"] = json.dumps(head)
    return found


RESULTS: Json = {
    "metadata": {"name": f"run-{RUN}-results-0"},
    "data": {RESULTS_KEY: json.dumps({"load": {"output": [1, 2, {"a": None}]}, "train[0]": {"output": "x" * 300}})},
}


PLANNED: Json = {"metadata": {"name": "plan-0"}, "data": {"a": PLAN.to_text()}}
JOB: Json = {
    "metadata": {"name": RUN, "uid": "u-job"},
    "spec": {"suspend": False},
    "status": {"conditions": [{"type": "Failed", "status": "False", "reason": "x", "message": "y"}]},
}
