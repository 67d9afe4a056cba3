"""The lines of all runs: a change costs the run that changed, and time alone moves what depends on it."""

from __future__ import annotations

from typing import Any

import pytest

from k8stui.cluster.store import Key
from k8stui.control.runs.summaries import Summaries
from k8stui.control.truth import records
from k8stui.control.truth.correcting import SUBMIT_SECONDS
from k8stui.control.truth.doubt import LAST_WORD
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Summary
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import RunSummaryView

NOW = 1_000_000.0


def record(run: str, state: RunState = RunState.RUNNING, *, created: float = NOW, epoch: int = 1) -> dict[str, Any]:
    return {
        "metadata": {
            "name": names.record_name(run),
            "namespace": "ml",
            "labels": {names.LABEL_RUN_ID: run, names.LABEL_PIPELINE: "train"},
            "annotations": {
                names.ANNOTATION_SUMMARY: Summary(state=state, created=created).to_text(),
                names.ANNOTATION_EPOCH: str(epoch),
            },
        }
    }


def job(run: str, **status: Any) -> dict[str, Any]:
    return {"metadata": {"name": run, "namespace": "ml"}, "spec": {}, "status": status}


FAILED = {"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}


class World:
    """Objects as mirrors hold them, and the lines made of them."""

    def __init__(self) -> None:
        self.records: dict[Key, dict[str, Any]] = {}
        self.jobs: dict[Key, dict[str, Any]] = {}
        self.lines = Summaries(self.records, self.jobs)

    def put(self, run: str, found: dict[str, Any] | None, job: dict[str, Any] | None) -> None:
        for objects, key, value in (
            (self.records, ("ml", names.record_name(run)), found),
            (self.jobs, ("ml", run), job),
        ):
            if value is None:
                objects.pop(key, None)
            else:
                objects[key] = value

    def look(self, *runs: str, now: float = NOW, live: bool = True, at_once: bool = False) -> bool:
        keys = {("ml", names.record_name(run)) for run in runs}
        return self.lines.refresh(keys, now=now, live=live, at_once=at_once)

    def state(self, run: str) -> RunState:
        found = self.lines.find("ml", run)
        assert found is not None
        return found.state


@pytest.fixture
def world() -> World:
    return World()


def test_runs_are_sorted_newest_first_and_stay_the_same_object(world: World) -> None:
    for run, age in (("old", 60), ("new", 1), ("middle", 30)):
        world.put(run, record(run, created=NOW - age), job(run))
    assert world.lines.refresh(None, now=NOW, live=True)
    assert [run.run for run in world.lines.runs] == ["new", "middle", "old"]
    before = world.lines.runs
    assert not world.lines.refresh(None, now=NOW + 1, live=True)
    assert world.lines.runs is before


def test_a_change_of_one_run_parses_that_run_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100):
        world.put(f"r{number}", record(f"r{number}", created=NOW - number), job(f"r{number}"))
    world.lines.refresh(None, now=NOW, live=True)
    before = world.lines.runs
    parsed: list[str] = []
    original = records.summary_view

    def counted(found: dict[str, Any]) -> RunSummaryView:
        parsed.append(found["metadata"]["name"])
        return original(found)

    monkeypatch.setattr(records, "summary_view", counted)
    world.put("r7", record("r7", RunState.SUCCEEDED, created=NOW - 7), job("r7"))
    assert world.look("r7")
    assert parsed == ["run-r7"]
    after = world.lines.runs
    assert after[7].state is RunState.SUCCEEDED
    assert all(one is other for place, (one, other) in enumerate(zip(before, after, strict=True)) if place != 7)
    world.lines.refresh(None, now=NOW, live=True)  # As after a new list, which brings the same objects.
    assert parsed == ["run-r7"]


def test_a_full_comparison_finds_whatever_changed(world: World) -> None:
    for run in ("a", "b", "c"):
        world.put(run, record(run), job(run))
    world.lines.refresh(None, now=NOW, live=True)
    world.put("a", record("a", RunState.SUCCEEDED), job("a"))
    world.put("b", None, None)
    world.jobs["ml", "c"] = {**job("c"), "spec": {"suspend": True}}
    assert world.lines.refresh(None, now=NOW, live=True)
    assert {run.run: run.state for run in world.lines.runs} == {"a": RunState.SUCCEEDED, "c": RunState.PAUSED}


def test_a_new_version_that_says_the_same_is_no_change(world: World) -> None:
    world.put("r", record("r"), job("r"))
    world.look("r")
    before = world.lines.runs
    world.put("r", record("r"), job("r", active=1))
    assert not world.look("r")
    assert world.lines.runs is before


def test_deleted_runs_go_and_new_ones_take_their_place_in_the_order(world: World) -> None:
    world.put("a", record("a", created=NOW - 9), job("a"))
    world.put("b", record("b", created=NOW - 5), job("b"))
    world.look("a", "b")
    world.put("b", None, None)
    world.put("c", record("c", created=NOW - 7), job("c"))
    assert world.look("b", "c")
    assert [run.run for run in world.lines.runs] == ["c", "a"]
    assert world.lines.find("ml", "b") is None


def test_a_run_that_is_being_submitted_is_given_up_on_when_its_time_comes(world: World) -> None:
    world.put("r", record("r", RunState.PENDING, epoch=0), None)
    world.look("r", now=NOW + 1)
    assert world.state("r") is RunState.PENDING
    while world.lines.due is not None and world.state("r") is RunState.PENDING:
        due = world.lines.due
        world.look(now=due - 0.001)
        assert world.state("r") is RunState.PENDING
        world.look(now=due)
    assert world.state("r") is RunState.STOPPED
    assert due == NOW + SUBMIT_SECONDS
    assert world.lines.due is None


def test_a_failed_job_is_believed_only_when_the_master_had_its_last_word(world: World) -> None:
    world.put("r", record("r"), job("r"))
    world.look("r")
    world.put("r", record("r"), job("r", **FAILED))
    assert not world.look("r", now=NOW + 5)
    assert world.lines.due == NOW + 5 + LAST_WORD
    assert world.look(now=NOW + 5 + LAST_WORD)
    assert world.state("r") is RunState.FAILED


def test_a_run_that_ends_well_is_never_shown_as_lost(world: World) -> None:
    world.put("r", record("r"), job("r"))
    world.look("r")
    world.put("r", record("r"), None)
    world.look("r")
    assert world.state("r") is RunState.RUNNING
    world.put("r", record("r", RunState.SUCCEEDED), None)
    world.look("r", now=NOW + 1)
    assert world.state("r") is RunState.SUCCEEDED
    assert world.lines.due is None


def test_what_was_dead_when_it_was_first_listed_is_told_at_once(world: World) -> None:
    world.put("r", record("r"), None)
    world.look("r", at_once=True)
    assert world.state("r") is RunState.STOPPED


def test_a_missing_job_means_nothing_while_jobs_cannot_be_listed(world: World) -> None:
    world.put("r", record("r"), None)
    world.look("r", live=False)
    world.look(now=NOW + 1000, live=False)
    assert world.state("r") is RunState.RUNNING
    assert world.lines.due is None


def test_a_run_found_dead_stays_so_while_the_connection_is_lost(world: World) -> None:
    world.put("r", record("r"), None)
    world.look("r", at_once=True)
    world.look(live=False)
    assert world.state("r") is RunState.STOPPED
    world.look("r", live=False)
    assert world.state("r") is RunState.STOPPED


def test_what_happened_while_nobody_listened_is_judged_after_the_watch_is_back(world: World) -> None:
    world.put("r", record("r"), job("r"))
    world.look("r")
    world.put("r", record("r"), None)
    world.look("r", live=False, now=NOW + 1)
    world.look(live=True, now=NOW + 50)
    assert world.state("r") is RunState.RUNNING
    assert world.lines.due == NOW + 50 + LAST_WORD
    world.look(now=NOW + 50 + LAST_WORD)
    assert world.state("r") is RunState.STOPPED


def test_a_resumed_run_lives_again(world: World) -> None:
    world.put("r", record("r"), None)
    world.look("r", at_once=True)
    world.put("r", record("r", epoch=2), job("r"))
    world.look("r")
    assert world.state("r") is RunState.RUNNING
