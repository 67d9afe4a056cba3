"""Why a run does not do what it should: the worst first, and at the end how far it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from k8stui.control.diagnosis.finding import Level
from k8stui.control.diagnosis.runs import diagnose_run
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.truth.correcting import true_run
from k8stui.control.truth.jobs import JobFacts
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from tests.unit.control.diagnosis.samples import event
from tests.unit.control.diagnosis.sights import NOW, ended, sight, unplaced
from tests.unit.control.samples import RUN, RUNNING, container, plan, pod


def master(**status: Any) -> dict[str, Any]:
    return pod("m", component=names.COMPONENT_ORCHESTRATOR, **status)


MASTER = master(phase="Running", containerStatuses=container({"running": {}}, names.MASTER_CONTAINER))


def judged(seen: Sight, job: JobFacts) -> Sight:
    return replace(seen, run=true_run(seen.run, job, seen.run.pods, request="", now=NOW))


def test_a_run_that_is_fine_says_how_far_it_is() -> None:
    started = Attempt(1, f"{RUN}-clean-1", StepState.RUNNING, node="node-3", started=NOW - 124)
    running = StepStatus(StepState.RUNNING, [started])
    seen = sight(MASTER, pod("clean", **RUNNING), load=StepStatus(StepState.SUCCEEDED), clean=running)
    (found,) = diagnose_run(seen)
    assert found.subject == f"run {RUN}"
    assert found.sentence == "running: 1 of 4 steps done, clean started 2m04s ago on node-3"
    assert found.level is Level.FINE


def test_the_root_of_a_failure_comes_first_and_its_consequences_not_at_all() -> None:
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, "ValueError: no rows (etl.py:7)")], failures=1)
    skipped = StepStatus(StepState.SKIPPED, why="step load did not succeed")
    seen = sight(state=RunState.FAILED, load=load, clean=StepStatus(StepState.SUCCEEDED), train=skipped, report=skipped)
    first, last = diagnose_run(seen)
    assert (first.subject, first.sentence) == ("step load", "failed: ValueError: no rows (etl.py:7)")
    assert last.sentence.startswith("failed: 1 of 4 steps done, 1 failed, 2 skipped")


def test_worse_comes_before_bad() -> None:
    failed = StepStatus(StepState.FAILED, [Attempt(1, "gone", StepState.FAILED, message="ValueError: x")])
    found = diagnose_run(sight(MASTER, unplaced(), clean=failed))
    assert [(one.subject, one.level) for one in found] == [
        ("step clean", Level.FAILED),
        ("step load", Level.STUCK),
        (f"run {RUN}", Level.FINE),
    ]


def test_steps_in_the_same_trouble_are_told_once() -> None:
    shape = plan(*((f"part-{number}", ()) for number in range(40)))
    seen = sight(MASTER, *(unplaced(f"part-{number}") for number in range(40)), shape=shape)
    first, _ = diagnose_run(seen)
    assert first.subject == "step part-0 and 39 more"


def test_an_ordinary_start_is_not_worth_a_word() -> None:
    starting = StepStatus(StepState.STARTING, [Attempt(1, f"{RUN}-load-1", created=NOW - 3)])
    assert len(diagnose_run(sight(MASTER, load=starting))) == 1
    late = StepStatus(StepState.STARTING, [Attempt(1, f"{RUN}-load-1", created=NOW - 60)])
    assert len(diagnose_run(sight(MASTER, load=late))) == 2


def test_a_start_that_went_wrong_is_told_at_once() -> None:
    waiting = container({"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'}})
    why = 'CreateContainerConfigError: secret "db" not found'
    starting = StepStatus(StepState.STARTING, [Attempt(1, f"{RUN}-load-1", created=NOW - 3)], why=why)
    first, _ = diagnose_run(sight(MASTER, pod("load", phase="Pending", containerStatuses=waiting), load=starting))
    assert first.sentence == "starting: Secret db does not exist"


def test_an_orchestrator_without_an_image_is_the_first_thing_told() -> None:
    waiting = {"waiting": {"reason": "ErrImagePull", "message": "dial tcp 10.0.0.9:443: connection refused"}}
    stuck = master(phase="Pending", containerStatuses=container(waiting, names.MASTER_CONTAINER))
    first, _ = diagnose_run(sight(stuck, state=RunState.PENDING))
    assert first.subject == f"orchestrator of {RUN}"
    assert first.sentence.endswith("cannot be pulled: the node cannot reach its registry")
    assert first.level is Level.STUCK


def test_an_orchestrators_pod_that_a_quota_keeps_out() -> None:
    refusal = (
        'Error creating: pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    )
    seen = replace(sight(state=RunState.PENDING), job_events=(event("FailedCreate", refusal),))
    first, _ = diagnose_run(seen)
    assert first.sentence == "queued: quota q of the namespace is used up (pods: 1 of 1 used, 1 more asked for)"


def test_an_orchestrator_that_is_refused_in_vain_is_stuck() -> None:
    refusal = 'Error creating: pods is forbidden: error looking up service account ml/g: serviceaccount "g" not found'
    seen = replace(sight(state=RunState.PENDING), job_events=(event("FailedCreate", refusal),))
    first, _ = diagnose_run(seen)
    assert (first.level, first.sentence) == (Level.STUCK, "queued: service account g does not exist in the namespace")


def test_a_suspended_job_is_told_with_what_resumes_it() -> None:
    first, _ = diagnose_run(judged(sight(), JobFacts(exists=True, suspended=True)))
    assert first.sentence == "paused: its Job is suspended, so no orchestrator runs"
    assert first.advice == f"Resume it: k8stui runs resume {RUN}"


def test_an_orchestrator_that_failed_for_good_is_told_with_its_last_pod() -> None:
    oom = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
    dead = master(phase="Failed", containerStatuses=container(oom, names.MASTER_CONTAINER))
    job = JobFacts(exists=True, outcome="failed", why="BackoffLimitExceeded: too often")
    first, last = diagnose_run(judged(sight(dead), job))
    assert "BackoffLimitExceeded" in first.sentence
    assert "used more memory than it may have" in first.sentence
    assert last.sentence.startswith("failed: 0 of 4 steps done")


def test_an_orchestrator_that_failed_once_is_started_again() -> None:
    dead = master(phase="Failed", containerStatuses=container({"terminated": {"exitCode": 1}}, names.MASTER_CONTAINER))
    first, _ = diagnose_run(sight(dead))
    assert first.sentence.startswith(
        f"restarting: its last pod {RUN}-m-1 failed: exit code 1; Kubernetes starts another"
    )
    assert first.level is Level.WAITING


def test_a_stopped_run_has_nothing_to_explain_but_who_ended_it() -> None:
    (found,) = diagnose_run(judged(sight(), JobFacts()))
    assert found.sentence.startswith("stopped: its Job was deleted before it ended, 0 of 4 steps done")
    assert found.level is Level.FINE


def test_a_step_pod_of_the_run_that_runs_is_no_trouble() -> None:
    assert len(diagnose_run(sight(MASTER, pod("load", **RUNNING)))) == 1
