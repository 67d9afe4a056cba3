"""Watches: nothing missed, nothing stalled, too old said so."""

from __future__ import annotations

import asyncio

import pytest

from tests.cluster.contract.client import METADATA, WAIT, Api
from tests.cluster.contract.manifests import config_map


async def test_a_watch_without_a_version_begins_with_what_is_there(api: Api) -> None:
    await api.create("configmaps", config_map("a", labels={"w": "1"}))
    async with asyncio.timeout(WAIT), api.watch("configmaps", labelSelector="w=1") as events:
        event = await anext(events)
    assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "a")
    assert (event["object"]["kind"], event["object"]["apiVersion"]) == ("ConfigMap", "v1")


async def test_a_watch_from_a_lists_version_gets_every_later_change_in_order(api: Api) -> None:
    await api.create("configmaps", config_map("before", labels={"w": "1"}))
    listed = await api.ok("GET", api.path("configmaps"))
    await api.create("configmaps", config_map("a", labels={"w": "1"}))
    await api.patch("configmaps", "a", {"data": {"n": "1"}})
    version = listed["metadata"]["resourceVersion"]
    async with asyncio.timeout(WAIT), api.watch("configmaps", labelSelector="w=1", resourceVersion=version) as events:
        await api.ok("DELETE", api.path("configmaps", "a"))
        seen = [await anext(events) for _ in range(3)]
    assert [(e["type"], e["object"]["metadata"]["name"]) for e in seen] == [
        ("ADDED", "a"),
        ("MODIFIED", "a"),
        ("DELETED", "a"),
    ]
    versions = [int(e["object"]["metadata"]["resourceVersion"]) for e in seen]
    assert versions == sorted(set(versions))
    assert versions[0] > int(version)


async def test_an_object_that_leaves_the_selection_is_deleted_for_the_watch(api: Api) -> None:
    await api.create("configmaps", config_map("a", labels={"w": "1"}))
    async with asyncio.timeout(WAIT), api.watch("configmaps", labelSelector="w=1") as events:
        assert (await anext(events))["type"] == "ADDED"
        await api.patch("configmaps", "a", {"metadata": {"labels": {"w": "2"}}})
        left = await anext(events)
        await api.patch("configmaps", "a", {"metadata": {"labels": {"w": "1"}}})
        back = await anext(events)
    assert (left["type"], back["type"]) == ("DELETED", "ADDED")
    assert back["object"]["metadata"]["labels"] == {"w": "1"}


async def test_a_watch_from_too_old_a_version_ends_with_410(api: Api, request: pytest.FixtureRequest) -> None:
    await api.create("configmaps", config_map("a"))
    async with asyncio.timeout(WAIT), api.watch("configmaps", resourceVersion="1", timeoutSeconds=60) as events:
        seen = [await anext(events)]
        if "[real]" in request.node.name and seen[0]["type"] != "ERROR":
            pytest.skip("this API server began from nothing a short while ago and has all that has happened since")
        seen += [event async for event in events]
    assert [event["type"] for event in seen] == ["ERROR"]
    status = seen[0]["object"]
    assert (status["code"], status["reason"]) == (410, "Expired")
    assert status["message"].startswith("too old resource version: 1 (")


async def test_a_watch_ends_at_its_timeout_after_a_bookmark_newer_than_its_start(api: Api) -> None:
    listed = await api.ok("GET", api.path("configmaps"))
    version = listed["metadata"]["resourceVersion"]
    options = {
        "resourceVersion": version,
        "timeoutSeconds": 5,
        "allowWatchBookmarks": "true",
        "labelSelector": "nobody=here",
    }
    other = await api.create("configmaps", config_map("unselected"))
    async with asyncio.timeout(WAIT), api.watch("configmaps", **options) as events:
        seen = [event async for event in events]
    assert {event["type"] for event in seen} == {"BOOKMARK"}
    bookmark = seen[-1]["object"]
    assert bookmark["kind"] == "ConfigMap"
    assert int(bookmark["metadata"]["resourceVersion"]) >= int(other["metadata"]["resourceVersion"])


async def test_no_bookmark_comes_unasked(api: Api) -> None:
    listed = await api.ok("GET", api.path("configmaps"))
    version = listed["metadata"]["resourceVersion"]
    async with (
        asyncio.timeout(WAIT),
        api.watch("configmaps", resourceVersion=version, timeoutSeconds=3) as events,
    ):
        assert [event async for event in events] == []


async def test_metadata_only_watches_leave_out_the_rest(api: Api) -> None:
    await api.create("configmaps", config_map("a", {"k": "v"}, labels={"w": "1"}))
    async with asyncio.timeout(WAIT), api.watch("configmaps", labelSelector="w=1", accept=METADATA) as events:
        event = await anext(events)
    assert (event["type"], event["object"]["kind"]) == ("ADDED", "PartialObjectMetadata")
    assert "data" not in event["object"]


async def test_initial_events_can_be_asked_for_with_their_end_marked(api: Api) -> None:
    await api.create("configmaps", config_map("a", labels={"w": "1"}))
    options = {
        "sendInitialEvents": "true",
        "allowWatchBookmarks": "true",
        "resourceVersionMatch": "NotOlderThan",
        "labelSelector": "w=1",
    }
    async with asyncio.timeout(WAIT), api.watch("configmaps", **options) as events:
        seen = [await anext(events) for _ in range(2)]
    assert [event["type"] for event in seen] == ["ADDED", "BOOKMARK"]
    assert seen[1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_a_named_watch_sees_only_that_object(api: Api) -> None:
    async with asyncio.timeout(WAIT), api.watch("configmaps", fieldSelector="metadata.name=b") as events:
        await api.create("configmaps", config_map("a"))
        await api.create("configmaps", config_map("b"))
        event = await anext(events)
    assert event["object"]["metadata"]["name"] == "b"
