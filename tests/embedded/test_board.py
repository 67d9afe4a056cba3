"""The board of runs on a living cluster: it follows, it tells when it cannot, and it recovers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.live.freshness import Freshness
from k8stui.control.namespaces.access import make_account
from k8stui.control.runs.board import RunBoard
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ForbiddenError, UnreachableError
from tests.embedded.gate import Gate
from tests.embedded.readers import reader_of
from tests.embedded.runs import PIPELINES, ended, eventually, start
from tests.waiting import until as looked


async def until(board: RunBoard, condition: Callable[[], bool]) -> None:
    """Wait for changes of the board until the condition holds, at most a minute."""
    async with asyncio.timeout(60):
        version = board.version
        while not condition():
            version = await board.wait_changed(version)


async def test_a_run_is_seen_from_pending_to_succeeded(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    async with RunBoard(cluster) as board:
        assert not board.whole
        await board.wait_synced()
        await looked(lambda: board.whole)
        assert not board.runs
        submitting = asyncio.create_task(start(cluster, "waiting", flag=str(flag)))
        states: list[RunState] = []
        version = board.version
        async with asyncio.timeout(60):
            while not states or not states[-1].ended:
                version = await board.wait_changed(version)
                for found in board.runs:
                    if not states or states[-1] is not found.state:
                        states.append(found.state)
                        if found.state is RunState.RUNNING:
                            flag.touch()
        run = await submitting
        assert states == [RunState.PENDING, RunState.RUNNING, RunState.SUCCEEDED]
        assert [line.run for line in board.runs] == [run]
        assert board.runs[0].done == 2
        assert board.freshness.synced
        assert board.freshness.connected


async def test_a_deleted_run_goes_from_the_board(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    async with RunBoard(cluster) as board:
        await until(board, lambda: len(board.runs) == 1)
        await delete_run(cluster, run)
        await until(board, lambda: not board.runs)
        assert board.find("default", run) is None


async def test_all_namespaces_are_one_board_and_one_namespace_is_its_own(cluster: Cluster) -> None:
    await cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ml"}})
    await make_account(cluster, "ml")
    spec = load(f"{PIPELINES / 'lines.py'}:chain").trace({"length": 1})
    async with (
        RunBoard(cluster, all_namespaces=True) as everywhere,
        RunBoard(cluster, namespace="ml") as one,
    ):
        first = (await submit(cluster, spec, SubmitOptions())).run
        second = (await submit(cluster, spec, SubmitOptions(namespace="ml"))).run

        def done() -> bool:
            return len(everywhere.runs) == 2 and all(run.state is RunState.SUCCEEDED for run in everywhere.runs)

        await until(everywhere, done)
        assert [(run.namespace, run.run) for run in everywhere.runs] == [("ml", second), ("default", first)]
        await until(one, lambda: [run.run for run in one.runs if run.state.ended] == [second])


async def test_an_outage_keeps_the_runs_says_so_and_passes(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    async with Gate(embedded.url) as gate:
        behind = await connect(kubeconfig=gate.kubeconfig(embedded.kubeconfig))
        async with behind, RunBoard(behind) as board:
            await board.wait_synced()
            await looked(lambda: board.freshness.connected)
            before = board.runs
            assert [line.run for line in before] == [run]
            await gate.shut()
            await looked(lambda: not board.freshness.connected)
            assert board.runs is before
            lost = board.freshness
            assert lost.synced
            assert isinstance(lost.error, UnreachableError)
            assert lost.lost_for is not None
            other = await start(cluster, "chain", length=1)
            await gate.open()
            await until(board, lambda: board.find("default", other) is not None)
            await looked(lambda: board.freshness.connected)
            back = board.freshness
            assert back == Freshness(synced=True, connected=True, age=back.age)


async def test_a_watch_that_expired_is_taken_up_without_a_gap(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    async with RunBoard(cluster) as board:
        await until(board, lambda: bool(board.runs))
        embedded.drop_watches()
        embedded.expire_watches()
        await until(board, lambda: board.runs[0].state is RunState.SUCCEEDED)
        assert board.runs[0].run == run


async def test_without_the_right_to_see_jobs_the_runs_are_shown_as_their_records_tell_them(
    embedded: EmbeddedCluster, cluster: Cluster
) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    await cluster.delete(JOBS, run)
    kubeconfig = await reader_of(cluster, embedded, "ada", "configmaps")
    async with await connect(kubeconfig=kubeconfig) as ada, RunBoard(ada) as board:
        await board.wait_synced()
        assert [(line.run, line.state) for line in board.runs] == [(run, RunState.SUCCEEDED)]
        assert isinstance(board.freshness.error, ForbiddenError)
        assert "jobs" in board.freshness.error.message.lower()
        assert not board.freshness.synced
        await looked(lambda: board.whole)  # more than this will not come


async def test_without_the_right_to_see_records_the_error_says_so(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    kubeconfig = await reader_of(cluster, embedded, "bob", "jobs")
    async with await connect(kubeconfig=kubeconfig) as bob, RunBoard(bob) as board:
        with pytest.raises(ForbiddenError, match=r"(?i)configmaps"):
            await board.wait_synced()
        assert not board.runs
        assert isinstance(board.freshness.error, ForbiddenError)
        assert not board.freshness.synced


async def test_a_run_whose_job_went_is_told_as_stopped_by_itself(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    async with RunBoard(cluster) as board:
        await until(board, lambda: bool(board.runs) and board.runs[0].state is RunState.RUNNING)
        # The record as a master leaves it that had no time to write: nothing of it changes any more.
        record = await cluster.get(CONFIGMAPS, f"run-{run}")
        await cluster.delete(JOBS, run, grace_seconds=0)
        await until(board, lambda: board.runs[0].state is RunState.STOPPED)
        await eventually(lambda: cluster.list(PODS, labels=f"run={run}"), until=lambda pods: not pods)
        fresh = await cluster.get(CONFIGMAPS, f"run-{run}")
        version = fresh["metadata"]["resourceVersion"]
        await cluster.replace({**record, "metadata": {**record["metadata"], "resourceVersion": version}})
        await until(board, lambda: board.runs[0].state is RunState.RUNNING)
        await until(board, lambda: board.runs[0].state is RunState.STOPPED)
        assert board.runs[0].why == "its Job was deleted before it ended"
