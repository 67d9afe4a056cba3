"""How a schedule does, from records and Jobs."""

from __future__ import annotations

from typing import Any

from k8stui.control.schedules.outcomes import Outcomes, firings, outcomes, usual_of
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.master.firing import SCHEDULED_AT, TRIGGERED
from k8stui.model.scheduleviews import FiringView
from k8stui.model.views import RunSummaryView

GOOD, BAD, GOES_ON = RunState.SUCCEEDED, RunState.FAILED, RunState.RUNNING


def run(
    name: str, state: RunState = GOOD, *, created: float = 0.0, took: float = 60.0, why: str = ""
) -> RunSummaryView:
    finished = created + took if state.ended else None
    told = {"run": name, "namespace": "ml", "schedule": "nightly", "created": created, "finished": finished}
    return RunSummaryView(**told, state=state, why=why)


def job(name: str, created: str = "2026-11-24T01:05:00Z", *, notes: dict[str, str] | None = None, **status: Any) -> Any:
    meta = {"name": name, "creationTimestamp": created, "annotations": notes or {}}
    return {"metadata": meta, "status": status}


def test_a_schedule_that_never_fired_has_no_outcomes() -> None:
    assert outcomes(firings("nightly", [], [])) == Outcomes()


def test_the_last_ten_that_ended_count_and_the_median_of_those_that_went_well() -> None:
    runs = [run("on", GOES_ON, created=100.0), run("bad", BAD, created=99.0, took=5000.0)]
    runs += [run(f"r{number}", created=90.0 - number, took=10.0 * number) for number in range(1, 15)]
    found = outcomes(firings("nightly", reversed(runs), []))
    assert found.states == (BAD, *[GOOD] * 9)
    assert found.usual == 50.0
    assert found.active == ("on",)
    assert found.last_run is not None
    assert (found.last_run.run, found.last_run.state) == ("on", GOES_ON)


def test_one_that_failed_tells_nothing_of_what_a_run_takes() -> None:
    assert outcomes(firings("nightly", [run("bad", BAD), run("stopped", RunState.STOPPED)], [])).usual is None


def test_the_time_a_run_was_due_at_is_in_its_name_and_better_in_its_job() -> None:
    minutes, seconds = 29_400_000, 29_400_000 * 60
    named, noted = firings("nightly", [run(f"nightly-{minutes}", created=2.0), run("nightly-29400001", created=1.0)], [
        job("nightly-29400001", notes={SCHEDULED_AT: "2025-11-24T14:41:30+01:00"}),
    ])  # fmt: skip
    assert named.scheduled == seconds
    assert noted.scheduled == 1763991690.0


def test_a_run_by_hand_was_due_at_no_time() -> None:
    (found,) = firings("nightly", [run("nightly-x4kzp")], [])
    assert found.scheduled is None
    (found,) = firings("nightly", [], [job("nightly-29400001", notes={TRIGGERED: "manual"})])
    assert found.scheduled is None


def test_a_job_without_a_record_is_a_firing_that_has_not_started_yet() -> None:
    (found,) = firings("nightly", [], [job("nightly-29400000")])
    assert found == FiringView(
        run="nightly-29400000", state=RunState.PENDING, scheduled=29_400_000 * 60, created=1795482300.0
    )


def test_a_job_that_failed_without_a_record_is_a_failed_firing() -> None:
    failed = {
        "type": "Failed", "status": "True", "reason": "DeadlineExceeded", "message": "too long",
        "lastTransitionTime": "2026-11-24T01:15:00Z",
    }  # fmt: skip
    (found,) = firings("nightly", [], [job("nightly-29400000", conditions=[failed])])
    assert (found.state, found.why) == (BAD, "DeadlineExceeded: too long")
    assert found.finished is not None
    assert found.created is not None
    assert found.finished - found.created == 600.0


def test_a_run_that_ended_is_active_no_more_though_its_job_goes_on_for_a_second() -> None:
    found = outcomes(firings("nightly", [run("nightly-29400000")], [job("nightly-29400000")]))
    assert found.active == ()
    assert found.states == (GOOD,)


def test_a_retried_run_is_one_firing() -> None:
    retry = job("nightly-29400000-retry-1")
    retry["metadata"]["labels"] = {names.LABEL_RUN_ID: "nightly-29400000"}
    assert len(firings("nightly", [run("nightly-29400000", GOES_ON)], [retry])) == 1


def test_a_job_that_is_being_deleted_is_none() -> None:
    gone = job("nightly-29400000")
    gone["metadata"]["deletionTimestamp"] = "2026-11-24T01:06:00Z"
    assert firings("nightly", [], [gone]) == []


def test_runs_by_hand_tell_how_long_a_pipeline_usually_takes() -> None:
    took = {"a": 100.0, "b": 300.0, "c": 200.0}
    ran = [
        RunSummaryView(run=name, namespace="ml", state=RunState.SUCCEEDED, created=1.0, finished=1.0 + seconds)
        for name, seconds in took.items()
    ]
    wrong = RunSummaryView(run="d", namespace="ml", state=RunState.FAILED, created=1.0, finished=9001.0)
    assert usual_of([wrong, *ran]) == 200
    assert usual_of([wrong]) is None
