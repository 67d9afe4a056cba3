"""Watches that break, fall silent, expire, repeat themselves or tell what is old; the steps hand nothing over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from k8stui.embedded.registry import POD
from tests.embedded.runs import eventually
from tests.faults.deeds import PATIENCE, answer, calls, event, status, watching
from tests.faults.oracle import judge
from tests.faults.place import Place
from tests.faults.proxy import Bend, Lines


def cut(after: int) -> Bend:
    """The connection ends after so many events."""

    async def bend(lines: Lines) -> Lines:
        told = 0
        async for line in lines:
            yield line
            told += 1
            if told == after:
                return

    return bend


async def torn(lines: Lines) -> Lines:
    """The connection ends in the middle of the first event."""
    async for line in lines:
        yield line[: len(line) // 2]
        return


async def gone(lines: Lines) -> Lines:
    """The version is too old, as after a compaction."""
    yield event("ERROR", status(410, "too old resource version"))


async def twice(lines: Lines) -> Lines:
    """Every event comes twice."""
    async for line in lines:
        yield line
        yield line


async def old_after_new(lines: Lines) -> Lines:
    """After every event, the one before it on the same pod comes once more."""
    before: dict[str, bytes] = {}
    async for line in lines:
        yield line
        name = json.loads(line)["object"]["metadata"].get("name", "")
        if name in before:
            yield before[name]
        before[name] = line


@pytest.mark.parametrize(
    ("bend", "times"),
    [
        pytest.param(cut(after=1), None, id="cut after each event"),
        pytest.param(cut(after=3), None, id="cut after three events"),
        pytest.param(torn, 5, id="torn in an event"),
        pytest.param(gone, 5, id="too old"),
        pytest.param(twice, None, id="each event twice"),
        pytest.param(old_after_new, None, id="old events after new ones"),
    ],
)
async def test_a_watch_of_the_pods_that_goes_wrong(place: Place, bend: Bend, times: int | None) -> None:
    fault = place.proxy.on(calls("watch", "pods"), watching(place.proxy, bend), times=times)
    run = await place.submit("diamond", handover=False)
    await judge(place, run, result=("one_2", 7))
    assert fault.hits


async def test_old_events_of_pods_that_are_gone_bring_nothing_back(place: Place) -> None:
    place.proxy.on(calls("watch", "pods"), watching(place.proxy, old_after_new), times=None)
    run = await place.submit("chain", length=3, hold_at=2, handover=False)
    pod = await place.history.running(run, "held")
    await place.cluster.evict(pod.name)
    await place.history.running(run, "held", attempt=2)
    place.open()
    tried = {"held": ["evicted", "succeeded"]}
    await judge(place, run, result=("one_2", 3), attempts=tried, told=["EvictionByEvictionAPI"])


async def test_a_watch_that_falls_silent_is_noticed(place: Place) -> None:
    opened, fallen = asyncio.Event(), asyncio.Event()

    async def silent(lines: Lines) -> Lines:
        opened.set()
        async for line in lines:
            if b"held" in line and b'"terminated"' in line and not fallen.is_set():
                fallen.set()
                await asyncio.Event().wait()
            yield line

    # The first watch that would tell of the end: where a step runs for long, earlier ones are over by then.
    place.proxy.on(calls("watch", "pods"), watching(place.proxy, silent), times=None)
    run = await place.submit("waiting", handover=False, master=place.clock(pace=30))
    async with asyncio.timeout(PATIENCE):
        await opened.wait()  # what ends before may be told of by the list
    place.open()
    await judge(place, run, result=("one", 2))
    assert fallen.is_set()


def the_list_of_now(place: Place) -> Callable[[], dict[str, object]]:
    """What a list of all pods says now, to be given out later."""
    store = place.embedded.store
    body = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": str(store.version)}}
    pods = [pod for pod in store.all(POD) if "k8stui.io/step" in pod["metadata"]["labels"]]
    return lambda: {**body, "items": pods}


@pytest.mark.parametrize("at", ["submit", "created", "running"])
async def test_a_list_that_is_older_than_what_was_seen_takes_nothing_back(place: Place, at: str) -> None:
    ended = asyncio.Event()

    async def until_it_ends(lines: Lines) -> Lines:
        async for line in lines:
            yield line
            if b"held" in line and b'"terminated"' in line:
                ended.set()
                yield event("ERROR", status(410, "too old resource version"))
                return

    place.proxy.on(calls("watch", "pods"), watching(place.proxy, until_it_ends))
    stale = the_list_of_now(place)
    run = await place.submit("waiting", handover=False)
    if at == "created":
        await place.history.until(lambda: place.history.steps(run), what="a step pod exists")
        stale = the_list_of_now(place)
    await place.history.running(run, "held")
    if at == "running":
        stale = the_list_of_now(place)
    listed = place.proxy.on(calls("list", "pods"), answer(stale()))
    place.open()
    await judge(place, run, result=("one", 2))
    assert ended.is_set()
    assert listed.hits == 1


async def test_a_watch_of_the_record_that_breaks_still_brings_a_request(place: Place) -> None:
    fault = place.proxy.on(calls("watch", "configmaps"), watching(place.proxy, cut(after=1)), times=None)
    run = await place.submit("diamond", gate="go")
    await eventually(lambda: asyncio.sleep(0, fault.hits), until=lambda hits: hits > 1)
    place.open()
    await judge(place, run, result=("one_2", 7))
