"""Backfills on the embedded cluster: which runs they make, how many at once, and what a second one finds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.schedules.backfilling import LOST, MEANWHILE, backfill, failed, planned_backfill
from k8stui.control.schedules.deleting import Running, delete_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import submitter_of
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, NotFoundError
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.scheduleviews import BackfillView
from tests.cluster.deleting import delete_all
from tests.embedded.runs import PATIENCE, eventually, step_of
from tests.embedded.schedules import scheduled

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 2, tzinfo=UTC)  # three times of HOURLY
HOURLY = ScheduleSpec(cron="0 * * * *", time_zone="Asia/Tokyo", suspend=True)


async def test_each_time_gets_a_run_with_its_time_marked_as_backfill(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due", HOURLY)
    plan = await planned_backfill(cluster, name, START, END)
    told: list[tuple[str, RunState | None]] = []
    done = await backfill(cluster, plan, on_progress=lambda one: told.append((one.run, one.state)), pause=0.05)
    assert [one.state for one in done] == [RunState.SUCCEEDED] * 3
    assert not any(map(failed, done))
    ends = [(one.run, state) for one in plan.going for state in (RunState.PENDING, RunState.SUCCEEDED)]
    assert told == ends, "one after the other, the oldest first"
    view = await show_run(cluster, plan.going[1].run)
    assert (view.scheduled, view.trigger, view.schedule) == (plan.going[1].time, "backfill", name)
    assert view.submitted_by == await submitter_of(cluster)
    assert step_of(view, "tell").results == {"output": "2026-01-01T01:00:00Z"}
    again = await planned_backfill(cluster, name, START, END)
    assert [one.why for one in again.times] == ["it has a run already: succeeded"] * 3
    shown = await show_schedule(cluster, name)
    assert (shown.last, shown.active) == (None, ()), "the controller does not take them for its own"


async def test_so_many_runs_go_on_at_once_and_no_more(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    name = await scheduled(cluster, "waiting", HOURLY, flag=str(flag))
    plan = await planned_backfill(cluster, name, START, END)
    work = asyncio.create_task(backfill(cluster, plan, max_parallel=2, pause=0.05))
    running = await eventually(
        lambda: list_runs(cluster), until=lambda found: [one.state for one in found] == [RunState.RUNNING] * 2
    )
    assert {one.run for one in running} == {one.run for one in plan.going[:2]}
    assert len(await cluster.list(JOBS)) == 2
    flag.touch()
    assert [one.state for one in await asyncio.wait_for(work, PATIENCE)] == [RunState.SUCCEEDED] * 3


async def test_one_that_is_broken_off_is_gone_on_with_by_the_next(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    name = await scheduled(cluster, "waiting", HOURLY, flag=str(flag))
    plan = await planned_backfill(cluster, name, START, END)
    work = asyncio.create_task(backfill(cluster, plan, pause=0.05))
    await eventually(lambda: list_runs(cluster), until=lambda found: [one.state for one in found] == [RunState.RUNNING])
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    second = await planned_backfill(cluster, name, START, END)
    assert [one.why for one in second.times] == ["it has a run already: running", "", ""]
    rest = asyncio.create_task(backfill(cluster, second, pause=0.05))
    stale = asyncio.create_task(backfill(cluster, plan, pause=0.05))  # somebody else, who began with the first plan
    flag.touch()
    done, others = await asyncio.wait_for(asyncio.gather(rest, stale), PATIENCE)
    assert sum(one.state is RunState.SUCCEEDED for one in (*done, *others)) == 2, "each run was made once"
    assert others[0].why == MEANWHILE
    runs = await list_runs(cluster)
    assert [one.state for one in runs] == [RunState.SUCCEEDED] * 3


async def test_one_that_fails_or_is_lost_is_told_and_ends_no_other(cluster: Cluster, tmp_path: Path) -> None:
    name = await scheduled(cluster, "waiting", HOURLY, flag=str(tmp_path / "flag"))
    plan = await planned_backfill(cluster, name, START, END)

    async def stop(one: BackfillView) -> None:
        await eventually(lambda: cluster.list(JOBS), until=lambda found: any(job_name(job) == one.run for job in found))
        await cluster.delete(JOBS, one.run)

    stops: list[asyncio.Task[None]] = []

    def progress(one: BackfillView) -> None:
        if not one.ended:
            stops.append(asyncio.create_task(stop(one)))

    done = await asyncio.wait_for(backfill(cluster, plan, on_progress=progress, pause=0.05), PATIENCE)
    assert all(map(failed, done))
    assert {one.state for one in done} <= {RunState.STOPPED, RunState.FAILED}
    assert all(one.why for one in done if one.state is RunState.FAILED)
    recorded = {run.run for run in await list_runs(cluster)}
    assert {one.run for one in done if one.why != LOST} == recorded


async def test_what_keeps_the_next_one_back_is_told(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    name = await scheduled(cluster, "waiting", HOURLY, flag=str(flag))
    other = await trigger_schedule(cluster, name)
    plan = await planned_backfill(cluster, name, START, END)
    waits: list[list[str]] = []

    def wait(runs: Sequence[str]) -> None:
        waits.append(list(runs))
        flag.touch()

    done = await asyncio.wait_for(backfill(cluster, plan, on_wait=wait, pause=0.05), PATIENCE)
    assert waits == [[other]]
    assert not any(map(failed, done))


class Looking:
    """A cluster whose lists wait while they may not be looked at."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.may = asyncio.Event()
        self.may.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    async def list(self, *arguments: Any, **options: Any) -> Any:
        await self.may.wait()
        return await self._cluster.list(*arguments, **options)


async def test_a_schedule_that_is_deleted_meanwhile_gets_no_further_runs(cluster: Cluster, tmp_path: Path) -> None:
    name = await scheduled(cluster, "waiting", HOURLY, flag=str(tmp_path / "flag"))
    plan = await planned_backfill(cluster, name, START, END)
    looking = Looking(cluster)
    work = asyncio.create_task(backfill(cast("Cluster", looking), plan, pause=0.05))
    await eventually(lambda: list_runs(cluster), until=lambda found: [one.state for one in found] == [RunState.RUNNING])
    looking.may.clear()  # because the schedule goes a moment later than its run
    await delete_schedule(cluster, name, running=Running.STOP)
    looking.may.set()
    with pytest.raises(NotFoundError, match="no schedule"):
        await asyncio.wait_for(work, PATIENCE)
    assert len(await list_runs(cluster)) == 1
    with pytest.raises(NotFoundError):
        await planned_backfill(cluster, name, START, END)


async def test_a_schedule_without_its_template_is_refused(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due", HOURLY)
    await delete_all(cluster, CONFIGMAPS, labels="app.kubernetes.io/component=template")
    with pytest.raises(ConflictError, match="lost its template"):
        await planned_backfill(cluster, name, START, END)


def job_name(job: dict[str, Any]) -> str:
    return str(job["metadata"]["name"])
