"""What a screen sees of runs while they go on: the board of all, and the feed of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.control.runs.board import RunBoard
from k8stui.control.runs.feed import RunFeed
from k8stui.control.runs.reading import show_run
from k8stui.incluster.contract.states import RunState
from tests.cluster.runs.space import Space

pytestmark = pytest.mark.real

PATIENCE = 120.0


@pytest.fixture
async def cluster(space: Space) -> AsyncIterator[Cluster]:
    """The cluster as the person of the space sees it."""
    async with await connect(kubeconfig=Path(space.kubeconfig), namespace=space.namespace) as connected:
        yield connected


async def until(seen: RunBoard | RunFeed, condition: Callable[[], bool]) -> None:
    """Wait for changes until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        version = seen.version
        while not condition():
            version = await seen.wait_changed(version)


async def states_of(board: RunBoard, namespace: str, run: str) -> list[RunState]:
    """The states in which the board showed a run, up to the one that ended it."""
    states: list[RunState] = []
    version = -1
    async with asyncio.timeout(PATIENCE):
        while not states or not states[-1].ended:
            version = await board.wait_changed(version)
            found = board.find(namespace, run)
            if found is not None and (not states or states[-1] is not found.state):
                states.append(found.state)
    return states


async def test_a_run_is_seen_from_its_submission_to_its_cleanup(space: Space, cluster: Cluster) -> None:
    async with RunBoard(cluster) as board:
        await board.wait_synced()
        assert not board.runs
        run = await asyncio.to_thread(space.submit, "chain.py", length=3, hold_at=1)
        seen = asyncio.create_task(states_of(board, space.namespace, run))
        async with RunFeed(cluster, run) as feed:
            await until(feed, lambda: feed.view is not None and feed.view.counts.get("running") == 1)
            await until(board, lambda: [one.state for one in board.runs] == [RunState.RUNNING])
            held = await asyncio.to_thread(space.journal.running, "held")
            await asyncio.to_thread(space.open_gate, held)
            await until(feed, lambda: feed.view is not None and feed.view.state is RunState.SUCCEEDED)
            assert (await seen)[-2:] == [RunState.RUNNING, RunState.SUCCEEDED]
            assert set(await seen) <= {RunState.PENDING, RunState.RUNNING, RunState.SUCCEEDED}
            assert board.runs[0].done == board.runs[0].total
            await asyncio.to_thread(space.kubectl, "delete", "job", run)
            await until(feed, lambda: feed.view is not None and not feed.view.pods)
            shown = await show_run(cluster, run)
            await until(feed, lambda: feed.view == shown)
            assert feed.error is None
            assert feed.freshness.connected


async def test_a_run_whose_job_is_deleted_is_seen_to_stop_and_never_to_fail(space: Space, cluster: Cluster) -> None:
    run = await asyncio.to_thread(space.submit, "chain.py", length=3, hold_at=1)
    async with RunBoard(cluster) as board, RunFeed(cluster, run) as feed:
        await until(feed, lambda: feed.view is not None and feed.view.counts.get("running") == 1)
        await until(board, lambda: [one.state for one in board.runs] == [RunState.RUNNING])
        seen = asyncio.create_task(states_of(board, space.namespace, run))
        await asyncio.to_thread(space.kubectl, "delete", "job", run, "--wait=false")
        assert await seen == [RunState.RUNNING, RunState.STOPPED]
        await until(feed, lambda: feed.view is not None and feed.view.state is RunState.STOPPED)
        await until(feed, lambda: feed.view is not None and not feed.view.pods)
