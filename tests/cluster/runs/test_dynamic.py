"""Runs whose shape only they know: items for a list that a step returned, and one branch of two."""

from __future__ import annotations

import pytest

from tests.cluster.runs.node import kill_master
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states, step_of

pytestmark = pytest.mark.real

MAPPED = {"score": "succeeded", "score[0]": "succeeded", "score[1]": "succeeded", "score[2]": "succeeded"}
TAKEN = {"prepare": "succeeded", **MAPPED, "total": "succeeded", "publish": "succeeded", "tell": "succeeded"}


def test_a_master_that_is_killed_among_the_items_repeats_none_and_takes_the_same_branch(space: Space) -> None:
    run = space.submit("dynamic.py", count=3, hold=10)
    held = space.journal.running("score[1]")
    space.journal.until(
        lambda pods: {"score[0]", "score[2]"}.issubset({pod.step for pod in pods if pod.ended}),
        what="the other items have ended",
    )
    first = space.journal.master()
    kill_master(first.name)
    second = space.journal.master(other_than=first)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert states(ended.view) == {**TAKEN, "discard": "skipped", "mourn": "skipped"}
    assert step_of(ended.view, "discard")["why"] == "not met: total <= 30 (it is 33)"
    assert step_of(ended.view, "mourn")["why"] == "step discard was not taken"
    assert (output(ended.view, "total"), output(ended.view, "tell")) == (33, "PUBLISHED 33")
    ran = [name for name in TAKEN if name != "score"]
    assert sorted(space.journal.steps_ever()) == sorted((step, 1) for step in ran)
    assert f"run {run} goes on" in space.kubectl("logs", second.name)


def test_an_evicted_item_runs_again_and_an_empty_list_needs_no_pod(space: Space) -> None:
    run = space.submit("dynamic.py", count=2, hold=10)
    assert space.evict(space.journal.running("score[1]").name).code == 0
    space.open_gate(space.journal.running("score[1]", attempt=2))
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    evicted = step_of(ended.view, "score[1]")
    assert ([one["state"] for one in evicted["attempts"]], evicted["disruptions"]) == (["evicted", "succeeded"], 1)
    assert output(ended.view, "tell") == "DISCARDED 12"
    empty = space.run("dynamic.py", count=0)
    assert empty.code == 0, empty.err
    assert (states(empty.view)["score"], output(empty.view, "total")) == ("succeeded", 0)
