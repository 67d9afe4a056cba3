"""Schedules that ZenML made, on a cluster: seen, switched, triggered, edited and deleted like our own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS, JOBS
from k8stui.control.describing.reading import describe_schedule
from k8stui.control.runs.board import RunBoard
from k8stui.control.schedules.backfilling import planned_backfill
from k8stui.control.schedules.board import ScheduleBoard
from k8stui.control.schedules.deleting import Running, delete_schedule, plan_delete
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.listing import list_schedules, show_schedule
from k8stui.control.schedules.switching import resume_schedule, suspend_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.schedules.why import why_schedule
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, InvalidInputError, NotFoundError
from k8stui.model.schedule import Concurrency
from k8stui.model.scheduleviews import ScheduleView
from tests.embedded.runs import eventually
from tests.zenmls import zenml_cron_job

NAME = "1a119013-nightly-training"
YEARLY = "0 0 1 1 *"


async def made(cluster: Cluster, code: str = "print(1)") -> None:
    """A schedule of ZenML whose runs do this, and a CronJob of somebody else with a label like theirs."""
    await cluster.create(zenml_cron_job(NAME, command=("python3", "-c", code), schedule=YEARLY))
    other = zenml_cron_job("stranger", schedule=YEARLY)
    other["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"] = ["true"]
    await cluster.create(other)


async def ended(cluster: Cluster) -> RunState:
    view = await eventually(lambda: show_schedule(cluster, NAME), until=lambda found: bool(found.outcomes))
    return view.outcomes[0]


async def test_it_is_listed_and_what_became_of_its_runs_is_seen(cluster: Cluster) -> None:
    await made(cluster)
    (view,) = await list_schedules(cluster)
    assert (view.name, view.origin, view.pipeline, view.last_run) == (NAME, "zenml", "nightly_training", None)
    assert await list_schedules(cluster, pipeline="nightly_training") == [view]
    async with RunBoard(cluster) as runs, ScheduleBoard(cluster, runs) as board:
        await board.wait_synced()
        run = await trigger_schedule(cluster, NAME)
        assert run.startswith(f"{NAME}-")
        assert await ended(cluster) is RunState.STOPPED  # without Jobs of steps nothing tells of a success
        (listed,) = await eventually(lambda: list_schedules(cluster), until=lambda found: bool(found[0].last_success))
        await shown(board, [listed])
        assert listed.last_run is not None
        assert listed.last_success == listed.last_run.finished
    assert (await why_schedule(cluster, NAME))[0].sentence.startswith("on time: it fires ")
    text = await describe_schedule(cluster, NAME)
    assert "kubectl get jobs -l pipeline=nightly_training" in text
    assert run in text


async def shown(board: ScheduleBoard, views: list[ScheduleView]) -> None:
    """Wait until the board shows these, at most a minute."""
    async with asyncio.timeout(60):
        version = board.version
        while list(board.schedules) != views:
            version = await board.wait_changed(version)


async def test_a_run_that_fails_is_told_with_where_to_look(cluster: Cluster) -> None:
    await made(cluster, "raise SystemExit(3)")
    run = await trigger_schedule(cluster, NAME)
    assert await ended(cluster) is RunState.FAILED
    own, last = await why_schedule(cluster, NAME)
    assert own.sentence.startswith("on time")
    assert (last.subject, last.advice) == (f"run {run}", f"See: kubectl logs job/{run}")


async def test_it_is_suspended_resumed_and_edited_but_only_its_timing(cluster: Cluster) -> None:
    await made(cluster)
    await suspend_schedule(cluster, NAME)
    assert (await show_schedule(cluster, NAME)).suspended
    await resume_schedule(cluster, NAME)
    view = await edit_schedule(cluster, NAME, ScheduleEdit(cron="0 0 2 1 *", time_zone="Europe/Berlin"))
    assert (view.cron, view.time_zone, view.suspended) == ("0 0 2 1 *", "Europe/Berlin", False)
    assert [one.field for one in view.changes[0].fields] == ["cron", "time-zone"]
    with pytest.raises(InvalidInputError, match="was made by zenml: concurrency cannot be changed here"):
        await edit_schedule(cluster, NAME, ScheduleEdit(concurrency=Concurrency.FORBID))
    day = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match="was made by zenml: a backfill is not possible here"):
        await planned_backfill(cluster, NAME, day, day)


@pytest.mark.parametrize("running", Running)
async def test_it_is_deleted_with_or_without_what_runs(cluster: Cluster, running: Running) -> None:
    await made(cluster, "import time; time.sleep(600)")
    run = await trigger_schedule(cluster, NAME)
    plan = await plan_delete(cluster, NAME)
    assert (plan.active, plan.sentence) == (
        (run,),
        f"CronJob {NAME} goes. ZenML keeps an entry of its own: delete the schedule there as well.",
    )
    with pytest.raises(ConflictError, match=f"go on: {run}"):
        await delete_schedule(cluster, NAME)
    await delete_schedule(cluster, NAME, running=running)
    assert await list_schedules(cluster) == []
    if running is Running.STOP:
        await eventually(lambda: cluster.list(JOBS), until=lambda found: not found)
    else:
        (job,) = await cluster.list(JOBS)
        assert "ownerReferences" not in job["metadata"]
    assert [one["metadata"]["name"] for one in await cluster.list(CRONJOBS)] == ["stranger"]


async def test_a_cronjob_of_others_is_left_alone(cluster: Cluster) -> None:
    await made(cluster)
    for act in (suspend_schedule, trigger_schedule, delete_schedule, why_schedule):
        with pytest.raises(NotFoundError, match="stranger in namespace default is neither k8stui's nor ZenML's"):
            await act(cluster, "stranger")
