"""What runners tell the scheduler: ends, results, and progress on the way."""

from __future__ import annotations

from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.wire.progress import Progress
from k8stui.incluster.wire.report import FAILED, SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, facts, retries, step
from tests.unit.incluster.scheduling.starting import OK, scheduler, started, state


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
