"""Schedules on the embedded cluster: each firing is a run of its own, whatever becomes of its schedule."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, CRONJOBS, EVENTS, JOBS, PODS, ROLES
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.runs.watching import wait_run
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.deleting import Running, delete_schedule
from k8stui.control.schedules.listing import list_schedules, show_schedule
from k8stui.control.schedules.switching import resume_schedule, suspend_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.scripts.follow import follow_run
from k8stui.control.submitting.creating import submitter_of
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError, NotFoundError
from k8stui.model.schedule import Concurrency, ScheduleSpec
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import RunSummaryView
from k8stui.plan.rbac import ROLE
from tests.cluster.deleting import delete_all
from tests.embedded.firing import pretend_last_fired
from tests.embedded.runs import PATIENCE, PIPELINES, eventually, step_of
from tests.embedded.schedules import hourly, scheduled


async def opened(cluster: Cluster, schedule: str, runs: int = 1) -> list[RunSummaryView]:
    """The runs of a schedule, once there are so many."""

    async def look() -> list[RunSummaryView]:
        return [run for run in await list_runs(cluster) if run.schedule == schedule]

    return await eventually(look, until=lambda found: len(found) >= runs)


async def test_a_firing_is_a_run_of_its_own_with_the_time_it_was_due_at(
    embedded: EmbeddedCluster, cluster: Cluster
) -> None:
    schedule = hourly()
    name = await scheduled(cluster, "due", schedule)
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.5)
    (run,) = await opened(cluster, name)
    view = await wait_run(cluster, run.run, timeout=PATIENCE)
    assert (view.state, view.schedule, view.pipeline, view.trigger) == (RunState.SUCCEEDED, name, "due", "")
    assert view.scheduled is not None
    assert view.run == f"{name}-{int(view.scheduled) // 60}"
    due = datetime.fromtimestamp(view.scheduled, UTC)
    assert (f"{due.minute} * * * *", due.second) == (schedule.cron, 0)
    assert step_of(view, "tell").results == {"output": due.strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert (await show_schedule(cluster, name)).last == view.scheduled


async def test_all_objects_of_a_firing_have_the_labels_of_run_pipeline_and_schedule(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=2)
    run = await trigger_schedule(cluster, name)
    await opened(cluster, name)
    view = await wait_run(cluster, run, timeout=PATIENCE)
    assert (view.state, view.scheduled, view.schedule) == (RunState.SUCCEEDED, None, name)
    assert (view.trigger, view.submitted_by) == ("manual", await submitter_of(cluster))
    last = (await show_schedule(cluster, name)).last_run
    assert last is not None
    assert (last.run, last.trigger) == (run, "manual")
    labels = f"run={run},pipeline=chain,{names.LABEL_RUN_ID}={run},{names.LABEL_SCHEDULE}={name}"
    pods = await cluster.list(PODS, labels=labels)
    assert sorted(pod["metadata"]["labels"][names.LABEL_COMPONENT] for pod in pods) == ["orchestrator", "step", "step"]
    assert all(pod["metadata"]["name"].startswith(f"{run}-") for pod in pods)
    assert [job["metadata"]["name"] for job in await cluster.list(JOBS, labels=labels)] == [run]
    record = await cluster.get(CONFIGMAPS, names.record_name(run))
    assert "ownerReferences" not in record["metadata"]
    parts = await cluster.list(CONFIGMAPS, labels=f"{labels},{names.LABEL_COMPONENT}={names.COMPONENT_PLAN}")
    assert parts
    assert {part["metadata"]["ownerReferences"][0]["uid"] for part in parts} == {record["metadata"]["uid"]}


async def test_a_role_of_before_schedules_costs_a_firing_only_the_labels_of_its_own_pod(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    role = await cluster.get(ROLES, ROLE)
    for rule in role["rules"]:
        if "pods" in rule["resources"]:
            rule["verbs"].remove("patch")
    await cluster.replace(role)
    run = await trigger_schedule(cluster, name)
    await opened(cluster, name)
    assert (await wait_run(cluster, run, timeout=PATIENCE)).state is RunState.SUCCEEDED
    pods = await cluster.list(PODS, labels=f"{names.LABEL_RUN_ID}={run}")
    assert [pod["metadata"]["labels"][names.LABEL_COMPONENT] for pod in pods] == ["step"]


async def test_a_run_that_has_no_record_yet_is_waited_for(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    held: dict[str, Any] = {"spec": {"jobTemplate": {"spec": {"suspend": True}}}}
    await cluster.patch(CRONJOBS, name, held)
    run, other = await trigger_schedule(cluster, name), await trigger_schedule(cluster, name)
    with pytest.raises(NotFoundError, match=f"The run {run} of schedule {name} has no record yet"):
        await show_run(cluster, run)
    with pytest.raises(NotFoundError, match="There is no run 'another'"):
        await show_run(cluster, "another")
    waits: asyncio.Queue[str] = asyncio.Queue()

    async def end_of(which: str) -> Any:
        return [item async for item in follow_run(cluster, which, on_wait=waits.put_nowait)][-1]

    async with asyncio.TaskGroup() as group:
        ends = [group.create_task(end_of(run)), group.create_task(_deleted(end_of(other)))]
        assert {await waits.get(), await waits.get()} == {
            f"The run {one} of schedule {name} has no record yet: its orchestrator has not started."
            for one in (run, other)
        }
        await cluster.patch(JOBS, run, {"spec": {"suspend": False}})
        await cluster.delete(JOBS, other)
    assert (ends[0].result().run.run, ends[0].result().run.state) == (run, RunState.SUCCEEDED)


async def _deleted(followed: Awaitable[object]) -> None:
    with pytest.raises(NotFoundError, match=r"There is no run|its Job has ended"):
        await followed


async def test_deleting_a_schedule_leaves_nothing_but_the_records_of_its_runs(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    run = await trigger_schedule(cluster, name)
    await opened(cluster, name)
    await wait_run(cluster, run, timeout=PATIENCE)
    await delete_schedule(cluster, name)

    async def left() -> list[str]:
        kinds = (CRONJOBS, JOBS, PODS, CONFIGMAPS)
        found = [one for kind in kinds for one in await cluster.list(kind, labels=f"{names.LABEL_SCHEDULE}={name}")]
        return [one["metadata"]["name"] for one in found]

    kept = await eventually(left, until=lambda found: all(one.startswith(f"run-{run}") for one in found))
    assert f"run-{run}" in kept
    assert [(one.run, one.state) for one in await list_runs(cluster)] == [(run, RunState.SUCCEEDED)]
    await delete_run(cluster, run)
    await eventually(left, until=lambda found: not found)


async def test_a_running_run_must_be_spoken_for_and_may_outlive_its_schedule(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    name = await scheduled(cluster, "waiting", flag=str(tmp_path / "flag"))
    run = await trigger_schedule(cluster, name)
    await opened(cluster, name)
    with pytest.raises(ConflictError, match=f"Runs of the schedule {name} go on: {run}"):
        await delete_schedule(cluster, name)
    assert not (await show_schedule(cluster, name)).suspended
    await delete_schedule(cluster, name, running=Running.KEEP)
    assert await list_schedules(cluster) == []
    # Its master may even be lost now: another one starts from the template, which the Job has taken over.
    await eventually(lambda: cluster.list(JOBS), until=lambda found: "ownerReferences" not in found[0]["metadata"])
    labels = f"{names.LABEL_RUN_ID}={run},{names.LABEL_COMPONENT}={names.COMPONENT_ORCHESTRATOR}"
    (master,) = await eventually(lambda: cluster.list(PODS, labels=labels), until=bool)
    await cluster.delete(PODS, master["metadata"]["name"], grace_seconds=0)
    (tmp_path / "flag").touch()
    assert (await wait_run(cluster, run, timeout=PATIENCE)).state is RunState.SUCCEEDED
    await delete_run(cluster, run)
    schedule = f"{names.LABEL_SCHEDULE}={name}"
    await eventually(lambda: cluster.list(CONFIGMAPS, labels=schedule), until=lambda found: not found)


async def test_running_runs_are_stopped_before_their_schedule_goes_when_that_is_asked_for(
    cluster: Cluster, tmp_path: Path
) -> None:
    name = await scheduled(cluster, "waiting", flag=str(tmp_path / "flag"))
    run = await trigger_schedule(cluster, name)
    await opened(cluster, name)
    await delete_schedule(cluster, name, running=Running.STOP)
    assert [(one.run, one.state) for one in await list_runs(cluster)] == [(run, RunState.STOPPED)]


async def test_a_second_firing_is_left_out_while_the_first_runs_when_forbidden(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    minute = (datetime.now(UTC) - timedelta(minutes=12)).minute
    schedule = ScheduleSpec(cron=f"{minute} * * * *", concurrency=Concurrency.FORBID)
    name = await scheduled(cluster, "waiting", schedule, flag=str(tmp_path / "flag"))
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.5)
    (run,) = await opened(cluster, name)
    later = (datetime.now(UTC) - timedelta(minutes=4)).minute
    await cluster.patch(CRONJOBS, name, {"spec": {"schedule": f"{later} * * * *"}})
    events = await eventually(
        lambda: cluster.list(EVENTS, fields="involvedObject.kind=CronJob"),
        until=lambda found: any(one["reason"] == "JobAlreadyActive" for one in found),
    )
    assert events
    assert (await show_schedule(cluster, name)).active == (run.run,)
    (tmp_path / "flag").touch()
    assert (await wait_run(cluster, run.run, timeout=PATIENCE)).state is RunState.SUCCEEDED


async def test_its_cron_job_keeps_as_many_jobs_as_the_settings_say_and_all_records_stay(cluster: Cluster) -> None:
    spec = load(f"{PIPELINES / 'lines.py'}:chain").trace({"length": 1})
    settings = Settings(successful_jobs_history_limit=1)
    name = (await create_schedule(cluster, replace(spec, settings=settings), hourly())).name
    runs = []
    for number in range(1, 4):
        runs.append(await trigger_schedule(cluster, name))
        await opened(cluster, name, number)
        assert (await wait_run(cluster, runs[-1], timeout=PATIENCE)).state is RunState.SUCCEEDED
    labels = f"{names.LABEL_SCHEDULE}={name}"
    (job,) = await eventually(lambda: cluster.list(JOBS, labels=labels), until=lambda found: len(found) == 1)
    assert job["metadata"]["name"] in runs
    assert {run.run for run in await list_runs(cluster)} == set(runs)


async def test_a_suspended_schedule_fires_when_it_is_resumed(embedded: EmbeddedCluster, cluster: Cluster) -> None:
    name = await scheduled(cluster, "due", hourly(suspend=True))
    assert (await show_schedule(cluster, name)).next is None
    await pretend_last_fired(cluster, embedded, name, hours_ago=0.5)
    assert await cluster.list(JOBS) == []
    await resume_schedule(cluster, name)
    shown = await show_schedule(cluster, name)
    assert shown.next is not None
    await opened(cluster, name)
    await suspend_schedule(cluster, name)
    assert (await show_schedule(cluster, name)).suspended


async def test_a_schedule_that_was_not_completely_created_never_fires(cluster: Cluster) -> None:
    name = await scheduled(cluster, "due", hourly(suspend=True))
    template = f"{names.LABEL_COMPONENT}={names.COMPONENT_TEMPLATE}"
    await delete_all(cluster, CONFIGMAPS, labels=template)
    for act in (resume_schedule, trigger_schedule):
        with pytest.raises(ConflictError, match="lost its template"):
            await act(cluster, name)


async def test_a_job_of_the_name_of_an_earlier_run_is_refused_instead_of_taken_for_it(cluster: Cluster) -> None:
    name = await scheduled(cluster, "chain", length=1)
    run = await trigger_schedule(cluster, name)
    await opened(cluster, name)
    await wait_run(cluster, run, timeout=PATIENCE)
    job = await cluster.get(JOBS, run)
    await cluster.delete(JOBS, run)
    meta = {key: job["metadata"][key] for key in ("name", "namespace", "ownerReferences")}
    spec = (await cluster.get(CRONJOBS, name))["spec"]["jobTemplate"]["spec"]
    await eventually(lambda: cluster.list(JOBS), until=lambda found: not found)
    await cluster.create({"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": spec})

    def failed(found: dict[str, Any]) -> bool:
        return any(one["type"] == "Failed" for one in (found.get("status") or {}).get("conditions") or ())

    await eventually(lambda: cluster.get(JOBS, run), until=failed)
    assert (await list_runs(cluster))[0].state is RunState.SUCCEEDED


async def test_a_schedule_is_listed_with_what_is_known_of_it(cluster: Cluster) -> None:
    schedule = ScheduleSpec(cron="5 2 * * *", name="nightly", time_zone="Europe/Berlin", starting_deadline=60)
    await scheduled(cluster, "due", schedule)
    (view,) = await list_schedules(cluster)
    assert (view.name, view.pipeline, view.cron, view.time_zone) == ("nightly", "due", "5 2 * * *", "Europe/Berlin")
    assert (view.suspended, view.concurrency, view.starting_deadline, view.active) == (False, "Allow", 60, ())
    assert view.next is not None
    assert datetime.fromtimestamp(view.next, UTC).strftime("%M:%S") == "05:00"
    assert await list_schedules(cluster, pipeline="chain") == []
    with pytest.raises(ConflictError):
        await scheduled(cluster, "due", schedule)
    with pytest.raises(NotFoundError, match="no schedule 'weekly'"):
        await show_schedule(cluster, "weekly")
    cron_job = await cluster.get(CRONJOBS, "nightly")
    assert json.loads(cron_job["metadata"]["annotations"][names.ANNOTATION_SCHEDULE])["pipeline"] == "due"
