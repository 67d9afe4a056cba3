"""Runs of ZenML 0.98 as they are shown; the objects are from a real cluster."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.pods.views import pod_view
from k8stui.control.truth.jobs import jobs_by_owner
from k8stui.control.zenml.jobs import BEFORE_ITS_STEPS, DYNAMIC, NO_STEPS, TRIED_AGAIN, is_orchestrator
from k8stui.control.zenml.views import run_view, steps_of, summary_view
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from tests.unit.control.zenml.recorded import objects


def run_of(found: list[dict[str, Any]]) -> RunView:
    jobs = [one for one in found if one["kind"] == "Job"]
    pods = [one for one in found if one["kind"] == "Pod"]
    (job,) = [one for one in jobs if is_orchestrator(one)]
    owners = {one["metadata"]["uid"]: one["metadata"]["ownerReferences"][0]["uid"] for one in pods}
    steps = steps_of(job, jobs_by_owner(jobs))
    view = run_view(job, steps, list(map(pod_view, pods)), owners)
    line = summary_view(job, steps)
    assert (line.run, line.state, line.total, line.created) == (view.run, view.state, view.total, view.created)
    return view


def test_a_run_that_succeeded_has_its_steps_in_order() -> None:
    run = run_of(objects("rich"))
    assert (run.pipeline, run.state, run.origin, run.namespace) == (
        "training_rich", RunState.SUCCEEDED, "zenml", run.namespace,
    )  # fmt: skip
    assert [(step.name, step.state, len(step.attempts)) for step in run.steps] == [
        ("load_data", StepState.SUCCEEDED, 1),
        ("train", StepState.SUCCEEDED, 1),
    ]
    assert run.finished is not None
    assert run.created is not None
    assert run.created < run.finished
    assert {pod.run for pod in run.pods} == {run.run}
    assert sorted(pod.step for pod in run.pods) == ["", "load_data", "train"]


def test_a_run_has_failed_although_its_orchestrators_job_is_complete() -> None:
    run = run_of(objects("failing"))
    assert run.run == "failing-2026_11_23-20_09_19_647933"
    assert (run.state, run.counts) == (RunState.FAILED, {"failed": 1, "succeeded": 1})
    (bad,) = [step for step in run.steps if step.name == "bad"]
    assert [(one.attempt, one.state) for one in bad.attempts] == [(1, StepState.FAILED), (2, StepState.FAILED)]
    assert run.why == "step bad: exit code 1"


def test_an_eviction_is_told_while_the_pod_is_there() -> None:
    run = run_of(objects("evicted-by-kubelet"))
    assert (run.state, run.steps[0].state, run.steps[0].disruptions) == (RunState.FAILED, StepState.FAILED, 1)
    assert run.why.startswith("step a: Evicted: ")


@pytest.mark.parametrize(
    ("name", "state"), [("evicted-goes-on", RunState.RUNNING), ("evicted-by-api", RunState.FAILED)]
)
def test_where_the_pod_is_gone_that_is_said(name: str, state: RunState) -> None:
    run = run_of(objects(name))
    assert (run.state, run.steps[0].state) == (state, StepState.FAILED)
    assert run.steps[0].why == "BackoffLimitExceeded: Job has reached the specified backoff limit; its pod is gone"


def test_a_run_without_the_jobs_of_its_steps_is_not_called_a_success() -> None:
    left = [one for one in objects("failing") if one["kind"] == "Job" and is_orchestrator(one)]
    run = run_of(left)
    assert (run.state, run.why, run.total) == (RunState.STOPPED, NO_STEPS, 0)


def test_a_step_whose_pod_has_succeeded_is_not_tried_again() -> None:
    found = objects("rich")
    for one in found:
        if one["kind"] == "Job" and (is_orchestrator(one) or one["metadata"]["labels"]["step_name"] == "train"):
            one["status"] = {"startTime": one["status"]["startTime"], "uncountedTerminatedPods": {}}
    assert [step.state for step in run_of(found).steps] == [StepState.SUCCEEDED, StepState.RUNNING]


def test_a_step_that_its_orchestrator_lost_makes_the_run_no_success() -> None:
    found = objects("rich")
    (load,) = [
        one for one in found if one["kind"] == "Job" and one["metadata"]["labels"].get("step_name") == "load_data"
    ]
    ended = load["status"]
    load["status"] = {"active": 1, "failed": 2, "startTime": ended["startTime"]}
    run = run_of(found)
    assert (run.state, run.why) == (RunState.RUNNING, BEFORE_ITS_STEPS.format(step="load_data"))

    load["status"] = {**ended, "completionTime": "2126-11-23T20:07:43Z"}
    run = run_of(found)
    assert (run.state, run.why) == (RunState.STOPPED, BEFORE_ITS_STEPS.format(step="load_data"))


def dynamic() -> dict[str, Any]:
    """The Job of a dynamic pipeline's orchestrator, which runs the steps itself."""
    (job,) = [one for one in objects("rich") if one["kind"] == "Job" and is_orchestrator(one)]
    (container,) = job["spec"]["template"]["spec"]["containers"]
    container["command"] = ["python", "-m", "zenml.entrypoints.entrypoint"]
    container["args"] = ["--entrypoint_config_source", DYNAMIC, "--snapshot_id", "8641336c-8a8f-4d16-90af-7dba93de9303"]
    return job


def test_a_dynamic_pipelines_run_ends_as_its_orchestrator_does() -> None:
    job = dynamic()
    assert (run_of([job]).state, run_of([job]).pipeline) == (RunState.SUCCEEDED, "training_rich")
    job["status"]["failed"] = 1
    assert (run_of([job]).state, run_of([job]).why) == (RunState.STOPPED, TRIED_AGAIN)
    failed = {"type": "Failed", "status": "True", "reason": "PodFailurePolicy"}
    job["status"] = {"conditions": [failed], "failed": 1}
    assert (run_of([job]).state, run_of([job]).why) == (RunState.FAILED, "its orchestrator failed (PodFailurePolicy)")
