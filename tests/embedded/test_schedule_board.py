"""The board of schedules on a living cluster: what happens to a schedule and to its runs is seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import JOBS
from k8stui.control.runs.board import RunBoard
from k8stui.control.runs.watching import wait_run
from k8stui.control.schedules.board import ScheduleBoard
from k8stui.control.schedules.deleting import delete_schedule
from k8stui.control.schedules.listing import list_schedules, show_schedule
from k8stui.control.schedules.switching import resume_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ForbiddenError
from tests.cluster.deleting import delete_all
from tests.embedded.readers import reader_of
from tests.embedded.runs import PATIENCE, eventually, scheduled


@pytest.fixture
async def board(cluster: Cluster) -> AsyncIterator[ScheduleBoard]:
    async with AsyncExitStack() as stack:
        runs = await stack.enter_async_context(RunBoard(cluster))
        found = await stack.enter_async_context(ScheduleBoard(cluster, runs))
        await found.wait_synced()
        yield found


async def until(board: ScheduleBoard, condition: Callable[[], bool]) -> None:
    """Wait for changes of the board until the condition holds, at most a minute."""
    async with asyncio.timeout(60):
        version = board.version
        while not condition():
            version = await board.wait_changed(version)


async def test_a_schedule_is_seen_from_its_creation_to_its_end(cluster: Cluster, board: ScheduleBoard) -> None:
    assert not board.schedules
    name = await scheduled(cluster, "chain", length=2)
    await until(board, lambda: board.find("default", name) is not None)
    (view,) = tuple(board.schedules)
    assert (view.suspended, view.next, view.last_run, view.success_rate) == (True, None, None, None)
    assert view.parameters == {"length": 2, "seconds": 0.0}
    await resume_schedule(cluster, name)
    await until(board, lambda: board.schedules[0].next is not None)
    before = board.version, board.schedules
    assert (board.version, board.schedules) == before
    assert board.schedules is before[1]
    await delete_schedule(cluster, name)
    await until(board, lambda: not board.schedules)


async def test_what_became_of_its_runs_is_seen_as_it_happens(
    cluster: Cluster, board: ScheduleBoard, tmp_path: Path
) -> None:
    name = await scheduled(cluster, "waiting", flag=str(tmp_path / "flag"))
    other = await scheduled(cluster, "chain", length=1)
    await until(board, lambda: len(board.schedules) == 2)
    untouched = board.find("default", other)
    run = await trigger_schedule(cluster, name)

    def state() -> RunState | None:
        view = board.find("default", name)
        return view.last_run.state if view and view.last_run else None

    await until(board, lambda: state() is RunState.RUNNING)
    assert board.find("default", name).active == (run,)  # type: ignore[union-attr]  # it is there
    (tmp_path / "flag").touch()
    await until(board, lambda: state() is RunState.SUCCEEDED)
    view = board.find("default", name)
    assert view is not None
    assert (view.active, view.outcomes, view.success_rate) == ((), (RunState.SUCCEEDED,), 1.0)
    assert view.usual is not None
    assert board.find("default", other) is untouched
    firings = board.firings("default", name)
    assert [(one.run, one.state, one.scheduled, one.trigger) for one in firings] == [
        (run, RunState.SUCCEEDED, None, "manual")
    ]
    assert board.firings("default", name) is firings
    assert board.firings("default", other) == board.firings("default", "no-such-schedule") == ()


async def test_a_list_tells_the_same_as_the_board(cluster: Cluster, board: ScheduleBoard, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    names_ = [await scheduled(cluster, "waiting", flag=str(flag)) for _ in range(2)]
    run = await trigger_schedule(cluster, names_[0])
    await eventually(lambda: show_schedule(cluster, names_[0]), until=lambda view: view.active == (run,))
    flag.touch()
    await eventually(lambda: show_schedule(cluster, names_[0]), until=lambda view: bool(view.outcomes))
    assert (await wait_run(cluster, run, timeout=PATIENCE)).state is RunState.SUCCEEDED
    listed = await eventually(lambda: list_schedules(cluster), until=lambda found: found == list(board.schedules))
    assert sorted(one.success_rate is None for one in listed) == [False, True]
    assert [await show_schedule(cluster, one.name) for one in listed] == listed


async def test_who_may_see_no_cronjobs_is_told_so(cluster: Cluster, embedded: EmbeddedCluster) -> None:
    kubeconfig = await reader_of(cluster, embedded, "reader", "configmaps", "jobs")
    async with (
        await connect(kubeconfig=kubeconfig) as reader,
        RunBoard(reader) as runs,
        ScheduleBoard(reader, runs) as board,
    ):
        with pytest.raises(ForbiddenError, match="cronjobs"):
            await board.wait_synced()
        assert isinstance(board.freshness.error, ForbiddenError)
        assert not board.schedules


async def test_the_records_of_deleted_jobs_still_tell(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    run = await trigger_schedule(cluster, name)
    await eventually(lambda: show_schedule(cluster, name), until=lambda view: bool(view.outcomes))
    await delete_all(cluster, JOBS, labels=f"{names.LABEL_SCHEDULE}={name}")
    view = await show_schedule(cluster, name)
    assert view.last_run is not None
    assert (view.last_run.run, view.outcomes) == (run, (RunState.SUCCEEDED,))


async def test_a_firing_that_cannot_start_is_active_though_the_board_of_runs_was_open_long_before(
    cluster: Cluster,
) -> None:
    name = await scheduled(cluster, "chain", length=1)
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": {"hard": {"pods": "0"}}}
    await cluster.create(quota)
    run = await trigger_schedule(cluster, name)
    async with RunBoard(cluster) as runs:
        await runs.wait_synced()
        async with ScheduleBoard(cluster, runs) as board:
            await until(board, lambda: [one.last_run is not None for one in board.schedules] == [True])
            (view,) = board.schedules
            assert view.last_run is not None
            assert (view.active, view.last_run.run, view.last_run.state) == ((run,), run, RunState.PENDING)
