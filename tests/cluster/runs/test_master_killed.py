"""A master that is killed without a word comes back, finds everything, and repeats nothing."""

from __future__ import annotations

import pytest

from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.node import kill_master
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states

pytestmark = pytest.mark.real


def nothing_ran_twice(space: Space, view: dict[str, object]) -> bool:
    """Whether every step had exactly one pod, ever."""
    return sorted(space.journal.steps_ever()) == sorted((step, 1) for step in states(view))


def test_in_the_middle_of_a_chain(space: Space) -> None:
    run = space.submit("chain.py", length=8, hold_at=5)
    held = space.journal.running("held")
    first = space.journal.master()
    kill_master(first.name)
    second = space.journal.master(other_than=first)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert output(ended.view, "count_7") == 8
    assert nothing_ran_twice(space, ended.view)
    assert f"run {run} goes on" in space.kubectl("logs", second.name)


def test_while_nobody_listens_the_last_of_the_parts_ends(space: Space) -> None:
    run = space.submit("fan.py", width=6, held_parts=2)
    held = [space.journal.running(step) for step in ("held", "held_2")]
    parts = ("part", "part_2", "part_3", "part_4")
    space.journal.until(
        lambda pods: {pod.step for pod in pods if pod.ended}.issuperset(parts), what="the other parts have ended"
    )
    first = space.journal.master()
    kill_master(first.name)
    for pod in held:
        space.open_gate(pod)
    space.journal.master(other_than=first)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert output(ended.view, "join") == 6 * 100 + sum(range(6))
    assert nothing_ran_twice(space, ended.view)
    eventually(lambda: not space.objects("secrets"), what="the keys are gone")
    assert space.k8stui("runs", "delete", run).code == 0
    eventually(lambda: not space.remains(run), what="nothing of the run is left")


def test_the_pods_of_finished_steps_may_be_gone_when_it_is_back(space: Space) -> None:
    run = space.submit("chain.py", length=5, hold_at=4)
    held = space.journal.running("held")
    first = space.journal.master()
    kill_master(first.name)
    for step in ("count", "count_2", "count_3"):
        finished = next(pod for pod in space.journal.ever() if pod.step == step)
        space.kubectl("delete", "pod", finished.name, "--wait=false")
    space.journal.master(other_than=first)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert output(ended.view, "count_4") == 5
    assert nothing_ran_twice(space, ended.view)
