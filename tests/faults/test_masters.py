"""Two masters at once, and one whose clock is wrong."""

from __future__ import annotations

import pytest

from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.embedded.objects import copied
from k8stui.incluster.contract import names
from tests.embedded.runs import eventually
from tests.faults.deeds import Held, calls
from tests.faults.history import Pod
from tests.faults.oracle import judge
from tests.faults.place import Place

TAKEN_OVER = "another master has taken over this run"


async def start_another(place: Place, master: Pod) -> Pod:
    """A second master of the same run, as a node that was thought to be lost leaves one."""
    manifest = copied(master.raw)
    meta = manifest["metadata"]
    owner = {**meta["ownerReferences"][0], "controller": False}
    manifest["metadata"] = {
        "name": f"{master.run}-second",
        "labels": meta["labels"],
        "annotations": meta["annotations"],
        "ownerReferences": [owner],
    }
    manifest["spec"].pop("nodeName", None)
    await place.cluster.create({"apiVersion": "v1", "kind": "Pod", **{k: manifest[k] for k in ("metadata", "spec")}})
    second = await place.history.master(master.run, other_than=master.name)
    await eventually(
        lambda: place.cluster.get(CONFIGMAPS, names.record_name(master.run)),
        until=lambda record: record["metadata"]["annotations"][names.ANNOTATION_EPOCH] == "2",
    )
    return second


async def test_a_second_one_takes_over_and_the_first_one_ends(place: Place) -> None:
    run = await place.submit("chain", length=5, hold_at=3)
    await place.history.running(run, "held")
    first = await place.history.master(run)
    await start_another(place, first)
    place.open()
    await judge(place, run, result=("one_4", 5), told=[TAKEN_OVER])


@pytest.mark.parametrize("commit", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["held", "one-2"])
async def test_a_second_one_comes_while_the_first_creates_a_pod(place: Place, name: str, commit: bool) -> None:
    held = Held(commit=commit)
    place.proxy.on(calls("create", "pods", name), held)
    run = await place.submit("chain", length=4, hold_at=2)
    if name != "held":
        place.open()
    await held.reached()
    await start_another(place, await place.history.master(run))
    await place.history.until(
        lambda: [pod for pod in place.history.steps(run) if name in pod.name], what="the second one has created it"
    )
    held.release()
    place.open()
    await judge(place, run, result=("one_3", 4))


async def test_a_second_one_comes_while_the_first_writes_the_record(place: Place) -> None:
    held = Held(commit=False)
    place.proxy.on(calls("patch", "configmaps"), held, first=2)
    run = await place.submit("chain", length=4, hold_at=2)
    await held.reached()
    await start_another(place, await place.history.master(run))
    await place.history.running(run, "held")
    held.release()
    place.open()
    await judge(place, run, result=("one_3", 4), told=[TAKEN_OVER])


@pytest.mark.parametrize("ahead", [600.0, -600.0], ids=["10 min ahead", "10 min behind"])
@pytest.mark.parametrize("handover", [True, False], ids=["with handover", "without handover"])
async def test_a_clock_that_is_wrong(place: Place, ahead: float, handover: bool) -> None:
    run = await place.submit("chain", length=4, hold_at=2, handover=handover, master=place.clock(ahead=ahead))
    pod = await place.history.running(run, "held")
    await place.cluster.delete(PODS, pod.name)
    await place.history.running(run, "held", attempt=2)
    place.kill(await place.history.master(run))
    place.open()
    tried = {"held": ["evicted", "succeeded"]}
    await judge(place, run, result=("one_3", 4), attempts=tried, told=["deleted", "goes on"])


@pytest.mark.parametrize("ahead", [600.0, -600.0], ids=["10 min ahead", "10 min behind"])
async def test_a_clock_that_is_wrong_makes_no_stopped_run_of_two_deletions(place: Place, ahead: float) -> None:
    run = await place.submit("beside", master=place.clock(ahead=ahead))
    pod = await place.history.running(run, "held")
    await place.history.running(run, "held_2")
    await place.cluster.delete(PODS, pod.name)
    await place.cluster.delete(PODS, (await place.history.master(run)).name)
    await place.history.running(run, "held", attempt=2)
    place.open()
    await judge(place, run, result=("held", 1), attempts={"held": ["evicted", "succeeded"]}, told=["deleted"])
