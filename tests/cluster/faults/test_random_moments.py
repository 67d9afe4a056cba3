"""A run of 30 steps whose master and steps are disturbed at random moments, the same ones for the same seed.

K8STUI_FAULT_ROUNDS=20 makes it twenty rounds in a row, instead of the few that a change must pass.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from tests.cluster.faults.oracle import judge_sums, submit_sums
from tests.cluster.runs.eventually import eventually
from tests.cluster.runs.journal import Pod
from tests.cluster.runs.node import killed_master
from tests.cluster.runs.space import Space
from tests.cluster.runs.views import step_of

pytestmark = pytest.mark.real

ROUNDS = int(os.environ.get("K8STUI_FAULT_ROUNDS", "3"))
STEPS = 30
LAST_MOMENT = 110
"""Events of its pods that a run of 30 steps has at least when nothing happens to it."""


def kill(space: Space, pod: Pod) -> None:
    """End the process without a good-bye; the pod may have ended meanwhile."""

    def look() -> bool:
        return killed_master(pod.name) or any(one.uid == pod.uid and one.ended for one in space.journal.ever())

    eventually(look, what=f"{pod.name} is killed, or has ended")


def evict(space: Space, pod: Pod) -> None:
    """As `kubectl drain` does; the pod may have ended meanwhile."""
    space.evict(pod.name)


def delete(space: Space, pod: Pod) -> None:
    """As a person does."""
    space.kubectl("delete", "pod", pod.name, "--wait=false", "--ignore-not-found")


Deed = Callable[[Space, Pod], None]
TO_A_MASTER: tuple[Deed, ...] = (kill, evict, delete)
TO_A_STEP: tuple[Deed, ...] = (evict, delete)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_run_of_30_steps_that_is_disturbed_three_times(space: Space, seed: int) -> None:
    chance = random.Random(seed)
    deeds = [(True, TO_A_MASTER[seed % 3]), *((False, chance.choice(TO_A_STEP)) for _ in range(2))]
    chance.shuffle(deeds)
    moments = sorted(chance.sample(range(1, LAST_MOMENT), len(deeds)))
    run = submit_sums(space, seed=seed, size=STEPS)
    for moment, (to_a_master, deed) in zip(moments, deeds, strict=True):
        pod = pod_at(space, moment, chance, master=to_a_master)
        if pod is None:
            break  # this time it ended before
        deed(space, pod)
        if to_a_master:
            another_is_at_work(space, run, pod)
        else:
            eventually(partial(is_recorded, space, run, pod), what=f"the record tells of the end of {pod.name}")
    judge_sums(space, run, seed=seed, size=STEPS)


def pod_at(space: Space, moment: int, chance: random.Random, *, master: bool) -> Pod | None:
    """Wait until so much has happened; gives the master, or one of the steps, that lives then; None after the end."""

    def look(pods: Sequence[Pod]) -> list[Pod | None]:
        if any(pod.is_master and pod.raw["status"].get("phase") == "Succeeded" for pod in pods):
            return [None]
        living = [pod for pod in pods if pod.is_master is master and not (pod.ended or pod.deleting)]
        if master:
            living = [pod for pod in living if pod.running]
        return [chance.choice(living)] if living and space.journal.count() >= moment else []

    return space.journal.until(look, what=f"{moment} events, and {'a master' if master else 'a step'} that lives")[0]


def another_is_at_work(space: Space, run: str, master: Pod) -> None:
    """Wait until a successor has made a pod, or ended the run: what happens to a step while nobody listens is lost."""

    def look() -> bool:
        pods = space.journal.ever()
        number = next((number for number, pod in enumerate(pods) if pod.is_master and pod.uid != master.uid), None)
        made = number is not None and any(pod.step for pod in pods[number:])
        return made or space.show(run)["state"] == "succeeded"

    eventually(look, what=f"a successor of {master.name} is at work")


def is_recorded(space: Space, run: str, pod: Pod) -> bool:
    """Whether the record tells how an attempt ended."""
    step = step_of(space.show(run), pod.step)
    over = {one["attempt"] for one in step["attempts"] if one["state"] in ("succeeded", "evicted")}
    return pod.attempt in over
