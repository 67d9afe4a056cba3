"""A pause: nothing starts, what runs may end, and nothing of it is lost."""

from __future__ import annotations

from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.scheduling.actions import Create
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, facts, plan, retries, step


def running(*steps: StepPlan) -> Scheduler:
    """A run whose first step runs."""
    made = Scheduler(plan(*steps))
    made.decide(NOW)
    made.pod_seen("a", facts("a"), NOW)
    return made


def test_what_runs_may_end_and_what_follows_waits() -> None:
    made = running(step("a"), step("b", "a"))
    made.paused = True
    assert not made.resting
    made.reported("a", 1, Report(SUCCEEDED), NOW)
    assert made.decide(NOW) == []
    assert not made.resting, "its container has not ended yet"
    made.pod_seen("a", ended("a"), NOW)
    assert made.resting
    assert made.steps["b"].state is StepState.WAITING


def test_a_resumed_run_starts_what_the_pause_held_back() -> None:
    made = running(step("a"), step("b", "a"))
    made.paused = True
    made.pod_seen("a", ended("a"), NOW)
    made.paused = False
    assert made.decide(NOW) == [Create("b", 1)]


def test_a_retry_that_comes_due_waits_without_waking_anybody() -> None:
    made = running(step("a", retry=retries(1, delay=5)))
    made.pod_seen("a", ended("a", exit_code=1), NOW)
    made.paused = True
    assert (made.decide(NOW + 10), made.wake_at()) == ([], None)
    made.paused = False
    assert made.decide(NOW + 10) == [Create("a", 2)]


def test_a_stop_counts_more_than_a_pause() -> None:
    made = running(step("a"), step("b", "a"))
    made.paused = True
    made.stop()
    made.decide(NOW)
    assert made.steps["b"].state is StepState.STOPPED
    assert not made.resting


def test_a_run_that_ends_meanwhile_has_ended_and_does_not_rest() -> None:
    made = running(step("a"))
    made.paused = True
    made.pod_seen("a", ended("a"), NOW)
    assert (made.over, made.resting) == (True, False)
