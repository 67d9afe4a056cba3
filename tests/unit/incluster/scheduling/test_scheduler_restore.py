"""A new master takes over: from the record, from receipts, and from the pods that are still there."""

from __future__ import annotations

from k8stui.incluster.contract.outcome import counts, outcome
from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.incluster.scheduling.actions import Create
from k8stui.incluster.scheduling.budgets import DELETED_DELAY
from k8stui.incluster.scheduling.scheduler import Scheduler
from k8stui.incluster.wire.report import SUCCEEDED, Report
from tests.unit.incluster.samples import NOW, ended, facts, plan, pod_name, retries, step


def status(state: StepState, attempts: int = 1, **more: object) -> StepStatus:
    """A step whose attempts were seen by the earlier master; all but the last were evicted."""
    made = [
        Attempt(number, f"{pod_name('x', number)}", StepState.EVICTED, uid=f"u{number}")
        for number in range(1, attempts + 1)
    ]
    if made:
        made[-1].state = state
    return StepStatus(state, made, **more)  # type: ignore[arg-type]  # the fields by their names


def restored(
    *steps: StepPlan, record: dict[str, StepStatus] | None = None, results: dict[str, dict[str, object]] | None = None
) -> Scheduler:
    made = Scheduler(plan(*steps))
    written = {name: StepStatus.from_json(one.to_json()) for name, one in (record or {}).items()}
    for name, one in written.items():
        for attempt in one.attempts:
            attempt.pod = pod_name(name, attempt.attempt)
            attempt.uid = attempt.uid and "uid-" + attempt.pod
    made.restore(written, results or {})
    return made


def creates(made: Scheduler, now: float = NOW) -> list[tuple[str, int]]:
    return [(action.step, action.attempt) for action in made.decide(now) if isinstance(action, Create)]


class TestRecord:
    def test_what_has_ended_is_not_run_again(self) -> None:
        made = restored(step("a"), step("b", "a"), record={"a": status(StepState.SUCCEEDED)})
        assert creates(made) == [("b", 1)]

    def test_an_empty_record_starts_from_the_beginning(self) -> None:
        assert creates(restored(step("a"), step("b", "a"))) == [("a", 1)]

    def test_retries_and_disruptions_go_on_counting(self) -> None:
        made = restored(step("a", retry=retries(1)), record={"a": status(StepState.RUNNING, 2, failures=1)})
        made.pod_seen("a", ended("a", 2, exit_code=1), NOW)
        assert outcome(made.steps)[0] is RunState.FAILED

    def test_a_delayed_retry_keeps_its_time(self) -> None:
        record = {"a": status(StepState.FAILED, failures=1)}
        record["a"].state, record["a"].not_before = StepState.RETRYING, NOW + 30
        made = restored(step("a", retry=retries(1)), record=record)
        assert (creates(made), made.wake_at()) == ([], NOW + 30)
        assert creates(made, NOW + 30) == [("a", 2)]

    def test_descendants_that_a_half_written_record_left_waiting_are_skipped(self) -> None:
        made = restored(step("a"), step("b", "a"), step("c", "b"), record={"a": status(StepState.FAILED)})
        assert made.over
        assert made.steps["c"].state is StepState.SKIPPED

    def test_a_step_that_the_plan_does_not_know_is_left_out(self) -> None:
        made = restored(step("a"), record={"gone": status(StepState.RUNNING)})
        assert counts(made.steps) == {"waiting": 1}


class TestPods:
    def test_a_pod_that_runs_is_taken_over(self) -> None:
        made = restored(step("a"), record={"a": status(StepState.STARTING)})
        made.pod_seen("a", facts("a"), NOW)
        assert creates(made) == []
        assert made.reported("a", 1, Report(SUCCEEDED), NOW) == ""
        assert made.over

    def test_a_pod_that_ended_in_between_tells_its_results(self) -> None:
        made = restored(step("a", outputs=("x",)), step("b", "a"), record={"a": status(StepState.RUNNING)})
        made.pod_seen("a", ended("a", report=Report(SUCCEEDED, results={"x": 7})), NOW)
        assert made.results["a"] == {"x": 7}
        assert creates(made) == [("b", 1)]

    def test_a_pod_made_after_the_last_record_is_adopted(self) -> None:
        made = restored(step("a", retry=retries(1)), record={"a": status(StepState.RUNNING)})
        made.pod_seen("a", facts("a", 2), NOW)
        assert creates(made) == []
        assert [attempt.attempt for attempt in made.steps["a"].attempts] == [1, 2]
        made.pod_seen("a", ended("a", 2), NOW)
        assert made.over

    def test_a_failed_pod_and_its_successor_are_not_followed_by_a_third(self) -> None:
        made = restored(step("a", retry=retries(5)))
        made.pod_seen("a", ended("a", 1, exit_code=1), NOW)
        made.pod_seen("a", facts("a", 2), NOW)
        assert creates(made) == []
        assert made.steps["a"].state is StepState.RUNNING

    def test_a_pod_that_was_seen_and_is_gone_is_a_disruption(self) -> None:
        made = restored(step("a"), record={"a": status(StepState.RUNNING)})
        made.missing("a", NOW)
        assert made.steps["a"].disruptions == 1
        assert creates(made, NOW + DELETED_DELAY) == [("a", 2)]

    def test_a_pod_that_was_written_down_but_never_made_costs_nothing(self) -> None:
        record = {"a": StepStatus(StepState.STARTING, [Attempt(1, pod_name("a"))])}
        made = restored(step("a", disruption_budget=0), record=record)
        made.missing("a", NOW)
        assert creates(made) == [("a", 1)]
        assert made.steps["a"].disruptions == 0


class TestReceipts:
    def test_a_receipt_ends_a_step_whose_pod_and_record_are_gone(self) -> None:
        made = restored(step("a", outputs=("x",)), step("b", "a"), record={"a": status(StepState.RUNNING)})
        made.succeeded_before("a", 1, {"x": 1})
        made.pod_seen("b", facts("b"), NOW)
        assert creates(made) == []
        assert made.results["a"] == {"x": 1}

    def test_a_receipt_names_an_attempt_that_no_record_knows(self) -> None:
        made = restored(step("a"), step("b", "a"))
        made.succeeded_before("a", 3, {})
        assert [(one.attempt, one.state) for one in made.steps["a"].attempts] == [(3, StepState.SUCCEEDED)]

    def test_all_steps_before_have_succeeded_too(self) -> None:
        made = restored(step("a", outputs=("x",)), step("b", "a"), step("c", "b"))
        made.succeeded_before("b", 1, {})
        made.pod_seen("c", facts("c"), NOW)
        assert creates(made) == []
        assert made.steps["a"].state is StepState.SUCCEEDED

    def test_results_are_kept_whatever_the_order_of_the_receipts(self) -> None:
        made = restored(step("a", outputs=("x",)), step("b", "a"), step("c", "b"))
        made.succeeded_before("b", 1, {})
        made.succeeded_before("a", 1, {"x": 5})
        assert made.results["a"] == {"x": 5}

    def test_the_pod_of_a_step_that_a_receipt_has_ended_is_shown_as_succeeded(self) -> None:
        made = restored(step("a"), step("b", "a"), step("c", "b"))
        made.succeeded_before("b", 1, {})
        made.pod_seen("a", ended("a"), NOW)
        assert made.steps["a"].attempts[0].state is StepState.SUCCEEDED

    def test_a_receipt_for_what_the_record_knows_changes_nothing(self) -> None:
        made = restored(
            step("a", outputs=("x",)),
            step("b", "a"),
            record={"a": status(StepState.SUCCEEDED)},
            results={"a": {"x": 1}},
        )
        made.succeeded_before("a", 1, {"x": 2})
        assert made.results == {"a": {"x": 1}}


class TestLostResults:
    def lost(self) -> Scheduler:
        return restored(step("a", outputs=("x",)), step("b", "a"), record={"a": status(StepState.SUCCEEDED)})

    def test_the_pod_tells_them_again(self) -> None:
        made = self.lost()
        made.pod_seen("a", ended("a", report=Report(SUCCEEDED, results={"x": 1})), NOW)
        assert made.results == {"a": {"x": 1}}
        assert creates(made) == [("b", 1)]

    def test_without_the_pod_the_step_runs_again_as_a_new_attempt(self) -> None:
        made = self.lost()
        made.missing("a", NOW)
        assert creates(made, NOW + DELETED_DELAY) == [("a", 2)]

    def test_a_later_step_that_waits_for_its_retry_waits_for_them(self) -> None:
        record = {"a": status(StepState.SUCCEEDED), "b": status(StepState.FAILED, failures=1)}
        record["b"].state = StepState.RETRYING
        made = restored(step("a", outputs=("x",)), step("b", "a", retry=retries(1)), record=record)
        assert creates(made) == []
        made.pod_seen("a", ended("a", report=Report(SUCCEEDED, results={"x": 1})), NOW)
        assert creates(made) == [("b", 2)]
