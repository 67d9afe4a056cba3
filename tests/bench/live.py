"""What a screen costs while it is looked at: the processor time of one look after something changed.

Pure work on objects as the API sends them, without a cluster; what Kubernetes' answers cost to read is not in it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from k8stui.cluster.store import Key
from k8stui.control.runs.assembly import Assembly
from k8stui.control.runs.recordreader import RunMaps
from k8stui.control.runs.summaries import Summaries
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_PYTHON, STEPS_PER_SHARD, Plan, StepPlan
from k8stui.incluster.contract.record import HEADER_KEY, STATUS_KEY, Attempt, StepStatus, Summary
from k8stui.incluster.contract.states import RunState, StepState

STEPS, RUNS, ROUNDS = 2000, 1000, 40

_RUN, _NAMESPACE, _CREATED = "bench-x7k2p", "bench", 1_700_000_000.0
_Json = dict[str, Any]


@dataclass(frozen=True)
class Live:
    """Processor seconds of one look, medians.

    Attributes:
        pod: At a run of 2,000 steps of which one pod changed.
        shard: At that run when a shard of 500 steps was written anew and all of them changed.
        run: At 1,000 runs of which one changed.
    """

    pod: float
    shard: float
    run: float


def measure_live() -> Live:
    """Measure all of it."""
    run, board = _Run(), _Board()
    run.look()
    board.look()
    return Live(
        pod=_median(run.change_pod, run.look),
        shard=_median(run.change_shard, run.look),
        run=_median(board.change, board.look),
    )


def _median(change: Callable[[int], None], look: Callable[[], object]) -> float:
    costs = []
    for number in range(ROUNDS):
        change(number)
        began = time.thread_time()
        look()
        costs.append(time.thread_time() - began)
    return median(costs)


class _Run:
    """A large run as reader and mirrors hold it, and what is made of it."""

    def __init__(self) -> None:
        self._steps = [f"step-{number}" for number in range(STEPS)]
        self._plan = Plan(
            run=_RUN,
            pipeline="bench",
            namespace=_NAMESPACE,
            pod_prefix=_RUN,
            steps=tuple(StepPlan(name=step, slug=step, kind=KIND_PYTHON, template=0) for step in self._steps),
            templates=({},),
        )
        self._shards = [self._shard(number, StepState.RUNNING) for number in range(STEPS // STEPS_PER_SHARD)]
        self._shards[0]["data"][HEADER_KEY] = json.dumps({"pipeline": "bench", "job": _RUN})
        self._shards[0]["metadata"] = _record(_RUN, RunState.RUNNING, 0)["metadata"]
        self._pods = {(_NAMESPACE, step): _pod(step, "Running") for step in self._steps}
        self._assembly = Assembly()

    def change_pod(self, number: int) -> None:
        step = self._steps[number]
        self._pods[_NAMESPACE, step] = _pod(step, "Pending" if number % 2 else "Running")

    def change_shard(self, number: int) -> None:
        self._shards[1] = self._shard(1, StepState.RUNNING if number % 2 else StepState.SUCCEEDED)

    def look(self) -> object:
        maps = RunMaps(self._shards[0], tuple(self._shards), (), self._plan)
        return self._assembly.view(maps, _job(_RUN), self._pods, now=_CREATED + 100, live=True)

    def _shard(self, number: int, state: StepState) -> _Json:
        mine = self._steps[number * STEPS_PER_SHARD :][:STEPS_PER_SHARD]
        ended = _CREATED + 9 if state.ended else None
        status = {
            step: StepStatus(state, [Attempt(1, step, state, uid=step, created=_CREATED, finished=ended)]).to_json()
            for step in mine
        }
        name = names.status_shard_name(_RUN, number)
        return {"metadata": {"name": name}, "data": {STATUS_KEY: json.dumps(status)}}


class _Board:
    """Many runs as mirrors hold them, and the lines made of them."""

    def __init__(self) -> None:
        runs = [f"run-{number}" for number in range(RUNS)]
        self._records: dict[Key, _Json] = {}
        for age, run in enumerate(runs):
            self._put(run, RunState.RUNNING if age < 20 else RunState.SUCCEEDED, age)
        self._jobs = {(_NAMESPACE, run): _job(run) for run in runs}
        self._summaries = Summaries(self._records, self._jobs)
        self._changed: set[Key] | None = None

    def change(self, number: int) -> None:
        key = self._put("run-7", RunState.RUNNING if number % 2 else RunState.SUCCEEDED, 7)
        self._changed = {key}

    def look(self) -> object:
        self._summaries.refresh(self._changed, now=_CREATED, live=True)
        return self._summaries.runs

    def _put(self, run: str, state: RunState, age: int) -> Key:
        key = (_NAMESPACE, names.record_name(run))
        self._records[key] = _record(run, state, age)
        return key


def _record(run: str, state: RunState, age: int) -> _Json:
    summary = Summary(state=state, steps={"running": 3, "succeeded": 7}, total=10, created=_CREATED - age)
    return {
        "metadata": {
            "name": names.record_name(run),
            "namespace": _NAMESPACE,
            "labels": {names.LABEL_RUN_ID: run, names.LABEL_PIPELINE: "bench"},
            "annotations": {names.ANNOTATION_SUMMARY: summary.to_text(), names.ANNOTATION_EPOCH: "1"},
        }
    }


def _job(run: str) -> _Json:
    return {"metadata": {"name": run, "namespace": _NAMESPACE}, "spec": {}, "status": {}}


def _pod(step: str, phase: str) -> _Json:
    labels = {
        names.LABEL_RUN_ID: _RUN,
        names.LABEL_PIPELINE: "bench",
        names.LABEL_MANAGED_BY: names.MANAGER,
        names.LABEL_COMPONENT: names.COMPONENT_STEP,
        names.LABEL_STEP: step,
        names.LABEL_ATTEMPT: "1",
    }
    started = {"running": {"startedAt": "2026-11-24T04:00:02Z"}} if phase == "Running" else {}
    container = {"name": names.STEP_CONTAINER, "restartCount": 0, "state": started}
    meta = {"name": step, "namespace": _NAMESPACE, "uid": step, "creationTimestamp": "2026-11-24T04:00:00Z"}
    return {
        "metadata": {**meta, "labels": labels},
        "spec": {"nodeName": "node-1", "containers": [{"name": names.STEP_CONTAINER}]},
        "status": {"phase": phase, "containerStatuses": [container]},
    }
