"""What the cluster of the bench holds: 1,000 runs, one of them of 10,000 steps, put where the API server keeps objects.

As submitter, master, Job controller and kubelets would have left it, only not made by them: that would take an hour.
Nothing is younger than an hour, so that no time on the screen counts seconds.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.controllers.job_status import TRACKING
from k8stui.embedded.defaults import fill_in
from k8stui.embedded.objects import new_uid, timestamp
from k8stui.embedded.registry import CONFIG_MAP, JOB, POD, Kind
from k8stui.incluster.contract import names
from k8stui.incluster.contract.protocol import KIND_CONTAINER, StepPlan
from k8stui.incluster.contract.record import Attempt, StepStatus, Summary
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.master.pods import PodBuilder
from k8stui.model.pipeline import PipelineSpec, StepSpec
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import CompiledRun, RunRequest
from tests.bench.screens.dag import HOUR, LongRun, with_status

NAMESPACE = "default"
RUNS, GOING_ON = 1000, 20
"""Runs in all, and how many of the short ones go on."""

CHAIN = 6
"""Steps of a short run."""

PIPELINES = ("train-churn", "etl-daily", "score-eu", "report")

Json = dict[str, Any]


class Population:
    """Fills a cluster, and changes what is in it as its runs go on.

    Attributes:
        long: The run of 10,000 steps.
        short: Names of the short runs that go on, the newest first.
    """

    def __init__(self, embedded: EmbeddedCluster) -> None:
        self._store = embedded.store
        self._done: dict[str, int] = {}
        self.long = LongRun(NAMESPACE)
        self.short: list[str] = []

    def fill(self) -> None:
        """Put everything there."""
        self._fill_long()
        for number in range(RUNS - 1):
            self._fill_short(number)

    def move_long(self) -> list[str]:
        """A step of the long run ends and another begins; gives the pods that ended and began."""
        plan, attempt = self.long.end_one()
        moved = [attempt.pod]
        self._put(POD, self._pod(plan, attempt, self._builder))
        if begun := self.long.start_one():
            moved.append(begun[1].pod)
            self._put(POD, self._pod(*begun, self._builder))
        return moved

    def write_long(self) -> None:
        """Write what changed of the long run into its ConfigMaps, as its master does about once a second."""
        for name, text in self.long.shards().items():
            self._put(CONFIG_MAP, with_status(self._found(CONFIG_MAP, name), text))
        record = self._found(CONFIG_MAP, names.record_name(self.long.run))
        self._put(CONFIG_MAP, summarised(record, self.long.summary()))

    def move_short(self, number: int) -> None:
        """A short run tells that another of its steps is done."""
        run = self.short[number % len(self.short)]
        self._done[run] = (self._done.get(run, 1) + 1) % CHAIN
        record = self._found(CONFIG_MAP, names.record_name(run))
        told = Summary.from_text(record["metadata"]["annotations"][names.ANNOTATION_SUMMARY])
        told.steps = _counts(self._done[run], RunState.RUNNING)
        self._put(CONFIG_MAP, summarised(record, told.to_text()))

    def end(self, step: str) -> None:
        """A step of the long run succeeds, and its pod says so; its master has not written it yet."""
        plan, attempt = self.long.end_one(step)
        self._put(POD, self._pod(plan, attempt, self._builder))

    def tell(self, run: str, state: str) -> None:
        """A short run's record says that it is in another state."""
        record = self._found(CONFIG_MAP, names.record_name(run))
        told = Summary.from_text(record["metadata"]["annotations"][names.ANNOTATION_SUMMARY])
        told.state = RunState(state)
        self._put(CONFIG_MAP, summarised(record, told.to_text()))

    def uid_of(self, pod: str) -> str:
        """The uid of a pod."""
        return str(self._found(POD, pod)["metadata"]["uid"])

    def _fill_long(self) -> None:
        compiled = self.long.compiled
        record = self._put(CONFIG_MAP, claimed(summarised(compiled.record, self.long.summary())))
        for part in compiled.owned_parts(record):
            self._put(CONFIG_MAP, part)
        labels = {**record["metadata"]["labels"], names.LABEL_COMPONENT: names.COMPONENT_STATUS}
        for name, text in self.long.shards().items():
            found = record if name == record["metadata"]["name"] else _config_map(name, labels)
            self._put(CONFIG_MAP, with_status(found, text))
        job = self._job(compiled)
        self._master(job)
        work = self._put(CONFIG_MAP, _config_map(names.work_name(self.long.run), {}))
        self._builder = self.long.builder(work)
        for plan, attempt in self.long.attempts():
            self._put(POD, self._pod(plan, attempt, self._builder))

    def _fill_short(self, number: int) -> None:
        created = time.time() - 5.1 * HOUR - 300.0 * number
        steps = tuple(
            StepSpec(
                f"step_{place}",
                kind=KIND_CONTAINER,
                after=(f"step_{place - 1}",) if place else (),
                image="python:3.12-slim",
                command=("python3",),
            )
            for place in range(CHAIN)
        )
        pipeline = PIPELINES[number % len(PIPELINES)]
        request = RunRequest(
            namespace=NAMESPACE, suffix=f"r{number:04d}", created=created, submitted_by=f"user-{number % 7}"
        )
        compiled = compile_run(PipelineSpec(pipeline, steps), request)
        state = RunState.RUNNING if number < GOING_ON else _end_of(number)
        done = 2 if state is RunState.RUNNING else CHAIN if state is RunState.SUCCEEDED else 3
        summary = Summary(
            state,
            _counts(done, state),
            CHAIN,
            created=created,
            started=created + 1,
            finished=created + 200 + number % 90 if state.ended else None,
            why=_why(state),
            submitted_by=f"user-{number % 7}",
        )
        record = claimed(summarised(compiled.record, summary.to_text()))
        record = self._put(CONFIG_MAP, with_status(record, _status_text(compiled, state, done, created)))
        for part in compiled.owned_parts(record):
            self._put(CONFIG_MAP, part)
        if state.ended:
            self._job(compiled, ended="Complete" if state is RunState.SUCCEEDED else "Failed")
        else:
            self.short.append(compiled.plan.run)
            self._master(self._job(compiled))

    def _job(self, compiled: CompiledRun, *, ended: str = "") -> Json:
        return self._put(JOB, job_of(compiled, ended=ended))

    def _master(self, job: Json) -> None:
        self._put(POD, master_of(job))

    def _pod(self, plan: StepPlan, attempt: Attempt, builder: PodBuilder) -> Json:
        [pod] = builder.build(plan, 1, {}, {}, offer=False)
        pod["spec"]["nodeName"] = attempt.node
        pod["metadata"]["creationTimestamp"] = _time(attempt.created)
        state: Json = {"running": {"startedAt": _time(attempt.started)}}
        if attempt.finished:
            times = {"startedAt": _time(attempt.started), "finishedAt": _time(attempt.finished)}
            state = {"terminated": {"exitCode": 0, "reason": "Completed", **times}}
        container = {"name": names.STEP_CONTAINER, "ready": not attempt.finished, "restartCount": 0, "state": state}
        phase = "Succeeded" if attempt.finished else "Running"
        return {**pod, "status": {"phase": phase, "containerStatuses": [container]}}

    def _found(self, kind: Kind, name: str) -> Json:
        found = self._store.get(kind, NAMESPACE, name)
        if found is None:
            raise LookupError(f"{kind.kind} {name}")
        return found

    def _put(self, kind: Kind, obj: Json) -> Json:
        """Store an object, or another state of it."""
        metadata = {"creationTimestamp": timestamp(), **obj["metadata"], "namespace": NAMESPACE}
        known = self._store.get(kind, NAMESPACE, metadata["name"])
        obj = {**obj, "apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
        if known is not None:
            metadata["uid"] = known["metadata"]["uid"]
            return self._store.replace(kind, obj)
        metadata["uid"] = new_uid()
        fill_in(kind, obj)
        return self._store.insert(kind, obj)


def job_of(compiled: CompiledRun, *, ended: str = "") -> Json:
    """The Job of a run's master: at work, or ended with that condition."""
    job = {**compiled.job, "status": {"active": 1, "ready": 1, "startTime": timestamp()}}
    if ended:
        told = {"type": ended, "status": "True", "lastTransitionTime": timestamp()}
        job["status"] = {"conditions": [told], "startTime": timestamp(), "completionTime": timestamp()}
    return job


def master_of(job: Json) -> Json:
    """The pod in which a run's master is at work, on another node than the one that the cluster has."""
    template = job["spec"]["template"]
    owner = {"apiVersion": "batch/v1", "kind": "Job", "controller": True, "blockOwnerDeletion": True}
    owner |= {"name": job["metadata"]["name"], "uid": job["metadata"]["uid"]}
    metadata = {**(template.get("metadata") or {}), "name": f"{job['metadata']['name']}-x2b7q"}
    metadata |= {"ownerReferences": [owner], "finalizers": [TRACKING]}
    container = {"name": names.MASTER_CONTAINER, "ready": True, "restartCount": 0}
    container["state"] = {"running": {"startedAt": timestamp()}}
    status = {"phase": "Running", "containerStatuses": [container]}
    return {"metadata": metadata, "spec": {**template["spec"], "nodeName": "node-1"}, "status": status}


def _config_map(name: str, labels: dict[str, str]) -> Json:
    return {"metadata": {"name": name, "labels": labels}}


def summarised(record: Json, summary: str) -> Json:
    """A record whose summary is that text."""
    meta = record["metadata"]
    annotations = {**(meta.get("annotations") or {}), names.ANNOTATION_SUMMARY: summary}
    return {**record, "metadata": {**meta, "annotations": annotations}}


def claimed(record: Json) -> Json:
    """A record that a master has begun to write."""
    meta = record["metadata"]
    return {**record, "metadata": {**meta, "annotations": {**meta["annotations"], names.ANNOTATION_EPOCH: "1"}}}


def _end_of(number: int) -> RunState:
    return {0: RunState.FAILED, 5: RunState.FAILED, 9: RunState.STOPPED}.get(number % 20, RunState.SUCCEEDED)


def _why(state: RunState) -> str:
    if state is RunState.FAILED:
        return "step step_3 failed: exit code 137, OOMKilled"
    return "stopped on request" if state is RunState.STOPPED else ""


def _counts(done: int, state: RunState) -> dict[str, int]:
    rest = StepState.RUNNING if state is RunState.RUNNING else StepState.SKIPPED
    left = {rest.value: 1, StepState.WAITING.value: CHAIN - done - 1} if done < CHAIN else {}
    return {StepState.SUCCEEDED.value: done, **left}


def _status_text(compiled: CompiledRun, state: RunState, done: int, created: float) -> str:
    found = {}
    for number, step in enumerate(compiled.plan.steps[: min(CHAIN, done + 1)]):
        pod = names.pod_name(compiled.plan.pod_prefix, step.slug, 1)
        begun = created + 2 + 30 * number
        mine = StepState.SUCCEEDED
        if number == done:
            mine = StepState.RUNNING if state is RunState.RUNNING else StepState.FAILED
        ended = begun + 25 if mine is not StepState.RUNNING else None
        attempt = Attempt(1, pod, mine, node="node-2", created=begun, started=begun + 1, finished=ended)
        found[step.name] = StepStatus(mine, [attempt]).to_json()
    return json.dumps(found)


def _time(moment: float | None) -> str:
    return timestamp(datetime.fromtimestamp(moment or 0.0, tz=UTC))
