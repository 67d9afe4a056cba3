"""Step pods that are evicted, deleted or lost with their node, at each moment of their lives."""

from __future__ import annotations

import os
import signal

import pytest

from k8stui.cluster.resources import PODS
from k8stui.embedded.objects import set_condition
from k8stui.embedded.registry import POD
from k8stui.incluster.contract.states import RunState
from tests.faults.deeds import Held, calls, lose
from tests.faults.history import Pod
from tests.faults.oracle import judge
from tests.faults.place import Place

AGAIN = {"held": ["evicted", "succeeded"]}
MISSING = {"env_from": [{"configMapRef": {"name": "not-yet"}}]}


async def end(place: Place, pod: Pod, how: str) -> None:
    """End a pod from outside, so that the master sees why."""
    await place.watched()
    if how == "evicted":
        await place.cluster.evict(pod.name)
    elif how == "evicted by its node":
        place.embedded.pressure_evict(pod.namespace, pod.name)
    else:
        await place.cluster.delete(PODS, pod.name)


async def gone(place: Place, run: str) -> None:
    """Return when no step pod of a run is there."""
    await place.history.until(lambda: not [pod for pod in place.history.now(run) if pod.step], what="the pod is gone")


async def delete_held(place: Place, run: str) -> None:
    """Delete the pod of the step that is held, and return when it is gone."""
    await place.cluster.delete(PODS, (await place.history.running(run, "held")).name)
    await gone(place, run)


WORDS = {"evicted": "EvictionByEvictionAPI", "evicted by its node": "low on resource", "deleted": "deleted"}


@pytest.mark.parametrize("handover", [True, False], ids=["with handover", "without handover"])
@pytest.mark.parametrize("how", WORDS)
async def test_while_it_runs(place: Place, how: str, handover: bool) -> None:
    run = await place.submit("waiting", handover=handover)
    await end(place, await place.history.running(run, "held"), how)
    await place.history.running(run, "held", attempt=2)  # the first one could still succeed until it is told to end
    place.open()
    view = await judge(place, run, result=("one", 2), attempts=AGAIN, told=[WORDS[how]])
    assert [(step.failures, step.disruptions) for step in view.steps] == [(0, 1), (0, 0)]


@pytest.mark.parametrize("how", WORDS)
async def test_before_its_container_starts(place: Place, how: str) -> None:
    run = await place.submit("chain", length=2, pods=MISSING)
    pod = await place.history.until(
        lambda: next((pod for pod in place.history.now(run) if pod.step and "waiting" in pod.state), None),
        what="a step waits for its configuration",
    )
    await end(place, pod, how)
    await place.cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "not-yet"}})
    await judge(
        place,
        run,
        result=("one_2", 2),
        attempts={"one": ["evicted", "succeeded"]},
        told=[WORDS[how]],
        keeps=["not-yet"],
    )


@pytest.mark.parametrize("how", ["evicted", "deleted"])
async def test_when_it_has_done_its_work_but_nobody_was_told(place: Place, how: str) -> None:
    run = await place.submit("lingering", handover=False)
    pod = await place.history.running(run, "lingers")
    await place.done(pod)
    await end(place, pod, how)
    await place.history.running(run, "lingers", attempt=2)
    place.open("exit")
    place.open()
    tried = {"lingers": ["evicted", "succeeded"]}
    await judge(place, run, result=("one", 2), attempts=tried, told=[WORDS[how]])


async def test_when_it_is_over_its_deletion_changes_nothing(place: Place) -> None:
    run = await place.submit("chain", length=3, hold_at=2)
    await place.history.running(run, "held")
    await place.cluster.delete(PODS, (await place.history.ended(run, "one")).name)
    place.open()
    await judge(place, run, result=("one_2", 3))


async def test_with_its_node(place: Place) -> None:
    run = await place.submit("waiting")
    pod = await place.history.running(run, "held")
    for pid in place.embedded.pod_pids(pod.namespace, pod.name).values():
        os.kill(pid, signal.SIGSTOP)  # as far as anybody can tell, it is gone
    lost = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "DeletionByTaintManager",
        "message": "Taint manager: deleting due to NoExecute taint",
    }
    found = place.embedded.resources.get(POD, pod.namespace, pod.name)
    place.embedded.resources.change(POD, found, lambda obj: set_condition(obj["status"], lost), subresource="status")
    await place.watched()
    await place.cluster.delete(PODS, pod.name, grace_seconds=0)
    place.open()
    await judge(place, run, result=("one", 2), attempts=AGAIN, told=["DeletionByTaintManager"])


async def test_more_often_than_the_budget_allows(place: Place) -> None:
    run = await place.submit("waiting")
    for attempt in (1, 2, 3, 4):
        await place.cluster.evict((await place.history.running(run, "held", attempt)).name)
    await judge(
        place,
        run,
        state=RunState.FAILED,
        attempts={"held": ["evicted"] * 4, "one": []},
        told=["disrupted 4 times, more than its budget of 3"],
    )


async def test_before_its_creation_was_answered(place: Place) -> None:
    held = Held(commit=True)
    place.proxy.on(calls("create", "pods", "held"), held)
    run = await place.submit("waiting")
    await held.reached()
    await end(place, await place.history.running(run, "held"), "evicted")
    await gone(place, run)
    held.release()
    place.open()
    await judge(place, run, result=("one", 2), attempts=AGAIN, told=["EvictionByEvictionAPI"])


async def test_before_the_pods_were_listed_for_the_first_time(place: Place) -> None:
    held = Held(commit=False)
    place.proxy.on(calls("list", "pods"), held)
    run = await place.submit("waiting")
    await held.reached()
    await delete_held(place, run)
    held.release()
    await place.history.running(run, "held", attempt=2)
    place.open()
    await judge(place, run, result=("one", 2), attempts=AGAIN, told=["deleted"])


async def test_before_the_first_list_and_the_answer_to_its_creation(place: Place) -> None:
    answered, listed, opened = Held(commit=True), Held(commit=False), Held(commit=False)
    place.proxy.on(calls("create", "pods", "held"), answered)
    place.proxy.on(calls("list", "pods"), listed)
    place.proxy.on(calls("watch", "pods"), opened)
    run = await place.submit("waiting", handover=False)
    await answered.reached()
    await listed.reached()
    await delete_held(place, run)
    listed.release()
    await opened.reached()  # and the list was taken in
    answered.release()
    opened.release()
    await place.history.running(run, "held", attempt=2)
    place.open()
    await judge(place, run, result=("one", 2), attempts=AGAIN, told=["deleted"])


async def test_after_the_answer_to_its_creation_was_lost(place: Place) -> None:
    looked = Held(commit=False)
    place.proxy.on(calls("create", "pods", "held"), lose(commit=True))
    place.proxy.on(calls("get", "pods", "held"), looked)
    run = await place.submit("waiting")
    await looked.reached()
    await delete_held(place, run)
    looked.release()
    await place.history.running(run, "held", attempt=2)
    place.open()
    await judge(place, run, result=("one", 2), attempts=AGAIN, told=["deleted"])


async def test_it_is_not_asked_for_again_when_the_answer_to_its_creation_is_lost_late(place: Place) -> None:
    held = Held(commit=True)
    place.proxy.on(calls("create", "pods", "held-1"), held)
    run = await place.submit("waiting")
    await held.reached()
    await end(place, await place.history.running(run, "held"), "evicted")
    await place.history.running(run, "held", attempt=2)
    held.drop()
    place.open()
    await judge(place, run, result=("one", 2), attempts=AGAIN, told=["EvictionByEvictionAPI"])


async def test_all_finished_ones_and_the_master_at_once(place: Place) -> None:
    run = await place.submit("chain", length=5, hold_at=4)
    await place.history.running(run, "held")
    await master_and_finished_ones_go(place, run)
    place.open()
    await judge(place, run, result=("one_4", 5), told=["goes on"], lost=["one", "one_2", "one_3"])


async def test_all_finished_parts_and_the_master_at_once_when_their_join_is_over(place: Place) -> None:
    run = await place.submit("joining", width=4)
    await place.history.running(run, "held")
    await master_and_finished_ones_go(place, run)
    place.open()
    await judge(place, run, result=("held", 5), told=["goes on"], lost=["total"])


async def test_all_finished_ones_and_the_master_at_once_when_only_the_journal_tells_of_them(place: Place) -> None:
    next_one = Held(commit=False)
    place.proxy.on(calls("create", "pods", "held"), next_one)
    run = await place.submit("laden")
    await next_one.reached()
    place.kill(await place.history.master(run))
    for pod in [pod for pod in place.history.now(run) if pod.step]:
        await place.cluster.delete(PODS, pod.name, grace_seconds=0)
    next_one.drop()
    await judge(place, run, result=("one", 108_004), told=["goes on"])


async def master_and_finished_ones_go(place: Place, run: str) -> None:
    """The master is killed, and in the same moment all pods are gone but the one that is held."""
    master = await place.history.master(run)
    place.kill(master)
    for pod in [pod for pod in place.history.now(run) if pod.step and pod.step != "held"]:
        await place.cluster.delete(PODS, pod.name, grace_seconds=0)
    await place.history.master(run, other_than=master.name)
