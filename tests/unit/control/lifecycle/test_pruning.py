"""Which ended runs go, by age and number, and what is said of those that stay."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.control.lifecycle.pruning import PruneRule, verdicts
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import InvalidInputError
from k8stui.model.views import RunSummaryView

DAY = 86400.0
NOW = 100 * DAY


def run(name: str, days: float, state: RunState = RunState.SUCCEEDED, pipeline: str = "etl") -> RunSummaryView:
    """A run that ended so many days ago; one that goes on began then."""
    end = NOW - days * DAY
    finished = end if state.ended else None
    return RunSummaryView(run=name, namespace="ml", pipeline=pipeline, state=state, created=end - 60, finished=finished)


RUNS = [
    run("live", 50, RunState.RUNNING),
    run("paused", 50, RunState.PAUSED),
    run("new", 1),
    run("failed", 8, RunState.FAILED),
    run("old", 9),
    run("older", 30, RunState.STOPPED),
    run("other", 40, pipeline="train"),
]


def gone(**rule: Any) -> list[str]:
    return [one.run.run for one in verdicts(RUNS, PruneRule(**rule), NOW) if one.goes]


def whys(**rule: Any) -> dict[str, str]:
    return {one.run.run: one.why for one in verdicts(RUNS, PruneRule(**rule), NOW)}


def test_by_age_only_those_go_that_ended_so_long_ago() -> None:
    assert gone(older_than=7 * DAY) == ["failed", "old", "older", "other"]
    told = whys(older_than=7 * DAY)
    assert (told["new"], told["old"]) == ("ended less than 7d00h ago", "ended 9d00h ago")


def test_by_number_the_newest_of_each_pipeline_stay() -> None:
    assert gone(keep=2) == ["old", "older"]
    assert whys(keep=2)["failed"] == "among the newest 2 of its pipeline"


def test_with_both_only_those_go_that_are_old_and_beyond_the_number() -> None:
    assert gone(older_than=8.5 * DAY, keep=1) == ["old", "older"]
    assert gone(older_than=0, keep=0) == ["new", "failed", "old", "older", "other"]


def test_what_goes_on_stays_whatever_is_asked_for() -> None:
    told = whys(older_than=0)
    assert told["live"] == told["paused"] == "goes on"


def test_only_the_ends_and_the_pipeline_that_are_named() -> None:
    assert gone(older_than=0, states=frozenset({RunState.FAILED})) == ["failed"]
    assert gone(keep=0, pipeline="train") == ["other"]
    assert gone(keep=1, states=frozenset({RunState.SUCCEEDED})) == ["old"], "others take no place"


def test_the_same_name_in_two_namespaces_is_two_runs() -> None:
    twin = RUNS[4].model_copy(update={"namespace": "dev", "finished": NOW})
    found = verdicts([RUNS[4], twin], PruneRule(older_than=DAY), NOW)
    assert [one.goes for one in found] == [True, False]


def test_a_run_without_an_end_counts_from_its_beginning() -> None:
    lost = run("lost", 20, RunState.STOPPED).model_copy(update={"finished": None})
    (found,) = verdicts([lost], PruneRule(older_than=7 * DAY), NOW)
    assert found.goes


def test_a_rule_needs_an_age_or_a_number_and_no_state_that_goes_on() -> None:
    with pytest.raises(InvalidInputError, match="Which runs are to go"):
        PruneRule(pipeline="etl")
    with pytest.raises(InvalidInputError, match="running goes on, and is never pruned"):
        PruneRule(keep=0, states=frozenset({RunState.RUNNING, RunState.FAILED}))
