"""Small plans, pods as the API sends them, and facts of pods, for the tests of this folder."""

from __future__ import annotations

from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.podfacts import PodFacts
from k8stui.incluster.contract.protocol import KIND_PYTHON, Plan, Retry, StepPlan

RUN = "train-x7k2b"
NOW = 1_700_000_000.0


def step(name: str, *after: str, **fields: Any) -> StepPlan:
    return StepPlan(name, name.replace("_", "-"), **{"kind": KIND_PYTHON, "template": 0, "after": after, **fields})


def plan(*steps: StepPlan, **fields: Any) -> Plan:
    template = {
        "metadata": {"labels": {names.LABEL_RUN_ID: RUN}},
        "spec": {"containers": [{"name": names.STEP_CONTAINER, "image": "python:3", "env": []}]},
    }
    base: dict[str, Any] = {"run": RUN, "pipeline": "train", "namespace": "ml", "pod_prefix": RUN}
    return Plan(**{**base, "steps": steps, "templates": (template,), **fields})


def retries(times: int, delay: float = 0.0, backoff: float = 1.0) -> Retry:
    return Retry(max_retries=times, delay=delay, backoff=backoff)


def pod_name(name: str, attempt: int = 1) -> str:
    return names.pod_name(RUN, name.replace("_", "-"), attempt)


def facts(name: str, attempt: int = 1, **more: Any) -> PodFacts:
    """A pod that runs on a node, unless told otherwise."""
    pod = pod_name(name, attempt)
    state = {"running": not more.get("ended", False), "node": "node-1"}
    return PodFacts(**{"name": pod, "uid": "uid-" + pod, "attempt": attempt, **state, **more})


def ended(name: str, attempt: int = 1, exit_code: int | None = 0, **more: Any) -> PodFacts:
    return facts(name, attempt, ended=True, exit_code=exit_code, **more)


def pod_json(
    container: dict[str, Any] | None = None,
    *,
    name: str = "train",
    attempt: int = 1,
    phase: str = "Running",
    deleting: bool = False,
    others: tuple[dict[str, Any], ...] = (),
    **status: Any,
) -> dict[str, Any]:
    """A pod as a list holds it. `container` is the state of the step's container; None for no container statuses."""
    meta: dict[str, Any] = {
        "name": pod_name(name, attempt),
        "uid": "uid-1",
        "labels": {names.LABEL_STEP: name, names.LABEL_ATTEMPT: str(attempt)},
        "creationTimestamp": "2026-11-24T14:02:30Z",
        "resourceVersion": "1",
    }
    if deleting:
        meta["deletionTimestamp"] = "2026-11-24T14:05:00Z"
    if container is not None:
        status["containerStatuses"] = [*others, {"name": names.STEP_CONTAINER, "state": container}]
    return {"metadata": meta, "spec": {"nodeName": "node-1"}, "status": {"phase": phase, **status}}


def terminated(exit_code: int, reason: str = "", message: str = "") -> dict[str, Any]:
    state: dict[str, Any] = {"exitCode": exit_code, "reason": reason or ("Error" if exit_code else "Completed")}
    if message:
        state["message"] = message
    return {"terminated": {**state, "startedAt": "2026-11-24T14:02:31Z", "finishedAt": "2026-11-24T14:03:00Z"}}


RUNNING = {"running": {"startedAt": "2026-11-24T14:02:31Z"}}
DISRUPTED = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "EvictionByEvictionAPI",
    "message": "Eviction API: evicting",
}
