"""A mirror never silently stalls. Against a server on loopback; pauses take no time, waits are on conditions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS
from k8stui.cluster.store import ChangeType
from k8stui.model.errors import ForbiddenError, K8stuiError, UnreachableError
from tests.unit.cluster.fakes import Api, events, pod, pod_list, refusal, serve

EXPIRED = {"type": "ERROR", "object": refusal(410, "Expired", "too old resource version")}


def added(name: str, version: str) -> dict[str, Any]:
    return {"type": "ADDED", "object": pod(name, version)}


def bookmark(version: str) -> dict[str, Any]:
    return {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": version}}}


async def until(condition: Callable[[], bool], mirror: Mirror) -> None:
    """Wait, at most 5 s, until the mirror shows something."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the condition is the state of a program, not of a test
            await asyncio.sleep(0.005)
    assert mirror.synced or mirror.error


class Server:
    """Lists from `pods`; each watch plays the next of `watches`, the last one stays open."""

    def __init__(self, *watches: list[dict[str, Any]], pods: list[dict[str, Any]] | None = None) -> None:
        self.pods = pods if pods is not None else [pod("a", "5")]
        self.watches = list(watches)
        self.lists = 0
        self.watched_from: list[str] = []
        self._stay = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if "watch" not in request.query:
            self.lists += 1
            return web.json_response(pod_list(*self.pods, version=str(10 * self.lists)))
        self.watched_from.append(request.query["resourceVersion"])
        response = await events(request, *(self.watches.pop(0) if self.watches else []))
        if not self.watches:
            await self._stay.wait()
        return response


def names(mirror: Mirror) -> list[str]:
    return sorted(name for _, name in mirror.objects)


async def test_it_lists_then_watches_from_there() -> None:
    server = Server([added("b", "12")])
    async with serve(server) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await mirror.wait_synced()
        await until(lambda: names(mirror) == ["a", "b"], mirror)
        assert server.watched_from == ["10"]
        assert mirror.connected
        assert mirror.error is None
        assert mirror.age() < 5


@pytest.mark.parametrize("metadata_only", [False, True])
async def test_the_first_page_is_a_small_one_that_can_be_shown_at_once(*, metadata_only: bool) -> None:
    server, sizes = Server([]), list[tuple[str, str]]()

    async def handler(request: web.Request) -> web.StreamResponse:
        if "watch" in request.query:
            return await server(request)
        sizes.append((request.query["limit"], request.query.get("continue", "")))
        more = {} if len(sizes) == 3 else {"continue": f"token-{len(sizes)}"}
        return web.json_response(pod_list(pod(f"p{len(sizes)}"), meta=more))

    async with (
        serve(handler) as api,
        api.cluster() as cluster,
        Mirror(cluster, PODS, metadata_only=metadata_only) as mirror,
    ):
        await mirror.wait_synced()
        assert sizes == [("100", ""), ("500", "token-1"), ("500", "token-2")]
        assert names(mirror) == ["p1", "p2", "p3"]


async def test_a_watch_that_ends_goes_on_from_the_last_version_bookmarks_included() -> None:
    server = Server([added("b", "12")], [bookmark("15")], [])
    async with serve(server) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await until(lambda: len(server.watched_from) == 3, mirror)
        assert server.watched_from == ["10", "12", "15"]
        assert server.lists == 1


async def test_an_expired_version_lists_anew_and_notices_deletions() -> None:
    server, somebody_reads = Server([added("b", "12"), EXPIRED], []), asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        if "watch" in request.query:
            await somebody_reads.wait()
        return await server(request)

    async with serve(handler) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await mirror.wait_synced()
        changes = mirror.changes()
        server.pods = [pod("c", "20")]
        somebody_reads.set()
        await until(lambda: names(mirror) == ["c"] and len(server.watched_from) == 2, mirror)
        assert server.watched_from == ["10", "20"]
        told = {(change.type, change.key[1]) for change in changes.take()}
        assert {(ChangeType.DELETED, "a"), (ChangeType.DELETED, "b"), (ChangeType.ADDED, "c")} <= told
        assert (ChangeType.RELISTED, "") in told


async def test_http_410_lists_anew_as_well() -> None:
    server = Server([])
    refused = False

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal refused
        if "watch" in request.query and not refused:
            refused = True
            return web.json_response(refusal(410, "Expired", "too old"), status=410)
        return await server(request)

    async with serve(handler) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await until(lambda: server.watched_from == ["20"], mirror)
        assert server.lists == 2


async def test_a_silent_watch_is_taken_for_dead_and_opened_again() -> None:
    server = Server([])
    async with (
        serve(server) as api,
        api.cluster() as cluster,
        Mirror(cluster, PODS, watch_seconds=0.03, silence_margin=0.03) as mirror,
    ):
        await until(lambda: len(server.watched_from) >= 3, mirror)
        assert server.lists == 1


async def test_a_watch_cut_in_the_middle_is_taken_up_again() -> None:
    server = Server([])
    cut = False

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal cut
        if "watch" in request.query and not cut:
            cut = True
            response = await events(request, added("b", "12"))
            await response.write(b'{"type": "ADD')
            assert request.transport
            request.transport.abort()
            return response
        return await server(request)

    async with serve(handler) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await until(lambda: server.watched_from == ["12"], mirror)
        assert names(mirror) == ["a", "b"]


async def test_a_loss_is_shown_with_the_last_good_objects_and_clears_by_itself() -> None:
    server = Server([])
    failing = asyncio.Event()
    healed = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        if failing.is_set() and not healed.is_set():
            return web.json_response(refusal(503, "", "no leader"), status=503)
        if "watch" in request.query and not failing.is_set():
            response = await events(request)
            await failing.wait()
            return response
        return await server(request)

    async with serve(handler) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await mirror.wait_synced()
        failing.set()
        await until(lambda: mirror.error is not None and "no leader" in mirror.error.message, mirror)
        assert names(mirror) == ["a"]
        assert not mirror.connected
        assert mirror.disconnected_since is not None
        healed.set()
        await until(lambda: mirror.connected, mirror)
        assert mirror.error is None
        assert mirror.disconnected_since is None


async def test_a_missing_right_is_told_at_once() -> None:
    said = 'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "ns"'

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response(refusal(403, "Forbidden", said), status=403)

    async with serve(handler) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        with pytest.raises(ForbiddenError, match="may not list pods"):
            await mirror.wait_synced(60)


async def test_a_server_that_is_not_there_is_told_after_the_wait() -> None:
    async with serve(Server()) as api:
        gone = api.url
    async with Api(Server(), gone).cluster() as cluster, Mirror(cluster, PODS) as mirror:
        with pytest.raises(UnreachableError, match="No connection to the cluster at"):
            await mirror.wait_synced(1.0)


async def test_the_first_page_is_there_before_the_last() -> None:
    second = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        if "continue" in request.query:
            await second.wait()
            return web.json_response(pod_list(pod("b")))
        return web.json_response(pod_list(pod("a"), meta={"continue": "more"}))

    async with serve(handler) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        async with asyncio.timeout(60):
            first = await anext(mirror.changes())
        assert first.key == ("ns", "a")
        assert not mirror.synced
        second.set()
        await mirror.wait_synced(60)
        assert names(mirror) == ["a", "b"]


async def test_a_watch_that_always_ends_at_once_is_named_and_slowed_down() -> None:
    pauses: list[float] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        return await events(request) if "watch" in request.query else web.json_response(pod_list())

    async with serve(handler) as api, api.cluster() as cluster:
        unpaused = cluster.clock.sleep

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)
            await unpaused(seconds)

        cluster.clock.sleep = sleep
        async with Mirror(cluster, PODS) as mirror:
            await until(lambda: len(pauses) >= 6, mirror)
            assert pauses[5] > pauses[0]
            assert "ended the watch of pods at once" in str(mirror.error) or mirror.connected


async def test_readers_end_with_the_mirror() -> None:
    async with serve(Server([])) as api, api.cluster() as cluster:
        async with Mirror(cluster, PODS) as mirror:
            await mirror.wait_synced()
            changes = mirror.changes()
        async with asyncio.timeout(60):
            assert [change.type async for change in changes][-1:] in ([], [ChangeType.RELISTED])


async def test_an_object_of_15_megabytes_passes_through_a_watch() -> None:
    big = {"type": "ADDED", "object": {**pod("big", "12"), "data": "x" * 15_000_000}}
    server = Server([big])
    async with serve(server) as api, api.cluster() as cluster, Mirror(cluster, PODS) as mirror:
        await until(lambda: "big" in names(mirror), mirror)
        assert len(json.dumps(mirror.objects["ns", "big"])) > 15_000_000


async def test_a_defect_in_the_mirror_is_shown_and_not_swallowed() -> None:
    def broken(_: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError

    server = Server(pods=[pod("a")])
    async with serve(server) as api, api.cluster() as cluster, Mirror(cluster, PODS, slim=broken) as mirror:
        with pytest.raises(K8stuiError, match="The mirror of pods stopped"):
            await mirror.wait_synced(60)
        async with asyncio.timeout(60):
            assert [change async for change in mirror.changes()] == []
