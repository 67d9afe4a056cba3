"""What a cluster may do to a run as a whole: take its namespace or its room away, or let its pods run for ever."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from k8stui.cluster.resources import NAMESPACES
from k8stui.control.runs.reading import show_run
from k8stui.embedded.registry import NAMESPACE
from k8stui.incluster.contract.names import STEP_CONTAINER
from tests.embedded.runs import eventually, step_of
from tests.faults.deeds import calls
from tests.faults.oracle import judge, left
from tests.faults.place import Place
from tests.faults.proxy import Call, Forward


def quota(pods: int) -> dict[str, object]:
    spec = {"hard": {"pods": str(pods)}}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": spec}


async def test_a_quota_that_comes_in_the_middle_is_waited_out(place: Place) -> None:
    run = await place.submit("diamond", width=6, gate="go")
    for part in ("held", *(f"held_{number}" for number in range(2, 7))):  # none is left for the quota to keep out
        await place.history.running(run, part)
    await place.cluster.create(quota(1))  # the orchestrator's pod alone fills it
    place.open()

    async def why() -> str:
        return step_of(await show_run(place.cluster, run), "total").why

    await eventually(why, until=lambda told: "exceeded quota" in told)
    await place.cluster.replace(quota(2))
    await judge(place, run, result=("one_2", 13))


async def test_a_chain_of_20_under_a_quota_of_2_pods(place: Place) -> None:
    await place.cluster.create(quota(2))
    run = await place.submit("chain", length=20)
    await judge(place, run, result=("one_20", 20))
    assert place.history.most_alive(run) == 1


async def test_nothing_is_left_of_a_namespace_that_is_deleted(place: Place) -> None:
    await place.cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "brief"}})
    run = await place.submit("waiting", namespace="brief")
    pod = await place.history.running(run, "held")
    await place.cluster.delete(NAMESPACES, "brief")
    await eventually(
        lambda: asyncio.sleep(0, place.embedded.store.get(NAMESPACE, "", "brief")), until=lambda found: found is None
    )
    assert await left(place) == []
    assert not [line for line in place.journal() if line.what == "end"]
    assert pod.attempt == 1


async def with_a_mesh(call: Call, forward: Forward) -> web.StreamResponse:
    """A deed: what a webhook does that puts a proxy beside every container; it never ends by itself."""
    assert call.body is not None
    spec = call.body["spec"]
    forever = "import time\nwhile True: time.sleep(1)"
    spec["containers"].insert(0, {"name": "mesh", "image": "mesh", "command": ["python3", "-c", forever]})
    assert STEP_CONTAINER in [one["name"] for one in spec["containers"]]
    return await forward(call)


@pytest.mark.parametrize("handover", [True, False], ids=["with handover", "without handover"])
async def test_a_second_container_that_never_ends_keeps_no_pod_alive(place: Place, handover: bool) -> None:
    place.proxy.on(calls("create", "pods"), with_a_mesh, times=None)
    run = await place.submit("diamond", handover=handover)
    await judge(place, run, result=("one_2", 7))


async def test_a_fan_in_of_many_results_without_a_store(place: Place) -> None:
    run = await place.submit("wide", width=40, length=2500)
    await judge(place, run, result=("lengths", 100_000))
