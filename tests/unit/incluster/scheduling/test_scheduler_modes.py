"""Failure modes, the time of a run, and hooks: what ends a run before its steps have, and what follows its end."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.incluster.contract.modes import FAIL_FAST, STOP_ON_FAILURE
from k8stui.incluster.contract.protocol import ON_FAILURE, ON_SUCCESS, StepPlan
from k8stui.incluster.contract.record import StepStatus, Summary
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.scheduling.actions import Action, Create, Delete
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, facts, plan, pod_name, retries, step

OK = Report(SUCCEEDED)
HOOKS = (step("cheer", hook=ON_SUCCESS), step("mourn", hook=ON_FAILURE))


def scheduler(*steps: StepPlan, **fields: Any) -> Scheduler:
    return Scheduler(plan(*steps, **fields))


def act(made: Scheduler, now: float = NOW) -> list[Action]:
    """What is done now; each pod that is created is there at once, and runs."""
    actions = made.decide(now)
    for action in actions:
        if isinstance(action, Create):
            made.created(action.step, facts(action.step, action.attempt, started=now), now)
    return actions


def delete(name: str, attempt: int = 1) -> Delete:
    return Delete(pod_name(name, attempt), "uid-" + pod_name(name, attempt), judged=True)


def fail(made: Scheduler, name: str, attempt: int = 1, now: float = NOW) -> None:
    made.pod_seen(name, ended(name, attempt, exit_code=1), now)


def killed(name: str) -> Any:
    return ended(name, exit_code=143, deleting=True, disrupted=True)


def states(made: Scheduler) -> dict[str, str]:
    return {name: status.state.value for name, status in made.steps.items()}


def restored(made: Scheduler) -> Scheduler:
    """What the next master knows from the record."""
    following = Scheduler(made.plan)
    following.restore({name: StepStatus.from_json(one.to_json()) for name, one in made.steps.items()}, {})
    summary = Summary(timed_out=made.timed_out)
    made.clock.note(summary, NOW, paused=False)
    following.resume(summary, NOW)
    return following


class TestFailFast:
    def begun(self) -> Scheduler:
        made = scheduler(step("a"), step("b"), step("c", "b"), step("d", retry=retries(1)), failure_mode=FAIL_FAST)
        act(made)
        return made

    def test_the_first_failure_deletes_what_runs_and_skips_the_rest(self) -> None:
        made = self.begun()
        fail(made, "a")
        assert act(made) == [delete("b"), delete("d")]
        for name in "bd":
            made.pod_seen(name, killed(name), NOW)
        assert made.over
        assert states(made) == {"a": "failed", "b": "stopped", "c": "skipped", "d": "stopped"}
        assert made.steps["c"].why == made.steps["b"].why == "step a failed (fail_fast)"
        assert made.outcome() == (RunState.FAILED, "step a failed: exit code 1")

    def test_the_pod_of_the_failed_step_and_its_log_are_left_alone(self) -> None:
        made = self.begun()
        error = {"type": "ValueError", "message": "no rows"}
        made.reported("a", 1, Report("failed", error=error), NOW)
        assert act(made) == [delete("b"), delete("d")]

    def test_a_failure_that_is_tried_again_is_not_the_first(self) -> None:
        made = self.begun()
        fail(made, "d")
        assert act(made) == [Create("d", 2)]

    def test_a_step_that_still_succeeds_keeps_its_success(self) -> None:
        made = self.begun()
        fail(made, "a")
        act(made)
        made.reported("b", 1, OK, NOW)
        assert (made.steps["b"].state, made.steps["c"].state) == (StepState.SUCCEEDED, StepState.SKIPPED)

    def test_the_next_master_goes_on_with_it(self) -> None:
        made = self.begun()
        fail(made, "a")
        following = restored(made)
        for name in "bd":
            following.pod_seen(name, facts(name), NOW)
        assert act(following) == [delete("b"), delete("d")]


class TestStopOnFailure:
    def test_nothing_new_starts_and_what_runs_may_finish(self) -> None:
        made = scheduler(step("a"), step("b"), step("c", "b"), step("d"), failure_mode=STOP_ON_FAILURE)
        act(made)
        fail(made, "a")
        assert act(made) == []
        assert states(made) == {"a": "failed", "b": "running", "c": "skipped", "d": "running"}
        made.reported("b", 1, OK, NOW)
        made.reported("d", 1, OK, NOW)
        assert act(made) == []
        assert made.over
        assert made.outcome()[0] is RunState.FAILED

    def test_what_runs_gets_no_further_attempts(self) -> None:
        made = scheduler(step("a"), step("b", retry=retries(3)), step("c"), failure_mode=STOP_ON_FAILURE)
        act(made)
        fail(made, "a")
        act(made)
        fail(made, "b")
        made.pod_gone("c", facts("c"), NOW)
        assert act(made, NOW + 60) == []
        assert states(made) == {"a": "failed", "b": "failed", "c": "stopped"}
        assert made.outcome()[0] is RunState.FAILED

    def test_a_step_that_waits_for_its_retry_is_stopped(self) -> None:
        made = scheduler(step("a"), step("b", retry=retries(3, delay=60)), failure_mode=STOP_ON_FAILURE)
        act(made)
        fail(made, "b")
        fail(made, "a")
        act(made)
        assert (states(made), made.over, made.wake_at()) == ({"a": "failed", "b": "stopped"}, True, None)

    def test_the_time_of_what_runs_is_still_looked_after(self) -> None:
        made = scheduler(step("a"), step("b", timeout=60), failure_mode=STOP_ON_FAILURE)
        act(made)
        fail(made, "a")
        act(made)
        assert act(made, NOW + 60) == [delete("b")]

    def test_a_person_can_stop_what_still_runs(self) -> None:
        made = scheduler(step("a"), step("b"), failure_mode=STOP_ON_FAILURE)
        act(made)
        fail(made, "a")
        act(made)
        made.stop()
        assert act(made) == [Delete(pod_name("b"), "uid-" + pod_name("b"))]
        made.pod_seen("b", killed("b"), NOW)
        assert made.outcome() == (RunState.FAILED, "step a failed: exit code 1")


class TestRunTimeout:
    def begun(self, **fields: Any) -> Scheduler:
        made = scheduler(step("a"), step("b", "a"), *HOOKS, timeout=60, **fields)
        act(made)
        return made

    def test_a_run_over_its_time_is_wound_down_and_has_failed(self) -> None:
        made = self.begun()
        assert made.wake_at() == NOW + 60
        assert act(made, NOW + 60) == [delete("a")]
        made.pod_seen("a", killed("a"), NOW + 61)
        assert made.outcome() == (RunState.FAILED, "the run timed out after 60 s")
        assert states(made) == {"a": "stopped", "b": "skipped", "cheer": "waiting", "mourn": "waiting"}
        assert act(made, NOW + 61) == [Create("mourn", 1)]

    def test_the_hook_has_time_of_its_own(self) -> None:
        made = self.begun()
        act(made, NOW + 60)
        made.pod_seen("a", killed("a"), NOW + 61)
        act(made, NOW + 61)
        assert act(made, NOW + 600) == []
        made.reported("mourn", 1, OK, NOW + 601)
        assert made.over

    def test_a_run_that_succeeds_in_the_last_moment_has_succeeded(self) -> None:
        made = scheduler(step("a"), timeout=60)
        act(made)
        act(made, NOW + 60)
        made.reported("a", 1, OK, NOW + 60)
        assert made.outcome() == (RunState.SUCCEEDED, "")

    def test_the_time_counts_from_the_first_pod_across_masters(self) -> None:
        following = restored(self.begun())
        following.pod_seen("a", facts("a"), NOW + 10)
        assert following.wake_at() == NOW + 60

    def test_the_verdict_outlives_the_master_that_gave_it(self) -> None:
        made = self.begun()
        act(made, NOW + 60)
        made.pod_seen("a", killed("a"), NOW + 61)
        assert restored(made).outcome() == (RunState.FAILED, "the run timed out after 60 s")

    def test_it_also_ends_what_a_failure_let_finish(self) -> None:
        made = scheduler(step("a"), step("b"), timeout=60, failure_mode=STOP_ON_FAILURE)
        act(made)
        fail(made, "a")
        act(made)
        assert act(made, NOW + 60) == [delete("b")]


class TestHooks:
    def test_the_one_for_the_end_runs_after_it_and_the_other_is_skipped(self) -> None:
        made = scheduler(step("a"), *HOOKS)
        assert act(made) == [Create("a", 1)]
        made.reported("a", 1, OK, NOW)
        assert not made.over
        assert act(made) == [Create("cheer", 1)]
        assert states(made)["mourn"] == "skipped"
        made.reported("cheer", 1, OK, NOW)
        assert (made.over, made.outcome()) == (True, (RunState.SUCCEEDED, ""))

    @pytest.mark.parametrize("mode", ["continue_on_failure", STOP_ON_FAILURE, FAIL_FAST])
    def test_a_failed_run_calls_the_one_for_failures_whatever_its_mode(self, mode: str) -> None:
        made = scheduler(step("a"), step("b", "a"), *HOOKS, failure_mode=mode)
        act(made)
        fail(made, "a")
        assert act(made) == [Create("mourn", 1)]

    def test_its_failure_is_told_and_changes_nothing(self) -> None:
        made = scheduler(step("a"), *HOOKS, failure_mode=FAIL_FAST)
        act(made)
        made.reported("a", 1, OK, NOW)
        act(made)
        fail(made, "cheer")
        assert made.over
        assert made.outcome() == (RunState.SUCCEEDED, "hook cheer failed: exit code 1")

    def test_it_has_retries_like_any_step(self) -> None:
        made = scheduler(step("a"), step("mourn", hook=ON_FAILURE, retry=retries(1)), failure_mode=FAIL_FAST)
        act(made)
        fail(made, "a")
        act(made)
        fail(made, "mourn")
        assert act(made) == [Create("mourn", 2)]

    def test_a_stopped_run_calls_none(self) -> None:
        made = scheduler(step("a"), *HOOKS)
        act(made)
        made.stop()
        act(made)
        made.pod_seen("a", killed("a"), NOW)
        assert act(made) == []
        assert (made.over, made.outcome()[0]) == (True, RunState.STOPPED)

    def test_a_person_can_stop_it_and_the_run_ended_as_its_steps_did(self) -> None:
        made = scheduler(step("a"), *HOOKS)
        act(made)
        made.reported("a", 1, OK, NOW)
        made.pod_seen("a", ended("a"), NOW)
        act(made)
        made.stop()
        assert act(made) == [Delete(pod_name("cheer"), "uid-" + pod_name("cheer"))]
        made.pod_seen("cheer", killed("cheer"), NOW)
        assert (made.over, made.outcome()[0]) == (True, RunState.SUCCEEDED)

    def test_one_that_has_ended_is_not_called_again_by_the_next_master(self) -> None:
        made = scheduler(step("a"), *HOOKS)
        act(made)
        made.reported("a", 1, OK, NOW)
        act(made)
        following = restored(made)
        following.pod_seen("cheer", ended("cheer"), NOW)
        assert act(following) == []
        assert following.over
