"""Why a step does not do what it should: its attempts, its budgets, its parents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from k8stui.control.diagnosis.finding import Diagnosis, Level
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.steps import diagnose_step, roots
from k8stui.incluster.contract.protocol import Plan, Retry
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from tests.unit.control.diagnosis.sights import DAG, NOW, ended, sight, unplaced
from tests.unit.control.samples import EVICTED, RUN, RUNNING, container, plan, pod


def told(seen: Sight, step: str) -> Diagnosis:
    return diagnose_step(seen, seen.step(step))


def with_budgets(*, retries: int = 0, disruptions: int = 3) -> Plan:
    shape = plan(*DAG)
    first = replace(shape.steps[0], retry=Retry(max_retries=retries), disruption_budget=disruptions)
    return replace(shape, steps=(first, *shape.steps[1:]))


def test_a_running_step_is_fine() -> None:
    found = told(sight(pod("load", **RUNNING)), "load")
    assert (found.subject, found.level) == ("step load", Level.FINE)
    assert found.sentence.startswith("running: on node node-1 for ")


def test_a_step_whose_pod_finds_no_node() -> None:
    found = told(sight(unplaced()), "load")
    assert found.level is Level.STUCK
    assert found.sentence == (
        "queued: the only node does not take it: it has the taint gpu=only, which it does not tolerate"
    )
    assert "pod_settings.tolerations" in found.advice


def test_a_waiting_step_names_its_open_parents_and_the_root_of_it_all() -> None:
    seen = sight(unplaced(), clean=StepStatus(StepState.SUCCEEDED))
    found = told(seen, "report")
    assert found.sentence.startswith("waiting: for train; load is queued (the only node does not take it")
    assert found.level is Level.STUCK
    assert [step.name for step in roots(seen, seen.step("report"))] == ["load"]


def test_a_step_that_waits_for_its_own_parent_says_so_directly() -> None:
    found = told(sight(unplaced(), clean=StepStatus(StepState.SUCCEEDED)), "train")
    assert found.sentence.startswith("waiting: for load; which is queued (")


def test_the_worst_of_several_roots_is_named() -> None:
    seen = sight(pod("load", **RUNNING), unplaced("clean"))
    assert "; clean is queued (" in told(seen, "report").sentence
    assert [step.name for step in roots(seen, seen.step("report"))] == ["load", "clean"]


def test_a_step_that_waits_for_one_that_runs_only_waits() -> None:
    seen = sight(pod("load", **RUNNING), clean=StepStatus(StepState.SUCCEEDED))
    found = told(seen, "train")
    assert (found.level, found.advice) == (Level.WAITING, "")
    assert found.sentence.startswith("waiting: for load; which is running (on node node-1 for ")


def test_a_skipped_step_names_the_failure_at_the_root() -> None:
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, "ValueError: no rows (etl.py:7)")], failures=1)
    skipped = StepStatus(StepState.SKIPPED, why="step load did not succeed")
    seen = sight(state=RunState.FAILED, load=load, clean=StepStatus(StepState.SUCCEEDED), train=skipped, report=skipped)
    assert told(seen, "report").sentence == "skipped: step load failed: ValueError: no rows (etl.py:7)"


def test_a_failure_whose_pod_is_gone_is_told_from_the_record() -> None:
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, "exit code 137, OOMKilled", exit_code=137)])
    found = told(sight(load=load), "load")
    assert found.sentence.startswith("failed: its container used more memory than it may have and was killed")


def test_the_limit_of_a_pod_that_is_gone_is_known_from_the_plan() -> None:
    template = {"spec": {"containers": [{"name": "step", "resources": {"limits": {"memory": "64Mi"}}}]}}
    shape = replace(plan(*DAG), templates=(template,))
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, "exit code 137, OOMKilled", exit_code=137)])
    assert "more memory than its limit of 64Mi" in told(sight(shape=shape, load=load), "load").sentence


def test_what_a_container_left_behind_is_told_from_the_record() -> None:
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, "exit code 7, out of luck", exit_code=7)])
    assert told(sight(load=load), "load").sentence == "failed: exit code 7: out of luck"


def test_a_failure_after_retries_counts_the_attempts() -> None:
    attempts = [ended(StepState.FAILED, "RuntimeError: never", number=number) for number in (1, 2)]
    load = StepStatus(StepState.FAILED, attempts, failures=2)
    assert told(sight(load=load), "load").sentence == "failed: RuntimeError: never, in the last of 2 attempts"


def test_a_step_that_is_tried_again_says_when_and_how_often_it_may() -> None:
    attempt = ended(StepState.FAILED, "RuntimeError: not yet (train.py:3)")
    load = StepStatus(StepState.RETRYING, [attempt], failures=1, not_before=NOW + 25)
    found = told(sight(shape=with_budgets(retries=3), load=load), "load")
    assert found.sentence == ("retrying: RuntimeError: not yet (train.py:3); attempt 2 starts in 25s, retry 1 of 3")
    assert found.level is Level.WAITING


def test_an_evicted_step_says_how_many_disruptions_are_left() -> None:
    attempt = ended(StepState.EVICTED, "Eviction API: evicting", reason="EvictionByEvictionAPI", node="node-1")
    load = StepStatus(StepState.EVICTED, [attempt], disruptions=2, not_before=NOW)
    found = told(sight(load=load), "load")
    assert found.sentence.startswith(
        "evicted: somebody evicted it, as kubectl drain and autoscalers do; attempt 2 starts"
    )
    assert found.sentence.endswith("disruption 2 of 3 that it may meet")


def test_an_eviction_is_told_by_its_pod_while_that_is_there() -> None:
    status = StepStatus(StepState.RUNNING, [Attempt(1, f"{RUN}-load-1", StepState.RUNNING)])
    found = told(sight(pod("load", **EVICTED), load=status), "load")
    assert found.sentence.startswith("evicted: node node-1 evicted it: node was low on memory; attempt 2 starts now")


def test_a_disruption_budget_that_is_used_up() -> None:
    attempts = [ended(StepState.EVICTED, reason="deleted", number=number) for number in (1, 2)]
    load = StepStatus(StepState.FAILED, attempts, disruptions=2)
    found = told(sight(shape=with_budgets(disruptions=1), load=load), "load")
    assert found.sentence == ("failed: it was disrupted 2 times, more than its budget of 1; last: its pod was deleted")
    assert "backoff_limit_margin" in found.advice


def test_max_parallelism_is_named_with_who_holds_the_places() -> None:
    shape = replace(plan(*DAG), max_parallelism=1)
    clean = StepStatus(StepState.QUEUED, why="1 pods are the most at a time")
    found = told(sight(pod("load", **RUNNING), shape=shape, clean=clean), "clean")
    assert found.sentence == "queued: max_parallelism allows 1 at a time, held by load"
    assert (found.level, "Raise max_parallelism" in found.advice) == (Level.WAITING, True)


def test_the_same_words_without_max_parallelism_mean_a_quota() -> None:
    clean = StepStatus(StepState.QUEUED, why="1 pods are the most at a time")
    found = told(sight(pod("load", **RUNNING), clean=clean), "clean")
    assert found.sentence == "queued: the namespace's quota lets 1 in at a time, held by load"


def test_a_pod_that_a_quota_refuses_is_waited_for() -> None:
    why = 'pods "x" is forbidden: exceeded quota: two-pods, requested: pods=1, used: pods=2, limited: pods=2'
    found = told(sight(load=StepStatus(StepState.QUEUED, why=why)), "load")
    assert found.sentence.startswith("queued: quota two-pods of the namespace is used up (pods: 2 of 2 used")
    assert found.level is Level.WAITING


def test_a_pod_that_is_refused_for_good() -> None:
    why = 'its pod was refused: pods "x" is forbidden: maximum cpu usage per Container is 1, but limit is 4'
    found = told(sight(load=StepStatus(StepState.FAILED, why=why)), "load")
    assert found.sentence.startswith("failed: its pod was refused: the namespace's limit range does not allow it")
    assert found.level is Level.FAILED


@pytest.mark.parametrize("state", [StepState.SUCCEEDED, StepState.CACHED, StepState.STOPPED])
def test_what_ended_as_it_should_is_fine(state: StepState) -> None:
    assert told(sight(state=RunState.STOPPED, load=StepStatus(state)), "load").level is Level.FINE


@pytest.mark.parametrize(
    ("reason", "message", "words"),
    [
        (
            "CannotStart",
            "its pod can't start: InvalidImageName: couldn't parse image name",
            "its pod can't start: image of its container cannot be pulled: that is no valid name of an image",
        ),
        (
            "CannotStart",
            'its pod can\'t start: CreateContainerConfigError: secret "db" not found',
            "its pod can't start: Secret db does not exist",
        ),
        (
            "StartupTimeout",
            "its pod did not start within 600 s (Unschedulable: 0/2 nodes are available: 2 Insufficient cpu.)",
            "its pod did not start within 600 s: none of the 2 nodes takes it: all have too little free cpu",
        ),
        (
            "StartupTimeout",
            "its pod did not start within 5 s (ContainerCreating)",
            "its pod did not start within 5 s: ContainerCreating",
        ),
        ("StartupTimeout", "its pod did not start within 5 s", "its pod did not start within 5 s"),
        ("StepTimeout", "timed out after 60 s", "it timed out after 60 s"),
    ],
)
def test_an_attempt_that_the_orchestrator_gave_up(reason: str, message: str, words: str) -> None:
    load = StepStatus(StepState.FAILED, [ended(StepState.FAILED, message, reason=reason)])
    found = told(sight(load=load), "load")
    assert found.sentence.startswith(f"failed: {words}")
    assert found.level is Level.FAILED


def test_a_pod_that_is_replaced_because_it_did_not_start_counts_its_own_retries() -> None:
    attempt = ended(StepState.FAILED, "its pod did not start within 5 s", reason="StartupTimeout")
    load = StepStatus(StepState.RETRYING, [attempt], startups=2, not_before=NOW + 10)
    assert told(sight(load=load), "load").sentence.endswith("attempt 2 starts in 10s, retry 2 of 3")


def test_a_container_that_cannot_be_made() -> None:
    status = container({"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'}})
    found = told(sight(pod("load", phase="Pending", containerStatuses=status)), "load")
    assert found.sentence == "starting: Secret db does not exist"
