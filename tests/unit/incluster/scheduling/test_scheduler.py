"""The scheduler's rules, one claim each."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.incluster.contract.outcome import outcome
from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.scheduling.actions import Delete
from k8stui.incluster.scheduling.budgets import DELETED_DELAY, Refusal
from k8stui.incluster.scheduling.room import DELAYS as QUOTA_DELAYS
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, facts, pod_name, retries, step
from tests.unit.incluster.scheduling.starting import OK, scheduler, started, state


class TestStarting:
    def test_roots_start_at_once_and_nothing_else(self) -> None:
        made = scheduler(step("a"), step("b"), step("c", "a"))
        assert started(made) == [("a", 1), ("b", 1)]
        assert state(made, "c") is StepState.WAITING

    def test_a_step_starts_when_its_last_parent_is_done(self) -> None:
        made = scheduler(step("a"), step("b"), step("join", "a", "b"))
        started(made)
        made.pod_seen("a", ended("a"), NOW)
        assert started(made) == []
        made.pod_seen("b", ended("b"), NOW)
        assert started(made) == [("join", 1)]

    def test_deciding_twice_starts_nothing_twice(self) -> None:
        made = scheduler(step("a"))
        started(made)
        assert made.decide(NOW + 100) == []

    def test_a_pod_without_a_node_is_queued_and_tells_why(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.pod_seen("a", facts("a", running=False, node="", reason="Unschedulable", message="0/3 nodes"), NOW)
        assert (state(made, "a"), made.steps["a"].why) == (StepState.QUEUED, "Unschedulable: 0/3 nodes")

    def test_a_running_container_makes_the_step_running(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.pod_seen("a", facts("a", started=NOW), NOW)
        assert state(made, "a") is StepState.RUNNING
        assert made.steps["a"].attempts[0].started == NOW

    def test_the_run_has_succeeded_when_every_step_has(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.reported("a", 1, OK, NOW)
        assert made.over
        assert outcome(made.steps) == (RunState.SUCCEEDED, "")


class TestParallelism:
    def test_no_more_pods_than_allowed(self) -> None:
        made = scheduler(step("a"), step("b"), step("c"), limit=2)
        assert started(made) == [("a", 1), ("b", 1)]
        assert state(made, "c") is StepState.QUEUED
        assert "2 pods" in made.steps["c"].why

    def test_a_pod_counts_until_its_container_has_ended_even_after_its_report(self) -> None:
        made = scheduler(step("a"), step("b"), limit=1)
        started(made)
        made.reported("a", 1, OK, NOW)
        assert started(made) == []
        made.pod_seen("a", ended("a"), NOW)
        assert started(made) == [("b", 1)]

    def test_a_late_look_at_a_pod_that_is_gone_takes_no_place(self) -> None:
        made = scheduler(step("a"), step("b"), limit=1)
        started(made)
        made.pod_seen("a", ended("a"), NOW)
        made.pod_gone("a", ended("a"), NOW)
        made.pod_seen("a", facts("a"), NOW)
        assert started(made) == [("b", 1)]

    def test_a_full_run_does_not_ask_to_be_woken_for_the_quota_that_once_refused(self) -> None:
        made = scheduler(step("a"), step("b"), step("c"), limit=1)
        made.decide(NOW)
        made.refused("a", 1, "exceeded quota", Refusal.QUOTA, NOW)
        later = NOW + QUOTA_DELAYS[1]
        assert len(started(made, later)) == 1
        wake = made.wake_at()
        assert wake is None or wake > later

    def test_what_a_step_costs_does_not_grow_with_how_many_wait(self) -> None:
        assert looks(600) / 600 < 1.5 * looks(60) / 60

    def test_those_that_become_ready_later_are_told_why_they_wait(self) -> None:
        made = scheduler(step("a"), step("b"), step("c"), step("d", "a"), step("e", "a"), limit=1)
        assert started(made) == [("a", 1)]
        made.reported("a", 1, Report(SUCCEEDED), NOW)
        made.pod_seen("a", ended("a"), NOW)
        assert started(made) == [("b", 1)]
        assert {made.steps[name].why for name in "cde"} == {"1 pods are the most at a time"}


def looks(steps: int) -> int:
    """How often a scheduler looks up a status in a fan whose steps run one by one."""
    made = scheduler(*(step(f"s{number}") for number in range(steps)), limit=1)
    counted = made.steps = Counting(made.steps)
    for number in range(steps):
        assert len(started(made)) == 1
        made.pod_seen(f"s{number}", ended(f"s{number}"), NOW)
        made.touched.clear()
    assert made.over
    return counted.looks


class Counting(dict[str, StepStatus]):
    """The steps' status, which counts how often one is looked up."""

    looks = 0

    def __getitem__(self, name: str) -> StepStatus:
        self.looks += 1
        return super().__getitem__(name)


class TestOwnFailures:
    @pytest.mark.parametrize(
        "pod",
        [
            ended("a", exit_code=1),
            ended("a", exit_code=137, reason="OOMKilled"),
            ended("a", exit_code=143),
            ended("a", exit_code=None, reason="DeadlineExceeded"),
        ],
        ids=["exit 1", "out of memory", "exit 143 by itself", "deadline"],
    )
    def test_are_paid_from_the_steps_own_retries(self, pod: object) -> None:
        made = scheduler(step("a", disruption_budget=5))
        started(made)
        made.pod_seen("a", pod, NOW)  # type: ignore[arg-type]  # parametrize knows no types
        assert state(made, "a") is StepState.FAILED
        assert (made.steps["a"].failures, made.steps["a"].disruptions) == (1, 0)

    def test_the_delay_grows_by_the_backoff(self) -> None:
        made = scheduler(step("a", retry=retries(2, delay=10, backoff=3)))
        started(made)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        assert (state(made, "a"), made.wake_at()) == (StepState.RETRYING, NOW + 10)
        assert started(made, NOW + 9.9) == []
        assert started(made, NOW + 10) == [("a", 2)]
        made.pod_seen("a", ended("a", 2, exit_code=1), NOW + 20)
        assert made.wake_at() == NOW + 50

    def test_after_the_last_retry_it_has_failed_and_says_why(self) -> None:
        made = scheduler(step("a", retry=retries(1)))
        for attempt in (1, 2):
            assert started(made) == [("a", attempt)]
            made.pod_seen("a", ended("a", attempt, exit_code=3), NOW)
        assert outcome(made.steps) == (RunState.FAILED, "step a failed: exit code 3")

    def test_descendants_are_skipped_and_the_rest_goes_on(self) -> None:
        made = scheduler(step("a"), step("b"), step("c", "a"), step("d", "c", "b"), step("e", "b"))
        started(made)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        made.pod_seen("b", ended("b"), NOW)
        assert started(made) == [("e", 1)]
        assert [state(made, name) for name in "cd"] == [StepState.SKIPPED] * 2
        assert not made.over
        made.pod_seen("e", ended("e"), NOW)
        assert made.over

    def test_a_python_step_that_ends_without_its_outputs_has_failed(self) -> None:
        made = scheduler(step("a", outputs=("model",)))
        started(made)
        made.pod_seen("a", ended("a"), NOW)
        assert (state(made, "a"), "model" in made.steps["a"].why) == (StepState.FAILED, True)


class TestDisruptions:
    @pytest.mark.parametrize("code", [137, 143, None])
    def test_are_paid_from_the_disruption_budget(self, code: int | None) -> None:
        made = scheduler(step("a"))
        started(made)
        evicted = ended("a", exit_code=code, disrupted=True, eviction=True, reason="Evicted", message="low on memory")
        made.pod_seen("a", evicted, NOW)
        assert state(made, "a") is StepState.EVICTED
        assert (made.steps["a"].failures, made.steps["a"].disruptions) == (0, 1)
        assert started(made) == [("a", 2)]

    def test_beyond_the_budget_the_step_has_failed(self) -> None:
        made = scheduler(step("a", disruption_budget=1, retry=retries(5)))
        for attempt in (1, 2):
            assert started(made) == [("a", attempt)]
            made.pod_seen("a", ended("a", attempt, 137, disrupted=True, eviction=True, reason="Preempting"), NOW)
        assert state(made, "a") is StepState.FAILED
        assert "Preempting" in made.steps["a"].why

    def test_a_deleted_pod_is_replaced_after_a_moment(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.pod_gone("a", facts("a"), NOW)
        assert started(made) == []
        assert started(made, NOW + DELETED_DELAY) == [("a", 2)]
        assert made.steps["a"].attempts[0].reason == "deleted"

    def test_a_pod_that_ended_and_then_is_gone_is_judged_once(self) -> None:
        made = scheduler(step("a", retry=retries(3)))
        started(made)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        made.pod_gone("a", ended("a", exit_code=1), NOW)
        assert (made.steps["a"].failures, made.steps["a"].disruptions) == (1, 0)


class TestStop:
    def test_what_runs_is_deleted_and_what_waits_is_stopped(self) -> None:
        made = scheduler(step("a"), step("b", "a"))
        started(made)
        made.stop()
        assert made.decide(NOW) == [Delete(pod_name("a"), "uid-" + pod_name("a"))]
        assert (state(made, "b"), made.over) == (StepState.STOPPED, False)

    def test_the_deleted_pods_end_is_the_steps_end(self) -> None:
        made = scheduler(step("a", retry=retries(5)))
        started(made)
        made.stop()
        made.decide(NOW)
        made.pod_seen("a", ended("a", exit_code=143, deleting=True, disrupted=True), NOW)
        assert state(made, "a") is StepState.STOPPED
        assert outcome(made.steps) == (RunState.STOPPED, "stopped on request")

    def test_each_pod_is_deleted_once(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.stop()
        made.decide(NOW)
        assert made.decide(NOW) == []

    def test_a_pod_whose_creation_is_under_way_is_deleted_when_it_is_there(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.stop()
        assert made.decide(NOW) == []
        made.created("a", facts("a"), NOW)
        assert made.decide(NOW) == [Delete(pod_name("a"), "uid-" + pod_name("a"))]

    def test_a_step_that_still_succeeds_keeps_its_success(self) -> None:
        made = scheduler(step("a"), step("b", "a"))
        started(made)
        made.stop()
        made.decide(NOW)
        made.reported("a", 1, OK, NOW)
        assert (state(made, "a"), state(made, "b")) == (StepState.SUCCEEDED, StepState.STOPPED)

    def test_what_the_stop_deletes_is_stopped_and_what_is_evicted_meanwhile_evicted(self) -> None:
        made = scheduler(step("a"), step("b"), step("c"))
        made.decide(NOW)
        for name in "abc":
            made.pod_seen(name, facts(name), NOW)
        made.stop()
        made.decide(NOW)
        made.pod_seen("a", ended("a", exit_code=143, deleting=True, disrupted=True), NOW)
        made.pod_gone("b", facts("b", deleting=True), NOW)
        evicted: dict[str, Any] = {"disrupted": True, "eviction": True, "reason": "Evicted"}
        made.pod_seen("c", ended("c", exit_code=137, **evicted), NOW)
        attempts = [made.steps[name].attempts[0] for name in "abc"]
        assert [one.state.value for one in attempts] == ["stopped", "stopped", "evicted"]
        assert [one.reason for one in attempts] == ["", "", "Evicted"]
        assert [made.steps[name].disruptions for name in "abc"] == [0, 0, 0]

    def test_a_step_that_waits_for_its_retry_is_stopped(self) -> None:
        made = scheduler(step("a", retry=retries(1, delay=60)))
        started(made)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        made.stop()
        made.decide(NOW)
        assert (state(made, "a"), made.wake_at()) == (StepState.STOPPED, None)

    def test_giving_up_ends_everything_at_once(self) -> None:
        made = scheduler(step("a"), step("b", "a"))
        started(made)
        made.give_up()
        assert (made.over, outcome(made.steps)[0]) == (True, RunState.STOPPED)
        assert made.steps["a"].attempts[0].state is StepState.STOPPED

    def test_giving_up_while_stopping_ends_what_still_runs(self) -> None:
        made = scheduler(step("a"), step("b", "a"))
        started(made)
        made.stop()
        made.decide(NOW)
        made.give_up()
        assert (made.over, state(made, "a")) == (True, StepState.STOPPED)
