"""A master that is killed before and after each kind of write: the next one finds what there is and repeats nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from tests.faults.deeds import Held, calls
from tests.faults.oracle import judge
from tests.faults.place import Place
from tests.faults.proxy import Call, Where


def says_the_end(call: Call) -> bool:
    """The write that tells how the run ended."""
    notes = ((call.body or {}).get("metadata") or {}).get("annotations") or {}
    return call.verb == "patch" and '"finished":1' in notes.get(names.ANNOTATION_SUMMARY, "")


@dataclass(frozen=True)
class Write:
    """A kind of write: how to know it, and the run in which it is made."""

    where: Where
    first: int = 1
    pipeline: str = "diamond"
    step: str = "one_2"
    value: int = 7


GOOD = {
    "claim": Write(calls("patch", "configmaps")),
    "work": Write(calls("create", "configmaps", "-work")),
    "keys": Write(calls("create", "secrets")),
    "first pod": Write(calls("create", "pods")),
    "pod of a part": Write(calls("create", "pods", "held")),
    "pod of the last part": Write(calls("create", "pods", "held"), first=3),
    "pod of the join": Write(calls("create", "pods", "total")),
    "pod of the last step": Write(calls("create", "pods", "one-2")),
    "pod in a chain": Write(calls("create", "pods", "one-3"), pipeline="chain", step="one_4", value=4),
    "first record": Write(calls("patch", "configmaps"), first=2),
    "second record": Write(calls("patch", "configmaps"), first=3),
    "first results": Write(calls("create", "configmaps", "-results-")),
    "further results": Write(calls("patch", "configmaps", "-results-")),
    "first note": Write(calls("create", "configmaps", "-journal"), pipeline="laden", step="one", value=108_004),
    "further note": Write(calls("patch", "configmaps", "-journal"), pipeline="laden", step="one", value=108_004),
    "inputs": Write(calls("create", "configmaps", "-inputs-"), pipeline="wide", step="lengths", value=30 * 3000),
    "last record": Write(says_the_end),
    "keys taken away": Write(calls("delete", "secrets")),
}


@pytest.mark.parametrize("commit", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", GOOD.values(), ids=GOOD.keys())
async def test_a_run_that_goes_well(place: Place, write: Write, commit: bool) -> None:
    run = await killed_at(place, write, commit=commit)
    await judge(place, run, result=(write.step, write.value), told=[f"run {run}"])


FORKS = {
    name: Write(calls("create", what, place), pipeline="forked", step="last", value=8)
    for name, what, place in (
        ("pod of the list", "pods", "numbers"),
        ("status of the items", "configmaps", "-status-1"),
        ("pod of the first item", "pods", "held-0"),
        ("pod of the last item", "pods", "held-2"),
        ("pod of what takes all items", "pods", "total"),
        ("pod of the branch that is taken", "pods", "more"),
        ("pod of the join", "pods", "last"),
    )
}


@pytest.mark.parametrize("commit", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", FORKS.values(), ids=FORKS.keys())
async def test_a_run_whose_shape_only_it_knows(place: Place, write: Write, commit: bool) -> None:
    run = await killed_at(place, write, commit=commit)
    await judge(place, run, result=(write.step, write.value), told=[f"run {run}"])


FAILING = {
    "last record": Write(says_the_end),
    "limit of the Job": Write(calls("patch", "jobs")),
}


@pytest.mark.parametrize("commit", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", FAILING.values(), ids=FAILING.keys())
async def test_a_run_that_fails(place: Place, write: Write, commit: bool) -> None:
    run = await killed_at(place, Write(write.where, pipeline="failing"), commit=commit)
    await judge(place, run, state=RunState.FAILED, told=["ValueError: cannot use 1"])


@pytest.mark.parametrize("commit", [False, True], ids=["before", "after"])
async def test_a_step_that_is_tried_again(place: Place, commit: bool) -> None:
    run = await killed_at(place, Write(calls("create", "pods", "lucky-2"), pipeline="retried"), commit=commit)
    tried = {"second_time_lucky": ["failed", "succeeded"]}
    await judge(place, run, result=("one", 2), attempts=tried, told=["not the first time"])


async def killed_at(place: Place, write: Write, *, commit: bool) -> str:
    """Submit a run whose master is killed at its first such write; gives its name."""
    held = Held(commit=commit)
    place.proxy.on(write.where, held, first=write.first)
    run = await place.submit(write.pipeline)
    await held.reached()
    place.kill(await place.history.master(run))
    held.drop()
    return run
