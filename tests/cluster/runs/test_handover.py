"""Steps tell the master of their end themselves; where they can't reach it, the watch tells the same later."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from k8stui.incluster.contract import names
from k8stui.incluster.wire.variables import ENV_MASTER
from tests.cluster.runs.journal import Pod
from tests.cluster.runs.node import cut_handover
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import output, states

pytestmark = pytest.mark.real

ALONE = "going on by watching alone"


def offered(pod: Pod) -> bool:
    """Whether the step was told where the master is."""
    return any(variable["name"] == ENV_MASTER for variable in pod.container["env"])


def counting_steps(space: Space) -> dict[str, Pod]:
    return {pod.step: pod for pod in space.journal.ever() if pod.step}


def next_steps_are_made_early(space: Space) -> bool:
    """Whether a step is made before the end of the one before is known, in a run that succeeds in any case."""
    done = space.k8stui(*space.command("chain.py", length=8), "--no-cache", "-o", "json")
    assert done.code == 0, done.err
    order, run = [step["name"] for step in done.view["steps"]], done.view["run"]

    def pods_of(pods: Sequence[Pod]) -> dict[str, Pod]:
        return {pod.step: pod for pod in pods if pod.step and pod.labels[names.LABEL_RUN_ID] == run}

    def all_ended(pods: Sequence[Pod]) -> bool:
        return pods_of([pod for pod in pods if pod.ended]).keys() == set(order)

    space.journal.until(all_ended, what="Kubernetes has seen all pods end")
    made: dict[str, int] = {}
    ended: dict[str, int] = {}
    for place, event in enumerate(space.journal.events()):
        for step in pods_of([event.pod]):
            made.setdefault(step, place)
            if event.pod.ended:
                ended.setdefault(step, place)
    early = any(made[later] < ended[earlier] for earlier, later in pairwise(order))
    alone = ALONE in space.master_log(run)
    return early and not alone and all(map(offered, pods_of(space.journal.ever()).values()))


def test_the_next_step_exists_before_kubernetes_knows_of_the_end_of_the_last(space: Space) -> None:
    # The orchestrator has 0.3 s to answer, and offers no handover after three that were late: then it is asked again.
    assert any(next_steps_are_made_early(space) for _ in range(3))


def test_a_run_whose_steps_cannot_reach_the_master_is_right_all_the_same(space: Space) -> None:
    run = space.submit("chain.py", length=7, hold_at=1)
    held = space.journal.running("held")
    cut_handover(space.journal.master().name)
    space.open_gate(held)
    ended = space.watch(run)
    assert ended.code == 0, ended.err
    assert set(states(ended.view).values()) == {"succeeded"}
    assert output(ended.view, "count_6") == 7
    assert ALONE in space.master_log(run)
    told = [offered(pod) for pod in counting_steps(space).values()]
    assert told == [True] * 3 + [False] * 4
    assert len(space.journal.steps_ever()) == 7
