"""What the crowded cluster holds: 200 runs with 50 pods each, as submitter, master, kubelet and API server leave them.

With their managed fields, conditions and images, because it is bytes that a list costs. Nothing is younger than an
hour, so that no time on the screen counts seconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from k8stui.embedded.defaults import fill_in
from k8stui.embedded.objects import new_uid, timestamp
from k8stui.embedded.registry import POD
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Summary
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.master.pods import PodBuilder
from k8stui.incluster.wire.report import SUCCEEDED, Report
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import CompiledRun, RunRequest
from tests.bench.ours import spec_of
from tests.bench.screens.dag import HOUR
from tests.bench.screens.population import claimed, job_of, master_of, summarised

NAMESPACE = "default"
RUNS, STEPS = 200, 50
GOING_ON, UNDER_WAY = 20, 5
"""Runs that go on, and how many steps of each run."""

Json = dict[str, Any]

RUNNING, DONE, FAILED = "running", "succeeded", "failed"


class Crowd:
    """The objects, and what becomes of pods.

    Attributes:
        pods: All step pods by name, the newest first.
    """

    def __init__(self) -> None:
        self.pods: dict[str, Json] = {}
        self._managed: dict[str, list[Json]] = {}

    def fill(self) -> Iterator[tuple[str, Json]]:
        """Everything: the plural name of its kind, and the object."""
        spec = spec_of("fan", {"steps": STEPS})
        for number in range(RUNS):
            created = time.time() - 5.1 * HOUR - 300.0 * number
            request = RunRequest(
                namespace=NAMESPACE, suffix=f"r{number:04d}", created=created, submitted_by=f"user-{number % 7}"
            )
            yield from self._fill_run(number, compile_run(spec, request), created)

    def turn(self, pod: str, status: str) -> tuple[str, Json]:
        """A pod has another status."""
        found = self.pods[pod]
        began = found["status"]["startTime"]
        changed = {**found, "status": _status(found, began, status)}
        self.pods[pod] = changed
        return "pods", changed

    def _fill_run(self, number: int, compiled: CompiledRun, created: float) -> Iterator[tuple[str, Json]]:
        state = RunState.RUNNING if number < GOING_ON else RunState.FAILED if number % 10 == 0 else RunState.SUCCEEDED
        left = UNDER_WAY if state is RunState.RUNNING else 1 if state is RunState.FAILED else 0
        counts = {StepState.SUCCEEDED.value: STEPS - left, **({left_state(state).value: left} if left else {})}
        summary = Summary(
            state,
            counts,
            STEPS,
            created=created,
            started=created + 1,
            finished=created + 200 if state.ended else None,
            why="step first_50 failed: exit code 1" if state is RunState.FAILED else "",
            submitted_by=f"user-{number % 7}",
        )
        record = _stored(claimed(summarised(compiled.record, summary.to_text())), created)
        yield "configmaps", record
        for part in compiled.owned_parts(record):
            yield "configmaps", _stored(part, created)
        job = job_of(compiled, ended="" if not state.ended else "Complete" if not left else "Failed")
        job = _stored(job, created)
        yield "jobs", job
        if not state.ended:
            yield "pods", _stored({"kind": "Pod", **master_of(job)}, created)
        work = _stored({"metadata": {"name": names.work_name(compiled.plan.run)}}, created)
        yield "configmaps", work
        builder = PodBuilder(compiled.plan, work, "10.244.0.7:40117")
        for place, step in enumerate(compiled.plan.steps):
            last = place >= STEPS - left
            status = DONE if not last else FAILED if state.ended else RUNNING
            pod = _pod(builder.build(step, 1, {}, {}, offer=True)[-1], created + 2 + place, status, place)
            if status not in self._managed:
                self._managed[status] = _managed(pod, _time(created))
            pod["metadata"]["managedFields"] = self._managed[status]
            self.pods[pod["metadata"]["name"]] = pod
            yield "pods", pod


def left_state(state: RunState) -> StepState:
    """What the steps are that have not succeeded."""
    return StepState.RUNNING if state is RunState.RUNNING else StepState.FAILED


def _pod(manifest: Json, created: float, status: str, place: int) -> Json:
    began = _time(created)
    pod = _stored({**manifest, "apiVersion": "v1", "kind": "Pod"}, created)
    fill_in(POD, pod)
    pod["spec"]["nodeName"] = f"node-{place % 9 + 1}"
    pod["status"] = _status(pod, began, status)
    return pod


def _status(pod: Json, began: str, status: str) -> Json:
    container = pod["spec"]["containers"][0]
    ended = status != RUNNING
    state: Json = {"running": {"startedAt": began}}
    if ended:
        code = 0 if status == DONE else 1
        report = Report(SUCCEEDED, results={"output": 0}).to_json() if status == DONE else None
        told = json.dumps(report) if report else "Traceback: ValueError"
        state = {"terminated": {
            "exitCode": code, "reason": "Completed" if status == DONE else "Error", "startedAt": began,
            "finishedAt": began, "message": told, "containerID": f"containerd://{'5e' * 32}"}}  # fmt: skip
    kinds = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    return {
        "phase": {RUNNING: "Running", DONE: "Succeeded", FAILED: "Failed"}[status],
        "startTime": began,
        "hostIP": "192.168.7.12",
        "hostIPs": [{"ip": "192.168.7.12"}],
        "podIP": "10.244.1.23",
        "podIPs": [{"ip": "10.244.1.23"}],
        "qosClass": "BestEffort",
        "conditions": [{"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": began}
                       for kind in kinds],
        "containerStatuses": [{
            "name": container["name"], "image": container["image"], "ready": not ended, "started": not ended,
            "imageID": f"docker.io/library/python@sha256:{'ab' * 32}", "restartCount": 0, "lastState": {},
            "containerID": f"containerd://{'5e' * 32}", "state": state}],
    }  # fmt: skip


def _managed(pod: Json, when: str) -> list[Json]:
    """Who owns what of a pod: a third of its size, and the same for all pods of a status."""
    head = {"operation": "Update", "apiVersion": "v1", "time": when, "fieldsType": "FieldsV1"}
    return [
        {**head, "manager": "k8stui", "fieldsV1": _fields({key: pod[key] for key in ("metadata", "spec")})},
        {**head, "manager": "kubelet", "fieldsV1": _fields({"status": pod["status"]}), "subresource": "status"},
    ]


def _fields(value: Any) -> Json:
    """As managed fields name what somebody owns."""
    if isinstance(value, dict):
        return {f"f:{key}": _fields(inner) for key, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        key = next(iter(value[0]))
        return {f"k:{json.dumps({key: one.get(key)})}": {".": {}, **_fields(one)} for one in value}
    return {}


def _stored(manifest: Json, created: float) -> Json:
    meta = {**manifest["metadata"], "namespace": NAMESPACE, "uid": new_uid(), "creationTimestamp": _time(created)}
    return {"apiVersion": "v1", "kind": "ConfigMap", **manifest, "metadata": meta}


def _time(moment: float) -> str:
    return timestamp(datetime.fromtimestamp(moment, tz=UTC))
