"""What a run is really doing is told even when its master is gone."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.pods.views import pod_view
from k8stui.control.runs.reading import UnrecordedError, unrecorded
from k8stui.control.truth import records
from k8stui.control.truth.correcting import true_run, true_state
from k8stui.control.truth.jobs import JobFacts, job_facts
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView
from tests.unit.control.samples import CREATED, EVICTED, RUN, RUNNING, container, plan, pod, record

LIVING = JobFacts(exists=True)


def told(state: RunState = RunState.RUNNING, **status: StepStatus) -> RunView:
    shape = plan(("load", ()), ("train", ("load",)))
    return records.run_view(record(state, status=status), plan=shape, status=status, outputs={})


def seen(run: RunView, *pods: dict[str, Any], job: JobFacts = LIVING, request: str = "") -> RunView:
    return true_run(run, job, [pod_view(one) for one in pods], request=request, now=CREATED + 100)


@pytest.mark.parametrize(
    ("job", "request_", "state", "words"),
    [
        (LIVING, "", RunState.RUNNING, ""),
        (LIVING, "stop", RunState.STOPPING, "stop"),
        (JobFacts(), "", RunState.STOPPED, "Job was deleted"),
        (
            JobFacts(exists=True, outcome="failed", why="BackoffLimitExceeded"),
            "",
            RunState.FAILED,
            "BackoffLimitExceeded",
        ),
        (JobFacts(exists=True, outcome="complete"), "", RunState.FAILED, "without saying"),
        (JobFacts(exists=True, suspended=True), "", RunState.PAUSED, f"k8stui runs resume {RUN}"),
        (JobFacts(exists=True, suspended=True), "pause", RunState.PAUSED, f"k8stui runs resume {RUN}"),
        (LIVING, "pause", RunState.RUNNING, "it pauses as soon as"),
    ],
)
def test_the_job_says_whether_a_run_can_still_go_on(job: JobFacts, request_: str, state: RunState, words: str) -> None:
    found, why = true_state(told(), job, request=request_, now=CREATED + 100)
    assert found is state
    assert words in why


def test_an_ended_run_stays_as_its_record_says() -> None:
    assert true_state(told(RunState.SUCCEEDED), JobFacts(), request="stop", now=CREATED)[0] is RunState.SUCCEEDED


def test_a_step_of_a_run_that_is_being_stopped_runs_until_its_pod_has_ended() -> None:
    run = told(load=StepStatus(StepState.RUNNING, [Attempt(1, f"{RUN}-load-1", StepState.RUNNING)]))
    deleted = pod("load", **RUNNING)
    deleted["metadata"]["deletionTimestamp"] = "2026-11-24T04:01:00Z"
    assert seen(run, deleted, request="stop").steps[0].state is StepState.RUNNING
    assert seen(run, deleted).steps[0].state is StepState.EVICTED


def test_a_paused_run_goes_on_once_nobody_asks_for_the_pause_any_more() -> None:
    paused, suspended = told(RunState.PAUSED), JobFacts(exists=True, suspended=True)
    assert true_state(paused, LIVING, request="pause", now=CREATED)[0] is RunState.PAUSED
    assert true_state(paused, suspended, request="", now=CREATED)[0] is RunState.PAUSED
    assert true_state(paused, LIVING, request="", now=CREATED)[0] is RunState.RUNNING


def test_a_young_run_without_a_job_is_being_submitted() -> None:
    run = told(RunState.PENDING)
    assert true_state(run, JobFacts(), request="", now=CREATED + 2)[0] is RunState.PENDING
    assert true_state(run, JobFacts(), request="", now=CREATED + 60)[0] is RunState.STOPPED
    assert true_state(run, JobFacts(), request="", now=CREATED + 2, claimed=True)[0] is RunState.STOPPED


def test_job_facts_read_conditions_suspension_and_deletion() -> None:
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}
    assert job_facts({"metadata": {}, "status": {"conditions": [failed]}}).why == "BackoffLimitExceeded: too often"
    assert job_facts({"metadata": {}, "spec": {"suspend": True}}).suspended
    assert not job_facts({"metadata": {"deletionTimestamp": "x"}}).exists
    assert not job_facts(None).exists


def test_a_pod_is_shown_before_the_record_knows_of_it() -> None:
    run = seen(told(), pod("load", **RUNNING))
    assert run.steps[0].state is StepState.RUNNING
    assert [attempt.pod for attempt in run.steps[0].attempts] == [f"{RUN}-load-1"]
    assert run.counts == {"running": 1, "waiting": 1}
    assert seen(told(RunState.PENDING), pod("load", **RUNNING)).state is RunState.RUNNING


def test_a_step_that_handed_over_has_ended_whatever_its_pod_still_says() -> None:
    done = StepStatus(StepState.SUCCEEDED, [Attempt(1, f"{RUN}-load-1", StepState.SUCCEEDED)])
    run = seen(told(load=done), pod("load", **RUNNING))
    assert run.steps[0].state is StepState.SUCCEEDED
    assert run.steps[0].attempts[0].state is StepState.SUCCEEDED


def test_an_evicted_attempt_keeps_its_step_alive() -> None:
    status = StepStatus(StepState.RUNNING, [Attempt(1, f"{RUN}-load-1", StepState.RUNNING)])
    run = seen(told(load=status), pod("load", **EVICTED))
    assert run.steps[0].state is StepState.EVICTED
    assert run.steps[0].attempts[0].reason == "Evicted"


def test_what_a_failed_pod_means_is_left_to_the_master() -> None:
    status = StepStatus(StepState.RETRYING, [Attempt(1, f"{RUN}-load-1", StepState.FAILED)], failures=1)
    failed: dict[str, Any] = {"phase": "Failed", "containerStatuses": container({"terminated": {"exitCode": 1}})}
    assert seen(told(load=status), pod("load", **failed)).steps[0].state is StepState.RETRYING


def test_steps_of_a_run_whose_master_is_gone_are_told_as_ended() -> None:
    status = StepStatus(StepState.RUNNING, [Attempt(1, f"{RUN}-load-1", StepState.RUNNING)])
    deleted = seen(told(load=status), job=JobFacts())
    assert [step.state for step in deleted.steps] == [StepState.STOPPED, StepState.STOPPED]
    failed = seen(told(load=status), job=JobFacts(exists=True, outcome="failed"))
    assert [step.state for step in failed.steps] == [StepState.STOPPED, StepState.SKIPPED]


def test_a_pending_step_says_why() -> None:
    unschedulable = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes: gpu"}
    waiting = pod("load", phase="Pending", conditions=[unschedulable])
    del waiting["spec"]["nodeName"]
    step = seen(told(), waiting).steps[0]
    assert (step.state, step.why) == (StepState.QUEUED, "Unschedulable: 0/1 nodes: gpu")


def test_a_master_that_cannot_start_is_told() -> None:
    stuck = container({"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}, names.MASTER_CONTAINER)
    run = seen(
        told(RunState.PENDING),
        pod("m", component=names.COMPONENT_ORCHESTRATOR, phase="Pending", containerStatuses=stuck),
    )
    assert "ImagePullBackOff: no such image" in run.why


def test_a_step_that_waits_for_room_without_a_pod_keeps_its_reason() -> None:
    status = StepStatus(StepState.QUEUED, why="waiting for room in the quota")
    step = seen(told(load=status)).steps[0]
    assert (step.state, step.why, step.attempts) == (StepState.QUEUED, "waiting for room in the quota", ())


def test_the_reason_of_an_earlier_state_goes_with_it() -> None:
    status = StepStatus(StepState.STARTING, [Attempt(1, f"{RUN}-load-1")], why="ContainerCreating")
    step = seen(told(load=status), pod("load", **RUNNING)).steps[0]
    assert (step.state, step.why) == (StepState.RUNNING, "")


def test_what_a_step_said_stays_when_its_pod_knows_more_of_its_end() -> None:
    said = Attempt(1, "p", StepState.RUNNING, progress=0.64, metrics={"loss": 0.21}, reported=CREATED + 5)
    run = told(train=StepStatus(StepState.RUNNING, [said]))
    (attempt,) = seen(run, pod("train", **EVICTED)).steps[1].attempts
    assert (attempt.state, attempt.progress, attempt.metrics) == (StepState.EVICTED, 0.64, {"loss": 0.21})
    done: dict[str, Any] = {"phase": "Succeeded", "containerStatuses": container({"terminated": {"exitCode": 0}})}
    (attempt,) = seen(run, pod("train", **done)).steps[1].attempts
    assert (attempt.state, attempt.progress, attempt.metrics) == (StepState.SUCCEEDED, None, {"loss": 0.21})


@pytest.mark.parametrize(
    ("labels", "status", "told"),
    [
        ({names.LABEL_SCHEDULE: "nightly"}, {}, ""),
        ({names.LABEL_MANAGED_BY: names.MANAGER}, {}, ""),
        (
            {names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_SCHEDULE: "nightly"},
            {},
            "its orchestrator has not started",
        ),
        (
            {names.LABEL_MANAGED_BY: names.MANAGER, names.LABEL_SCHEDULE: "nightly"},
            {"conditions": [{"type": "Failed", "status": "True", "reason": "DeadlineExceeded"}]},
            "no record, and its Job has ended (DeadlineExceeded).",
        ),
    ],
)
def test_only_a_job_of_a_schedule_may_have_a_run_without_a_record(
    labels: dict[str, str], status: dict[str, Any], told: str
) -> None:
    found = unrecorded({"metadata": {"name": RUN, "labels": labels}, "status": status})
    assert (told in found.message) if found and told else (found is None and not told)
    assert isinstance(found, UnrecordedError) is ("not started" in told)
