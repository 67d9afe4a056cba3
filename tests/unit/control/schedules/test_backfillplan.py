"""Which runs a backfill makes, and which it leaves out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.schedules.backfillplan import MOST, BackfillPlan, cautions, check_parallel, plan_backfill
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError
from k8stui.model.scheduleviews import FiringView, ScheduleView
from tests.chances import examples
from tests.unit.control.schedules.samples import at, schedule

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DAILY = schedule("nightly", "5 2 * * *", time_zone="Europe/Berlin")


def plan(
    view: ScheduleView = DAILY, start: str = "2026-11-20", end: str = "2026-11-25", *runs: FiringView
) -> BackfillPlan:
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    return plan_backfill(view, first, last, runs, NOW)


def test_the_times_are_those_it_should_have_fired_at_with_the_controllers_names() -> None:
    first, *_, last = plan().times
    assert (first.time, first.run) == (at("2026-11-20T01:05:00Z"), f"nightly-{int(at('2026-11-20T01:05:00Z')) // 60}")
    assert last.time == at("2026-11-24T01:05:00Z")
    assert [one.goes for one in plan().times] == [True] * 5


def test_both_ends_are_included() -> None:
    moment = "2026-11-20T01:05:00"
    assert [one.time for one in plan(DAILY, moment, moment).times] == [at(f"{moment}Z")]
    assert plan(DAILY, "2026-11-20T01:05:01", "2026-11-21T01:04:59").times == ()


def test_what_has_a_run_or_is_not_due_is_left_out_with_the_reason() -> None:
    known = plan().times[1].run
    found = plan(DAILY, "2026-11-20", "2026-11-27", FiringView(run=known, state=RunState.FAILED))
    assert [one.why for one in found.times if not one.goes] == [
        "it has a run already: failed",
        "it is not due yet",
    ]
    assert len(found.going) == len(found.times) - 2


def test_times_of_every_are_counted_from_the_last_firing_into_the_past() -> None:
    view = schedule("a", "@every 7h", last=at("2026-11-25T10:00:00Z"))
    found = [one.time for one in plan(view, "2026-11-24", "2026-11-25T11:00:00").times]
    assert found == [at("2026-11-25T10:00:00Z") - 7 * 3600 * number for number in (4, 3, 2, 1, 0)]


def test_times_of_one_minute_are_one_run() -> None:
    found = plan(
        schedule("a", "@every 20s", last=at("2026-11-25T10:00:00Z")), "2026-11-25T10:00:00", "2026-11-25T10:02:59"
    )
    assert len(found.times) == 3


@pytest.mark.parametrize(
    ("view", "start", "end", "said"),
    [
        (DAILY, "2026-11-21", "2026-11-20", "The stretch ends before it begins: from 2026-11-21T00:00:00Z to"),
        (schedule("a", "* * * * *"), "2026-11-20", "2026-11-21", f"fires more than {MOST} times"),
        (schedule("a", "0 0 * * 7"), "2026-11-20", "2026-11-21", "cannot be told here"),
        (schedule("a", "@daily", time_zone="X"), "2026-11-20", "2026-11-21", "cannot be told here"),
    ],
)
def test_what_cannot_be_planned_is_a_sentence(view: ScheduleView, start: str, end: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        plan(view, start, end)


def test_the_range_that_is_suggested_instead_can_be_planned() -> None:
    view = schedule("a", "* * * * *")
    with pytest.raises(InvalidInputError) as caught:
        plan(view, "2026-11-20", "2026-11-21")
    end = caught.value.hint.removesuffix(".").split()[-1].removesuffix("Z")
    assert len(plan(view, "2026-11-20", end).times) == MOST


def test_runs_that_must_not_overlap_are_made_one_by_one() -> None:
    alone = plan(DAILY.model_copy(update={"concurrency": "Forbid"}))
    check_parallel(alone, 1)
    with pytest.raises(InvalidInputError, match="only one run may go on at a time"):
        check_parallel(alone, 2)
    check_parallel(plan(), 2)


def test_a_person_is_told_of_the_schedules_own_firings_and_of_jobs_that_go() -> None:
    assert [sentence.split(",")[0] for sentence in cautions(plan())] == [
        "Of runs that end well Kubernetes keeps the Jobs and logs of the newest 3"
    ]
    assert cautions(plan(DAILY.model_copy(update={"successful_history": 5}))) == []
    forbid = DAILY.model_copy(update={"concurrency": "Forbid", "successful_history": 5})
    assert "suspend it for the time" in cautions(plan(forbid))[0]
    assert cautions(plan(forbid.model_copy(update={"suspended": True}))) == []


@given(
    st.sampled_from(["*/7 * * * *", "5 2 * * *", "0 0 29 2 *", "@every 95m", "30 2 * * 0"]),
    st.integers(0, 400 * 1440),
    st.integers(0, 2000),
    st.sets(st.integers(0, 40)),
)
@examples(60)
def test_a_plan_made_again_has_what_was_not_run(cron: str, begin: int, minutes: int, run: set[int]) -> None:
    start = datetime(2025, 10, 1, tzinfo=UTC) + timedelta(minutes=begin)
    view = schedule("a", cron, time_zone="Europe/Berlin", last=at("2026-11-01T00:00:00Z"))
    end = start + timedelta(minutes=minutes)
    whole = plan_backfill(view, start, end, (), NOW)
    done = [one.run for number, one in enumerate(whole.going) if number in run]
    later = plan_backfill(view, start, end, [FiringView(run=name) for name in done], NOW)
    assert [one.run for one in later.going] == [one.run for one in whole.going if one.run not in done]
    assert (
        [one.time for one in later.times]
        == [one.time for one in whole.times]
        == sorted(one.time for one in whole.times)
    )
