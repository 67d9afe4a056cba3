"""Pods that do not start, or take too long: what is held against them, who pays, and when the next one comes."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.incluster.contract.outcome import outcome
from k8stui.incluster.contract.podfacts import PodFacts
from k8stui.incluster.contract.protocol import Startup, StepPlan
from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.master.creators import refusal
from k8stui.incluster.master.kube import KubeError
from k8stui.incluster.scheduling.actions import Action, Create, Delete
from k8stui.incluster.scheduling.budgets import Refusal
from k8stui.incluster.scheduling.judging import GRACE
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.wire.report import FAILED, SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, facts, plan, pod_name, retries, step

QUICK = Startup(timeout=60, max_retries=2, delay=10, backoff=2)


def scheduler(*steps: StepPlan, **fields: Any) -> Scheduler:
    return Scheduler(plan(*steps, **fields))


def waiting(name: str, attempt: int = 1, **more: Any) -> PodFacts:
    """A pod whose container has not started."""
    return facts(name, attempt, running=False, **more)


def act(made: Scheduler, now: float = NOW, **more: Any) -> list[Action]:
    """What is done now; each pod that is created is there at once, and waits."""
    actions = made.decide(now)
    for action in actions:
        if isinstance(action, Create):
            made.created(action.step, waiting(action.step, action.attempt, **more), now)
    return actions


def delete(name: str, attempt: int = 1) -> Delete:
    return Delete(pod_name(name, attempt), "uid-" + pod_name(name, attempt), judged=True)


def restored(made: Scheduler, *steps: StepPlan) -> Scheduler:
    """What the next master knows from the record."""
    following = scheduler(*steps)
    following.restore({name: StepStatus.from_json(one.to_json()) for name, one in made.steps.items()}, {})
    return following


def spent(made: Scheduler, name: str) -> tuple[int, int, int]:
    status = made.steps[name]
    return status.failures, status.disruptions, status.startups


class TestStartupTimeout:
    def test_a_pod_that_does_not_start_in_time_is_deleted(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made, node="")
        assert made.wake_at() == NOW + 60
        assert act(made, NOW + 59.9) == []
        assert act(made, NOW + 60) == [delete("a")]

    def test_news_of_the_waiting_pod_do_not_move_its_deadline(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made)
        made.pod_seen("a", waiting("a", reason="ErrImagePull"), NOW + 30)
        made.pod_seen("a", waiting("a", reason="ImagePullBackOff"), NOW + 59)
        assert act(made, NOW + 60) == [delete("a")]

    def test_the_next_pod_comes_when_the_first_is_gone_and_its_delay_is_over(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made)
        act(made, NOW + 60)
        assert act(made, NOW + 100) == []
        made.pod_gone("a", waiting("a", deleting=True), NOW + 100)
        assert made.wake_at() == NOW + 110
        assert act(made, NOW + 110) == [Create("a", 2)]

    def test_the_delay_grows_by_its_factor(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        now = NOW
        act(made, now)
        for attempt, delay in ((1, 10), (2, 20)):
            now += 60
            act(made, now)
            made.pod_gone("a", waiting("a", attempt, deleting=True), now)
            assert made.wake_at() == now + delay
            now += delay
            assert act(made, now) == [Create("a", attempt + 1)]

    def test_it_is_paid_from_the_startup_budget_alone(self) -> None:
        made = scheduler(step("a", startup=QUICK, retry=retries(0), disruption_budget=0))
        act(made)
        act(made, NOW + 60)
        made.pod_gone("a", waiting("a", deleting=True), NOW + 60)
        assert spent(made, "a") == (0, 0, 1)
        assert made.steps["a"].state is StepState.RETRYING

    def test_beyond_the_budget_the_step_has_failed_and_tells_what_the_pod_waited_for(self) -> None:
        made = scheduler(step("a", startup=Startup(60, 1, 0, 1), retry=retries(5)))
        for attempt in (1, 2):
            now = NOW + 100 * attempt
            act(made, now)
            made.pod_seen("a", waiting("a", attempt, node="", reason="Unschedulable", message="0/3 nodes"), now)
            act(made, now + 60)
            made.pod_gone("a", waiting("a", attempt, deleting=True), now + 60)
        told = "no pod started in 2 tries; last: its pod did not start within 60 s (Unschedulable: 0/3 nodes)"
        assert outcome(made.steps) == (RunState.FAILED, f"step a failed: {told}")

    def test_a_pod_that_starts_in_time_has_no_deadline_any_more(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made)
        made.pod_seen("a", facts("a"), NOW + 59)
        assert (act(made, NOW + 1000), made.wake_at()) == ([], None)
        assert made.steps["a"].attempts[0].deadline is None

    def test_a_success_that_came_before_the_deletion_stands(self) -> None:
        made = scheduler(step("a", startup=QUICK), step("b", "a"))
        act(made)
        act(made, NOW + 60)
        made.reported("a", 1, Report(SUCCEEDED), NOW + 61)
        made.pod_gone("a", ended("a", exit_code=143, deleting=True, disrupted=True), NOW + 62)
        assert act(made, NOW + 62) == [Create("b", 1)]
        attempt = made.steps["a"].attempts[0]
        assert (attempt.state, attempt.reason, spent(made, "a")) == (StepState.SUCCEEDED, "", (0, 0, 0))

    def test_a_pod_that_a_person_deletes_is_a_disruption(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made)
        made.pod_seen("a", waiting("a", deleting=True), NOW + 59)
        assert act(made, NOW + 60) == []
        made.pod_gone("a", waiting("a", deleting=True), NOW + 61)
        assert spent(made, "a") == (0, 1, 0)

    def test_the_deadline_survives_the_master(self) -> None:
        one = step("a", startup=QUICK)
        made = scheduler(one)
        act(made)
        following = restored(made, one)
        following.pod_seen("a", waiting("a"), NOW + 40)
        assert following.wake_at() == NOW + 60

    def test_a_verdict_survives_the_master_that_saw_the_pod_go(self) -> None:
        one = step("a", startup=QUICK)
        made = scheduler(one)
        act(made)
        act(made, NOW + 60)
        following = restored(made, one)
        following.missing("a", NOW + 61)
        assert spent(following, "a") == (0, 0, 1)

    def test_a_verdict_whose_deletion_was_lost_with_the_master_is_carried_out_by_the_next(self) -> None:
        one = step("a", startup=QUICK)
        made = scheduler(one)
        act(made)
        act(made, NOW + 60)
        following = restored(made, one)
        following.pod_seen("a", waiting("a"), NOW + 70)
        assert act(following, NOW + 70) == [delete("a")]

    def test_a_stopped_run_is_not_kept_awake_by_deadlines(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made)
        made.stop()
        made.decide(NOW)
        made.pod_seen("a", waiting("a"), NOW)
        made.decide(NOW + 60)
        wake = made.wake_at()
        assert wake is None or wake > NOW + 60


class TestRefused:
    def test_a_refusal_that_passes_is_paid_from_the_startup_budget(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        made.decide(NOW)
        made.refused("a", 1, "no account yet", Refusal.PASSING, NOW)
        assert (spent(made, "a"), made.wake_at()) == ((0, 0, 1), NOW + 10)
        assert act(made, NOW + 10) == [Create("a", 1)]

    def test_beyond_the_budget_the_step_has_failed(self) -> None:
        made = scheduler(step("a", startup=Startup(60, 1, 0, 1)))
        for _ in range(2):
            made.decide(NOW)
            made.refused("a", 1, "no account yet", Refusal.PASSING, NOW)
        assert made.over
        assert "no account yet" in outcome(made.steps)[1]

    def test_a_quota_costs_no_budget_however_often_it_refuses(self) -> None:
        made = scheduler(step("a", startup=Startup(60, 0, 0, 1)))
        for count in range(20):
            made.decide(NOW + 10 * count)
            made.refused("a", 1, "exceeded quota", Refusal.QUOTA, NOW + 10 * count)
        assert spent(made, "a") == (0, 0, 0)
        assert not made.over


class TestHopeless:
    def test_what_nothing_can_mend_ends_the_pod_at_once(self) -> None:
        made = scheduler(step("a"))
        act(made, reason="InvalidImageName", message="couldn't parse")
        assert made.decide(NOW) == [delete("a")]

    def test_what_may_pass_has_a_moment(self) -> None:
        made = scheduler(step("a"))
        act(made, reason="CreateContainerConfigError")
        assert made.wake_at() == NOW + GRACE
        made.pod_seen("a", waiting("a", reason="CreateContainerConfigError", message="told again"), NOW + 9)
        assert act(made, NOW + GRACE) == [delete("a")]

    def test_what_passed_is_forgotten(self) -> None:
        made = scheduler(step("a", startup=QUICK))
        act(made, reason="CreateContainerConfigError")
        made.pod_seen("a", waiting("a"), NOW + 5)
        assert act(made, NOW + GRACE) == []
        assert made.wake_at() == NOW + 60

    def test_the_step_fails_with_the_reason_whatever_its_retries(self) -> None:
        made = scheduler(step("a", retry=retries(5), startup=QUICK), step("b", "a"))
        act(made, reason="InvalidImageName", message="couldn't parse")
        made.decide(NOW)
        made.pod_gone("a", waiting("a", deleting=True), NOW)
        assert made.over
        told = "its pod can't start: InvalidImageName: couldn't parse"
        assert outcome(made.steps) == (RunState.FAILED, f"step a failed: {told}")
        assert spent(made, "a") == (1, 0, 0)

    @pytest.mark.parametrize("reasons", [(), ("ErrImagePull",)])
    def test_only_what_the_settings_name_is_hopeless(self, reasons: tuple[str, ...]) -> None:
        made = scheduler(step("a", hopeless=reasons, startup=QUICK))
        act(made, reason="InvalidImageName")
        assert act(made, NOW + GRACE) == []


class TestStepTimeout:
    def running(self, **fields: Any) -> Scheduler:
        made = scheduler(step("a", timeout=60, **fields))
        act(made)
        made.pod_seen("a", facts("a", started=NOW), NOW + 5)
        return made

    def test_a_step_over_its_time_has_its_pod_deleted(self) -> None:
        made = self.running()
        assert act(made, NOW + 64.9) == []
        assert act(made, NOW + 65) == [delete("a")]

    def test_it_is_a_failure_of_its_own(self) -> None:
        made = self.running()
        act(made, NOW + 65)
        made.pod_seen("a", ended("a", exit_code=143, deleting=True, disrupted=True), NOW + 66)
        assert spent(made, "a") == (1, 0, 0)
        assert outcome(made.steps) == (RunState.FAILED, "step a failed: timed out after 60 s")

    def test_its_retries_pay_and_each_attempt_has_its_own_time(self) -> None:
        made = self.running(retry=retries(1))
        act(made, NOW + 65)
        made.pod_gone("a", facts("a", deleting=True), NOW + 70)
        assert act(made, NOW + 70) == [Create("a", 2)]
        made.pod_seen("a", facts("a", 2), NOW + 71)
        assert act(made, NOW + 130) == []
        assert act(made, NOW + 131) == [delete("a", 2)]

    def test_waiting_for_its_start_does_not_count(self) -> None:
        made = scheduler(step("a", timeout=60))
        act(made)
        assert act(made, NOW + 500) == []
        made.pod_seen("a", facts("a"), NOW + 500)
        assert made.wake_at() == NOW + 560

    def test_the_deadline_survives_the_master(self) -> None:
        one = step("a", timeout=60)
        following = restored(self.running(), one)
        following.pod_seen("a", facts("a", started=NOW), NOW + 30)
        assert following.wake_at() == NOW + 65

    def test_a_failure_that_the_step_told_before_its_end_stands(self) -> None:
        made = self.running()
        act(made, NOW + 65)
        error = {"type": "ValueError", "message": "no rows"}
        made.reported("a", 1, Report(FAILED, error=error), NOW + 65)
        assert made.steps["a"].why == "ValueError: no rows"
        assert made.steps["a"].attempts[0].reason == ""

    def test_a_node_with_a_wrong_clock_costs_no_time(self) -> None:
        made = scheduler(step("a", timeout=60))
        act(made)
        made.pod_seen("a", facts("a", started=NOW - 600), NOW)
        assert made.wake_at() == NOW + 60


class TestPause:
    def test_parallel_steps_start_apart(self) -> None:
        made = scheduler(*(step(name) for name in "abc"), startup_pause=5.0)
        assert act(made) == [Create("a", 1)]
        assert made.wake_at() == NOW + 5
        assert act(made, NOW + 4.9) == []
        assert act(made, NOW + 5) == [Create("b", 1)]
        assert act(made, NOW + 5) == []
        assert act(made, NOW + 10) == [Create("c", 1)]

    def test_who_waits_is_told_why(self) -> None:
        made = scheduler(step("a"), step("b"), startup_pause=5.0)
        act(made)
        assert (made.steps["b"].state, made.steps["b"].why) == (
            StepState.QUEUED,
            "parallel steps start 5 s apart",
        )

    def test_a_step_that_nothing_runs_beside_starts_at_once(self) -> None:
        made = scheduler(step("a"), step("b", "a"), startup_pause=5.0)
        act(made)
        made.reported("a", 1, Report(SUCCEEDED), NOW + 1)
        assert act(made, NOW + 1) == [Create("b", 1)]

    def test_a_full_run_is_not_woken_for_it(self) -> None:
        made = scheduler(step("a"), step("b"), startup_pause=5.0, max_parallelism=1)
        act(made)
        made.pod_seen("a", facts("a"), NOW)
        assert act(made, NOW + 5) == []
        assert made.wake_at() is None


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (403, "pods x is forbidden: exceeded quota: few", Refusal.QUOTA),
        (409, 'Operation cannot be fulfilled on resourcequotas "few": the object has been modified', Refusal.QUOTA),
        (
            403,
            'pods x is forbidden: error looking up service account ml/a: serviceaccount "a" not found',
            Refusal.PASSING,
        ),
        (403, "pods is forbidden: User u cannot create", Refusal.FINAL),
        (422, "spec.x: Invalid value", Refusal.FINAL),
    ],
)
def test_a_refusal_is_told_by_the_answer_of_the_api(status: int, message: str, expected: Refusal) -> None:
    error = KubeError(status, "", message)
    assert refusal(error) is expected
    assert error.why in message
