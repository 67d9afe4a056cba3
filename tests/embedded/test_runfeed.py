"""A run kept fresh on a living cluster: past its end, through an outage, and after it was deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.logs.stream import LogLine
from k8stui.control.runs.feed import RunFeed
from k8stui.control.runs.reading import show_run
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ForbiddenError, NotFoundError, UnreachableError
from k8stui.model.views import RunView
from tests.cluster.deleting import delete_all
from tests.embedded.gate import Gate
from tests.embedded.readers import reader_of
from tests.embedded.runs import ended, start


async def until(feed: RunFeed, condition: Callable[[], bool]) -> None:
    """Wait for changes of the feed until the condition holds, at most a minute."""
    async with asyncio.timeout(60):
        version = feed.version
        while not condition():
            version = await feed.wait_changed(version)


def state(feed: RunFeed) -> RunState | None:
    return feed.view.state if feed.view else None


async def test_a_run_is_followed_past_its_end(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    async with RunFeed(cluster, run) as feed:
        await until(feed, lambda: feed.view is not None and feed.view.steps[0].state is StepState.RUNNING)
        flag.touch()
        await until(feed, lambda: state(feed) is RunState.SUCCEEDED)
        assert feed.view is not None
        assert [step.state for step in feed.view.steps] == [StepState.SUCCEEDED, StepState.SUCCEEDED]
        assert feed.error is None
        assert feed.freshness.synced
        assert feed.freshness.connected
        await cluster.delete(JOBS, run)
        await delete_all(cluster, PODS, labels=f"{names.LABEL_RUN_ID}={run}", grace_seconds=0)
        await until(feed, lambda: feed.view is not None and not feed.view.pods)
        assert state(feed) is RunState.SUCCEEDED
        shown = await show_run(cluster, run)
        await until(feed, lambda: feed.view == shown)


async def test_a_run_that_is_deleted_stays_in_view_and_is_told_as_gone(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    async with RunFeed(cluster, run) as feed:
        await feed.wait_synced()
        await delete_run(cluster, run)
        await until(feed, lambda: feed.gone)
        assert state(feed) is RunState.SUCCEEDED
        assert feed.error is None


async def test_a_run_that_is_not_there_is_an_error_until_it_comes(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    record = await cluster.get(CONFIGMAPS, names.record_name(run))
    await delete_run(cluster, run)
    async with RunFeed(cluster, run) as feed:
        with pytest.raises(NotFoundError, match="no run"):
            await feed.wait_synced()
        assert (feed.view, feed.gone) == (None, False)
        kept = {key: record["metadata"][key] for key in ("name", "namespace", "labels", "annotations")}
        await cluster.create({**record, "metadata": kept})
        await until(feed, lambda: feed.view is not None)
        assert state(feed) is RunState.SUCCEEDED
        assert feed.error is None


async def test_an_outage_keeps_the_view_says_so_and_passes(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    async with Gate(embedded.url) as gate:
        behind = await connect(kubeconfig=gate.kubeconfig(embedded.kubeconfig))
        async with behind, RunFeed(behind, run) as feed:
            await until(feed, lambda: state(feed) is RunState.RUNNING and feed.error is None)
            await gate.shut()
            await until(feed, lambda: feed.error is not None)
            assert isinstance(feed.error, UnreachableError)
            assert not feed.freshness.connected
            assert state(feed) is RunState.RUNNING
            flag.touch()
            await ended(cluster, run)
            assert state(feed) is RunState.RUNNING
            await gate.open()
            await until(feed, lambda: state(feed) is RunState.SUCCEEDED and feed.error is None)
            assert feed.freshness.connected


async def test_following_to_the_end_waits_an_outage_out(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    seen: list[RunView | LogLine | Ended] = []
    async with (
        Gate(embedded.url) as gate,
        await connect(kubeconfig=gate.kubeconfig(embedded.kubeconfig)) as behind,
        asyncio.timeout(60),
    ):
        async for item in follow_run(behind, run):
            seen.append(item)
            if isinstance(item, RunView) and item.counts.get("running") and not flag.exists():
                await gate.shut()
                flag.touch()
                await ended(cluster, run)
                await gate.open()
    assert isinstance(seen[-1], Ended)
    assert seen[-1].run.state is RunState.SUCCEEDED
    assert sorted(item.text for item in seen if isinstance(item, LogLine)) == ["add to 1", "waiting"]


class Refusing:
    """A cluster that loses the connection whenever a ConfigMap is read, while its watches go on."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.broken = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    async def get(self, *arguments: Any, **options: Any) -> Any:
        if self.broken:
            raise UnreachableError("the connection broke")
        return await self._cluster.get(*arguments, **options)


async def test_a_read_that_fails_is_tried_again_and_the_last_view_stays(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    refusing = Refusing(cluster)
    async with RunFeed(cast("Cluster", refusing), run) as feed:
        await until(feed, lambda: state(feed) is RunState.RUNNING)
        refusing.broken = True
        flag.touch()
        await until(feed, lambda: feed.error is not None)
        assert str(feed.error) == "the connection broke"
        assert state(feed) is RunState.RUNNING
        refusing.broken = False
        await until(feed, lambda: state(feed) is RunState.SUCCEEDED)
        assert feed.error is None


async def test_without_the_right_to_see_pods_the_run_is_shown_as_its_record_tells_it(
    embedded: EmbeddedCluster, cluster: Cluster
) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    kubeconfig = await reader_of(cluster, embedded, "ada", "configmaps", "jobs")
    async with await connect(kubeconfig=kubeconfig) as ada, RunFeed(ada, run) as feed:
        await until(feed, lambda: feed.view is not None)
        assert state(feed) is RunState.SUCCEEDED
        assert isinstance(feed.error, ForbiddenError)
        assert "pods" in feed.error.message.lower()


async def test_a_run_that_was_dead_when_one_came_is_never_shown_alive(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    async with RunFeed(cluster, run) as feed:
        await until(feed, lambda: state(feed) is RunState.RUNNING)
        record = await cluster.get(CONFIGMAPS, names.record_name(run))
        await cluster.delete(JOBS, run, grace_seconds=0)
        await until(feed, lambda: state(feed) is RunState.STOPPED and feed.view is not None and not feed.view.pods)
    fresh = await cluster.get(CONFIGMAPS, names.record_name(run))
    version = fresh["metadata"]["resourceVersion"]
    # The record as a master leaves it that had no time to write.
    await cluster.replace({**record, "metadata": {**record["metadata"], "resourceVersion": version}})
    async with RunFeed(cluster, run) as feed:
        await feed.wait_synced()
        assert state(feed) is RunState.STOPPED
        assert feed.view is not None
        assert feed.view.why == "its Job was deleted before it ended"
