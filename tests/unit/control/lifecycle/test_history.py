"""Which Jobs of ended runs are more than are kept."""

from __future__ import annotations

from k8stui.control.lifecycle.history import beyond
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import RunSummaryView


def run(name: str, state: RunState, finished: float | None = None) -> RunSummaryView:
    return RunSummaryView(run=name, namespace="ml", state=state, finished=finished)


RUNS = [
    run("s1", RunState.SUCCEEDED, 1),
    run("s3", RunState.SUCCEEDED, 3),
    run("s2", RunState.SUCCEEDED, 2),
    run("f1", RunState.FAILED, 1),
    run("t2", RunState.STOPPED, 2),
    run("live", RunState.RUNNING),
]
ALL = {one.run for one in RUNS}


def test_the_newest_are_kept_each_kind_for_itself() -> None:
    assert beyond(RUNS, ALL, 2, 1) == ["s1", "f1"]


def test_without_a_limit_all_are_kept() -> None:
    assert beyond(RUNS, ALL, None, None) == []
    assert beyond(RUNS, ALL, 1, None) == ["s2", "s1"]


def test_none_means_none_but_what_runs_stays() -> None:
    assert set(beyond(RUNS, ALL, 0, 0)) == ALL - {"live"}


def test_a_run_whose_job_is_gone_takes_no_place() -> None:
    assert beyond(RUNS, ALL - {"s3"}, 1, None) == ["s1"]


def test_a_job_whose_run_is_not_known_is_left_alone() -> None:
    assert beyond([], {"other"}, 0, 0) == []
