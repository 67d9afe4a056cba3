"""The scheduler's rules, one claim each."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.incluster.actions import Create, Delete
from k8stui.incluster.budgets import DELETED_DELAY, Refusal
from k8stui.incluster.outcome import outcome
from k8stui.incluster.progress import Progress
from k8stui.incluster.protocol import StepPlan
from k8stui.incluster.record import StepStatus
from k8stui.incluster.report import FAILED, SUCCEEDED, Report
from k8stui.incluster.room import DELAYS as QUOTA_DELAYS
from k8stui.incluster.scheduler import Scheduler
from k8stui.incluster.states import RunState, StepState

from .samples import NOW, ended, facts, plan, pod_name, retries, step

OK = Report(SUCCEEDED)


def scheduler(*steps: StepPlan, limit: int = 0) -> Scheduler:
    return Scheduler(plan(*steps, max_parallelism=limit))


def started(made: Scheduler, now: float = NOW) -> list[tuple[str, int]]:
    """What is created now; each pod is there at once."""
    found = [(action.step, action.attempt) for action in made.decide(now) if isinstance(action, Create)]
    for name, attempt in found:
        made.created(name, facts(name, attempt, running=False), now)
    return found


def state(made: Scheduler, name: str) -> StepState:
    return made.steps[name].state


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


class TestReports:
    def test_a_report_ends_the_step_before_its_pod_does(self) -> None:
        made = scheduler(step("a", outputs=("x",)), step("b", "a"))
        started(made)
        assert made.reported("a", 1, Report(SUCCEEDED, results={"x": 1}), NOW) == ""
        assert made.results == {"a": {"x": 1}}
        assert started(made) == [("b", 1)]

    def test_the_same_report_again_changes_nothing(self) -> None:
        made = scheduler(step("a"), step("b", "a"))
        started(made)
        assert [made.reported("a", 1, OK, NOW) for _ in range(2)] == ["", ""]
        assert started(made) == [("b", 1)]
        assert started(made) == []

    def test_a_report_of_an_earlier_attempt_does_not_count(self) -> None:
        made = scheduler(step("a", retry=retries(1)))
        started(made)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        started(made)
        assert made.reported("a", 1, OK, NOW) != ""
        assert state(made, "a") is StepState.STARTING

    def test_a_success_told_after_the_attempt_was_judged_a_failure_does_not_count(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        assert made.reported("a", 1, OK, NOW) != ""
        assert state(made, "a") is StepState.FAILED

    def test_results_that_were_taken_stand_whatever_the_pod_says_later(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.reported("a", 1, OK, NOW)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        assert state(made, "a") is StepState.SUCCEEDED
        assert made.steps["a"].attempts[0].exit_code == 1
        assert any("the results stand" in sentence for _, sentence in made.notes)

    def test_a_reported_failure_carries_the_runners_words(self) -> None:
        made = scheduler(step("a"))
        started(made)
        error = {"type": "ValueError", "message": "no rows", "where": "train.py:12"}
        made.reported("a", 1, Report(FAILED, error=error), NOW)
        assert made.steps["a"].why == "ValueError: no rows (train.py:12)"

    def test_a_termination_message_is_as_good_as_a_report(self) -> None:
        made = scheduler(step("a", outputs=("x",)))
        started(made)
        made.pod_seen("a", ended("a", report=Report(SUCCEEDED, results={"x": [1]})), NOW)
        assert made.results == {"a": {"x": [1]}}

    def test_the_runner_tells_how_long_it_took(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.reported("a", 1, Report(SUCCEEDED, seconds=1.5), NOW)
        attempt = made.steps["a"].attempts[0]
        assert (attempt.started, attempt.finished) == (NOW - 1.5, NOW)


HALF = Progress(0.5, {"loss": 0.25})


class TestProgress:
    def test_it_stands_at_the_running_attempt_and_is_no_change_of_state(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.touched.clear()
        made.told("a", 1, HALF, NOW + 7)
        attempt = made.steps["a"].attempts[0]
        assert (attempt.progress, attempt.metrics, attempt.reported) == (0.5, {"loss": 0.25}, NOW + 7)
        assert (made.progressed, made.touched) == ({"a"}, set())

    def test_of_an_attempt_that_is_not_the_current_one_it_does_not_count(self) -> None:
        made = scheduler(step("a", retry=retries(1)))
        made.told("a", 1, HALF, NOW)
        assert made.steps["a"].attempts == []
        started(made)
        made.told("a", 2, HALF, NOW)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        made.told("a", 1, HALF, NOW)
        started(made, NOW + 1)
        made.told("a", 1, HALF, NOW)
        assert [(one.progress, one.metrics) for one in made.steps["a"].attempts] == [(None, {}), (None, {})]
        assert made.progressed == set()

    def test_after_the_end_of_its_step_it_does_not_count(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.reported("a", 1, OK, NOW)
        made.told("a", 1, HALF, NOW)
        assert (made.steps["a"].attempts[0].metrics, made.progressed) == ({}, set())

    def test_a_failed_attempt_keeps_what_it_said_last_and_the_next_begins_without(self) -> None:
        made = scheduler(step("a", retry=retries(1)))
        started(made)
        made.told("a", 1, HALF, NOW)
        made.reported("a", 1, Report(FAILED, said={"progress": 0.7, "metrics": {"loss": 0.2}}), NOW)
        made.pod_seen("a", ended("a", exit_code=1), NOW)
        started(made, NOW + 1)
        first, second = made.steps["a"].attempts
        assert (first.progress, first.metrics, second.progress, second.metrics) == (0.7, {"loss": 0.2}, None, {})

    def test_an_attempt_never_ends_before_it_began_whatever_the_clock_of_its_node_says(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.pod_seen("a", facts("a", started=NOW + 600), NOW + 1)
        made.pod_gone("a", facts("a", started=NOW + 600, deleting=True), NOW + 2)
        attempt = made.steps["a"].attempts[0]
        assert (attempt.state, attempt.started, attempt.finished) == (StepState.EVICTED, NOW + 600, NOW + 600)

    def test_an_evicted_attempt_keeps_what_it_said(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.told("a", 1, HALF, NOW)
        made.pod_seen("a", ended("a", exit_code=137, disrupted=True, eviction=True, reason="Evicted"), NOW)
        assert made.steps["a"].attempts[0].progress == 0.5

    def test_a_success_has_metrics_and_no_progress_any_more(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.told("a", 1, HALF, NOW)
        made.reported("a", 1, Report(SUCCEEDED, said={"progress": 0.9, "metrics": {"loss": 0.1}}), NOW)
        attempt = made.steps["a"].attempts[0]
        assert (attempt.progress, attempt.metrics) == (None, {"loss": 0.1})

    def test_the_next_master_knows_it_and_takes_more(self) -> None:
        made = scheduler(step("a"))
        started(made)
        made.told("a", 1, HALF, NOW + 7)
        record = {name: StepStatus.from_json(one.to_json()) for name, one in made.steps.items()}
        following = scheduler(step("a"))
        following.restore(record, {})
        following.pod_seen("a", facts("a"), NOW + 8)
        attempt = following.steps["a"].attempts[0]
        assert (attempt.progress, attempt.metrics, attempt.reported) == (0.5, {"loss": 0.25}, NOW + 7)
        following.told("a", 1, Progress(0.6), NOW + 9)
        assert attempt.progress == 0.6


class TestRefusals:
    def refuse(self, made: Scheduler, name: str, now: float = NOW) -> None:
        made.refused(name, 1, "exceeded quota: pods", Refusal.QUOTA, now)

    def test_a_refused_step_waits_for_room_without_having_made_an_attempt(self) -> None:
        made = scheduler(step("a"), step("b"))
        made.decide(NOW)
        made.created("a", facts("a"), NOW)
        self.refuse(made, "b")
        assert (state(made, "b"), made.steps["b"].attempts) == (StepState.QUEUED, [])
        assert "exceeded quota" in made.steps["b"].why

    def test_the_end_of_a_pod_ends_the_wait_at_once(self) -> None:
        made = scheduler(step("a"), step("b"))
        made.decide(NOW)
        made.created("a", facts("a"), NOW)
        self.refuse(made, "b")
        made.pod_seen("a", ended("a"), NOW)
        assert started(made) == [("b", 1)]

    def test_one_pod_at_a_time_probes_whether_there_is_room_again(self) -> None:
        made = scheduler(*(step(name) for name in "abcd"))
        made.decide(NOW)
        for name in "abcd":
            self.refuse(made, name)
        later = NOW + QUOTA_DELAYS[1]
        assert len(made.decide(later)) == 1
        assert made.decide(later + 0.1) == []

    def test_a_probe_in_flight_does_not_keep_the_master_awake(self) -> None:
        made = scheduler(*(step(name) for name in "abcd"))
        made.decide(NOW)
        for name in "abcd":
            self.refuse(made, name)
        later = NOW + QUOTA_DELAYS[1]
        made.decide(later)
        wake = made.wake_at()
        assert wake is not None
        assert wake > later

    def test_a_probe_that_is_let_in_brings_the_others_one_by_one(self) -> None:
        made = scheduler(*(step(name) for name in "abcd"))
        made.decide(NOW)
        for name in "abcd":
            self.refuse(made, name)
        found = []
        for _ in range(4):
            found += started(made, NOW + QUOTA_DELAYS[1])
        assert sorted(found) == [("a", 1), ("b", 1), ("c", 1), ("d", 1)]

    def test_the_wait_grows_but_not_beyond_its_most(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        for count in range(2000):
            self.refuse(made, "a", NOW + 10 * count)
            wake = made.wake_at()
            assert wake is not None
            assert QUOTA_DELAYS[0] <= wake - (NOW + 10 * count) <= QUOTA_DELAYS[1]
            made.decide(NOW + 10 * count + QUOTA_DELAYS[1])

    def test_refused_for_good_the_step_has_failed(self) -> None:
        made = scheduler(step("a"), step("b", "a"))
        made.decide(NOW)
        made.refused("a", 1, "spec.x: Invalid value", Refusal.FINAL, NOW)
        assert outcome(made.steps)[0] is RunState.FAILED
        assert "Invalid value" in outcome(made.steps)[1]
        assert made.over

    def test_refused_by_a_quota_while_stopping_it_is_stopped_not_failed(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.stop()
        made.decide(NOW)
        self.refuse(made, "a")
        assert (made.over, outcome(made.steps)[0]) == (True, RunState.STOPPED)


class TestCreated:
    def test_what_a_watch_told_before_the_answer_to_our_request_stands(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.pod_seen("a", facts("a"), NOW)
        made.created("a", facts("a", running=False, node=""), NOW)
        assert state(made, "a") is StepState.RUNNING

    def test_the_answer_after_the_pods_end_takes_no_place(self) -> None:
        made = scheduler(step("a"), step("b"), limit=1)
        made.decide(NOW)
        made.pod_seen("a", ended("a"), NOW)
        made.created("a", facts("a", running=False, node=""), NOW)
        assert state(made, "a") is StepState.SUCCEEDED
        assert started(made) == [("b", 1)]

    def test_the_same_event_twice_changes_nothing(self) -> None:
        made = scheduler(step("a", retry=retries(5)))
        started(made)
        for _ in range(2):
            made.pod_seen("a", ended("a", exit_code=1), NOW)
        assert made.steps["a"].failures == 1


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
