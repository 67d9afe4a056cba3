"""Pods that the API server refuses, and answers that come out of order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from k8stui.incluster.contract.outcome import outcome
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.scheduling.actions import Create, Delete
from k8stui.incluster.scheduling.budgets import Refusal
from k8stui.incluster.scheduling.room import DELAYS as QUOTA_DELAYS
from k8stui.incluster.scheduling.scheduler import Scheduler
from tests.unit.incluster.samples import NOW, ended, facts, retries, step
from tests.unit.incluster.scheduling.starting import scheduler, started, state


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

    def test_made_once_more_after_its_end_it_is_deleted_once_and_counts_for_nothing(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.pod_seen("a", facts("a"), NOW)
        made.pod_gone("a", facts("a"), NOW)
        again = replace(facts("a"), uid="another")
        for _ in range(2):
            made.pod_seen("a", again, NOW)
        assert made.decide(NOW) == [Delete(again.name, "another")]
        made.pod_seen("a", replace(again, ended=True, exit_code=0), NOW)
        made.pod_gone("a", again, NOW)
        assert made.decide(NOW) == []
        assert [attempt.state for attempt in made.steps["a"].attempts] == [StepState.EVICTED]
        assert made.steps["a"].attempts[0].uid == facts("a").uid

    def test_made_once_more_before_its_end_was_told_it_is_deleted_and_the_first_one_counts_as_gone(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.pod_seen("a", facts("a"), NOW)
        made.pod_seen("a", replace(facts("a"), uid="another"), NOW)
        assert made.decide(NOW) == [Delete(facts("a").name, "another")]
        assert made.steps["a"].disruptions == 1
        assert made.decide(NOW + 60) == [Create("a", 2)]

    def test_one_that_was_known_by_its_name_alone_is_deleted_when_it_comes_after_the_end(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.pod_gone("a", replace(facts("a"), uid=""), NOW)
        made.pod_seen("a", facts("a"), NOW)
        assert made.decide(NOW) == [Delete(facts("a").name, facts("a").uid)]

    @pytest.mark.parametrize("why", list(Refusal))
    def test_a_late_refusal_takes_nothing_from_an_attempt_that_was_made(self, why: Refusal) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.pod_seen("a", facts("a"), NOW)
        made.refused("a", 1, "no", why, NOW)
        assert (state(made, "a"), len(made.steps["a"].attempts)) == (StepState.RUNNING, 1)
        made.pod_gone("a", facts("a"), NOW)
        made.refused("a", 1, "no", why, NOW)
        assert made.steps["a"].attempts[0].state is StepState.EVICTED
        assert made.decide(NOW + 60) == [Create("a", 2)]

    def test_a_pause_has_not_come_while_one_is_to_be_deleted(self) -> None:
        made = scheduler(step("a"))
        made.decide(NOW)
        made.pod_seen("a", facts("a"), NOW)
        made.paused = True
        made.pod_seen("a", replace(facts("a"), uid="another"), NOW)
        assert not made.resting
        made.decide(NOW)
        assert made.resting

    def test_the_same_event_twice_changes_nothing(self) -> None:
        made = scheduler(step("a", retry=retries(5)))
        started(made)
        for _ in range(2):
            made.pod_seen("a", ended("a", exit_code=1), NOW)
        assert made.steps["a"].failures == 1
