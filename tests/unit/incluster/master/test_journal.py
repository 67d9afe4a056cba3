"""The journal: what it says, when it is used, and what two masters make of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.opening import new_record
from k8stui.incluster.contract.protocol import STEPS_PER_SHARD
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import StepState
from k8stui.incluster.master.journal import JOURNAL_BYTES, JOURNAL_KEY, Journal, take_over
from k8stui.incluster.master.ledger import FencedError
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
    succeed_first(master)
    assert not note(master)
    assert not master.ledger.is_recorded("s0")
    assert JOURNAL not in api.objects


def succeed_first(master: Master) -> None:
    master.steps["s0"].attempts = [Attempt(1, "pod-1", SUCCEEDED)]
    master.succeeded(0)


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


def test_what_is_made_between_two_looks_is_taken(api: Api, master: Master, monkeypatch: pytest.MonkeyPatch) -> None:
    succeed(master, 1)
    make = api.create

    def late(plural: str, body: dict[str, Any]) -> dict[str, Any]:
        if body["metadata"]["name"] == JOURNAL and JOURNAL not in api.objects:
            monkeypatch.setattr(api, "create", make)
            assert note(master)  # the older one is a moment faster
        return make(plural, body)

    monkeypatch.setattr(api, "create", late)
    assert Master(api).steps["s1"].state is SUCCEEDED
    with pytest.raises(FencedError):
        note(master)


# -- which of two statuses is the later one ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shards", "journal", "later"),
    [
        (None, status(SUCCEEDED, SUCCEEDED), True),
        (status(StepState.QUEUED), status(SUCCEEDED, SUCCEEDED), True),
        (status(RUNNING, RUNNING), status(SUCCEEDED, SUCCEEDED), True),
        (status(StepState.QUEUED, EVICTED), status(SUCCEEDED, EVICTED, SUCCEEDED), True),
        (status(SUCCEEDED, SUCCEEDED), status(SUCCEEDED, SUCCEEDED), False),
        (status(StepState.WAITING, FAILED), status(FAILED, FAILED), False),
        (status(StepState.WAITING, SUCCEEDED), status(SUCCEEDED, SUCCEEDED), False),
        (status(RUNNING, FAILED, RUNNING), status(FAILED, FAILED), False),
    ],
    ids=[
        "unknown", "no attempt yet", "still running", "an attempt before it",
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


def test_it_stays_small(master: Master) -> None:
    journal, steps = Journal(set()), {f"s{number}": status(SUCCEEDED, SUCCEEDED) for number in range(2000)}
    journal.changed(set(steps))
    assert journal.text(list(steps), steps, {}) is None
    few = journal.text(list(steps)[:20], steps, {})
    assert few is not None
    assert len(few) < JOURNAL_BYTES
