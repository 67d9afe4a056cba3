"""The journal: what it says, when it is used, and what two masters make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.opening import new_record
from k8stui.incluster.contract.protocol import STEPS_PER_SHARD
from k8stui.incluster.contract.record import JOURNAL_KEY, STATUS_KEY, Attempt, StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.journal import JOURNAL_BYTES, Journal, take_over
from k8stui.incluster.master.ledger import FencedError, GoneError
from tests.unit.incluster.master.test_ledger_fencing import PLAN, Api, Master

JOURNAL = names.journal_name(PLAN.run)
RUNNING, SUCCEEDED, FAILED, EVICTED = StepState.RUNNING, StepState.SUCCEEDED, StepState.FAILED, StepState.EVICTED


def status(state: StepState, *attempts: StepState) -> StepStatus:
    return StepStatus(state, [Attempt(number, f"pod-{number}", one) for number, one in enumerate(attempts, 1)])


@pytest.fixture
def api() -> Api:
    return Api(new_record(PLAN, {}, "python:3", [], []))


@pytest.fixture
def master(api: Api) -> Master:
    """A master that has written large shards."""
    made = Master(api)
    run_all(made)
    return made


def run_all(master: Master) -> None:
    for name, one in master.steps.items():
        one.state = RUNNING
        one.attempts = [Attempt(1, f"train-x7k2b-{name}-1", RUNNING, uid="u" * 36, node="node-1", created=1.0)]
    master.ledger.changed(set(master.steps), 0.0)
    master.flush()


def succeed(master: Master, *numbers: int) -> None:
    for number in numbers:
        master.steps[f"s{number}"].attempts[-1].state = SUCCEEDED
    master.succeeded(*numbers)


def noted(api: Api) -> set[str]:
    return set(json.loads(api.objects[JOURNAL]["data"][JOURNAL_KEY]))


def note(master: Master) -> bool:
    return master.ledger.note_ends(master.steps, master.results)


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_where_shards_are_large_an_end_is_one_small_write(api: Api, master: Master) -> None:
    succeed(master, 2)
    assert note(master)
    master.flush()
    before = api.version
    succeed(master, 3)
    assert note(master)
    assert api.version == before + 1
    assert len(api.objects[JOURNAL]["data"][JOURNAL_KEY]) < 300
    assert master.ledger.is_recorded("s3")
    assert not master.ledger.is_recorded("s4")


def test_where_they_are_small_they_are_written(api: Api) -> None:
    master = Master(api)
    master.ledger.changed({"s0"}, 0.0)
    master.flush()
    master.steps["s0"].attempts = [Attempt(1, "pod-1", SUCCEEDED)]
    master.succeeded(0)
    assert not note(master)
    assert not master.ledger.is_recorded("s0")
    assert JOURNAL not in api.objects


def test_it_begins_anew_when_the_shards_were_written(api: Api, master: Master) -> None:
    succeed(master, 1)
    assert note(master)
    succeed(master, 2)
    assert note(master)
    assert noted(api) == {"s1", "s2"}
    master.flush()
    succeed(master, 3)
    assert note(master)
    assert noted(api) == {"s3"}


def test_when_it_is_full_the_shards_are_the_better_place(master: Master) -> None:
    fitting = 0
    while fitting < STEPS_PER_SHARD:
        succeed(master, fitting)
        if not note(master):
            break
        fitting += 1
    assert 50 < fitting < STEPS_PER_SHARD
    assert not master.ledger.is_recorded(f"s{fitting}")
    master.flush()
    assert master.ledger.is_recorded(f"s{fitting}")


def test_an_end_without_an_attempt_belongs_into_the_shards(master: Master) -> None:
    master.steps["s1"] = StepStatus(StepState.CACHED)
    master.succeeded(1)
    assert not note(master)


def test_of_mapped_steps_the_results_stand_with_their_items() -> None:
    journal = Journal({"many"})
    steps = {"many": status(SUCCEEDED, SUCCEEDED), "one": status(SUCCEEDED, SUCCEEDED)}
    journal.changed(set(steps))
    text = journal.text(sorted(steps), steps, {"many": {"x": [1]}, "one": {"x": 1}})
    assert text is not None
    assert {name: told["results"] for name, told in json.loads(text).items()} == {"many": {}, "one": {"x": 1}}


# -- two masters -------------------------------------------------------------------------------------------------------


def test_a_new_master_knows_what_is_noted_and_writes_it_into_the_shards(api: Api, master: Master) -> None:
    succeed(master, 1, STEPS_PER_SHARD)
    assert note(master)
    newer = Master(api)
    assert newer.steps["s1"].state is SUCCEEDED
    assert newer.results == {"s1": {"x": 1}, f"s{STEPS_PER_SHARD}": {"x": STEPS_PER_SHARD}}
    assert newer.ledger.due() is not None
    newer.flush()
    api.objects[JOURNAL]["data"][JOURNAL_KEY] = "{}"
    third = Master(api)
    assert third.steps["s1"].state is third.steps[f"s{STEPS_PER_SHARD}"].state is SUCCEEDED
    assert third.results == newer.results


def test_one_that_dies_at_once_takes_nothing_with_it(api: Api, master: Master) -> None:
    succeed(master, 1)
    assert note(master)
    Master(api)
    assert Master(api).steps["s1"].state is SUCCEEDED


@pytest.mark.parametrize("has_noted", [True, False], ids=["has noted", "has not noted yet"])
def test_an_older_master_notes_nothing_any_more(api: Api, master: Master, has_noted: bool) -> None:
    if has_noted:
        succeed(master, 1)
        assert note(master)
    newer = Master(api)
    succeed(master, 2)
    with pytest.raises(FencedError):
        note(master)
    run_all(newer)
    succeed(newer, 3)
    assert note(newer)
    with pytest.raises(FencedError):
        note(master)
    assert noted(api) == {"s3"}


@pytest.mark.parametrize("when", ["before the newer one looks", "after that"])
def test_a_first_note_counts_or_ends_its_master(
    api: Api, master: Master, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """It is made when a newer master has claimed the run: no pod follows from it, whoever reads it."""
    succeed(master, 1)
    look, first = api.pages, when == "before the newer one looks"

    def pages(plural: str, labels: str) -> Iterator[dict[str, Any]]:
        found = [] if first else list(look(plural, labels))
        with pytest.raises(FencedError):
            note(master)
        return look(plural, labels) if first else iter(found)

    monkeypatch.setattr(api, "pages", pages)
    newer = Master(api)
    assert newer.steps["s1"].state is (SUCCEEDED if first else RUNNING)
    run_all(newer)
    succeed(newer, 3)
    assert note(newer)
    assert noted(api) == {"s3"}


# -- which of two statuses is the later one ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shards", "journal", "later"),
    [
        (None, status(SUCCEEDED, SUCCEEDED), True),
        (status(StepState.QUEUED), status(SUCCEEDED, SUCCEEDED), True),
        (status(RUNNING, RUNNING), status(SUCCEEDED, SUCCEEDED), True),
        (status(StepState.QUEUED, EVICTED), status(SUCCEEDED, EVICTED, SUCCEEDED), True),
        (status(StepState.QUEUED, EVICTED), status(SUCCEEDED, SUCCEEDED), True),
        (status(StepState.WAITING, StepState.STOPPED), status(SUCCEEDED, SUCCEEDED), True),
        (status(SUCCEEDED, SUCCEEDED), status(SUCCEEDED, SUCCEEDED), False),
        (status(StepState.WAITING, FAILED), status(FAILED, FAILED), False),
        (status(StepState.WAITING, SUCCEEDED), status(SUCCEEDED, SUCCEEDED), False),
        (status(RUNNING, FAILED, RUNNING), status(FAILED, FAILED), False),
    ],
    ids=[
        "unknown", "no attempt yet", "still running", "an attempt before it",
        "known from a receipt without a number", "ended without its master and opened by a retry",
        "written since", "failed and opened by a retry", "succeeded and opened by a retry", "the retry runs",
    ],
)  # fmt: skip
def test_the_later_one_counts(shards: StepStatus | None, journal: StepStatus, later: bool) -> None:
    known = {} if shards is None else {"a": shards}
    writer = Journal(set())
    writer.changed({"a"})
    text = writer.text(["a"], {"a": journal}, {"a": {"x": 1}})
    assert text is not None
    results: dict[str, Any] = {}
    assert take_over(text, known, results) == ({"a"} if later else set())
    assert known["a"] == (journal if later else shards)
    assert results == ({"a": {"x": 1}} if later else {})


def test_it_stays_small() -> None:
    journal, steps = Journal(set()), {f"s{number}": status(SUCCEEDED, SUCCEEDED) for number in range(2000)}
    journal.changed(set(steps))
    assert journal.text(list(steps), steps, {}) is None
    few = journal.text(list(steps)[:20], steps, {})
    assert few is not None
    assert len(few) < JOURNAL_BYTES


# -- what others do to it and to the shards ----------------------------------------------------------------------------


def test_a_success_counts_where_the_shards_have_its_attempt_stopped(api: Api, master: Master) -> None:
    succeed(master, 1)
    assert note(master)
    stopped = {name: one.to_json() for name, one in Master(api).steps.items()}
    stopped["s1"] = status(StepState.WAITING, StepState.STOPPED).to_json()  # by force, then opened by a retry
    text = json.dumps({name: stopped[name] for name in list(stopped)[:STEPS_PER_SHARD]})
    api.patch("configmaps", names.record_name(PLAN.run), {"data": {STATUS_KEY: text}})
    newer = Master(api)
    assert newer.steps["s1"].state is SUCCEEDED
    assert newer.results["s1"] == {"x": 1}


def test_when_somebody_has_deleted_it_the_shards_are_written_and_it_is_made_again(api: Api, master: Master) -> None:
    succeed(master, 1)
    assert note(master)
    del api.objects[JOURNAL]
    succeed(master, 2)
    assert not note(master)
    assert not master.ledger.is_recorded("s2")
    master.flush()
    succeed(master, 3)
    assert note(master)
    assert noted(api) == {"s3"}
    assert {name for name, one in Master(api).steps.items() if one.state is SUCCEEDED} == {"s1", "s2", "s3"}


def test_the_master_of_a_run_that_is_deleted_finds_out(api: Api, master: Master) -> None:
    succeed(master, 1)
    del api.objects[names.record_name(PLAN.run)]
    with pytest.raises(GoneError):
        note(master)


def test_one_that_is_deleted_while_a_master_begins_is_missed_by_nobody(
    api: Api, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeed(master, 1)
    assert note(master)
    listed = api.pages

    def late(plural: str, labels: str) -> Iterator[dict[str, Any]]:
        del api.objects[JOURNAL]
        return listed(plural, labels)

    monkeypatch.setattr(api, "pages", late)
    assert Master(api).steps["s1"].state is RUNNING


def test_a_first_note_is_as_bound_to_the_record_as_the_further_ones(api: Api, master: Master) -> None:
    epoch = {names.ANNOTATION_EPOCH: "2"}  # a run that was ended from elsewhere, which knows of no journal
    api.patch("configmaps", names.record_name(PLAN.run), {"metadata": {"annotations": epoch}})
    succeed(master, 1)
    with pytest.raises(FencedError):
        note(master)


def test_a_new_master_of_a_run_without_a_journal_makes_none(api: Api) -> None:
    Master(api)
    Master(api)
    assert JOURNAL not in api.objects


def test_a_newer_master_that_comes_while_an_older_one_looks_is_seen(
    api: Api, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    succeed(master, 1)
    assert note(master)
    api.patch("configmaps", JOURNAL, {})  # its own write, made twice: an answer was lost
    succeed(master, 2)
    get = api.get

    def late(plural: str, name: str) -> dict[str, Any]:
        found = deepcopy(get(plural, name))
        if name == names.record_name(PLAN.run):
            monkeypatch.setattr(api, "get", get)
            Master(api)
        return found

    monkeypatch.setattr(api, "get", late)
    with pytest.raises(FencedError):
        note(master)
    assert noted(api) == {"s1"}
