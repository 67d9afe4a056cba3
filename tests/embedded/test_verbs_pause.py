"""Pausing runs and letting them go on: in order, and without running a finished step again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.lifecycle.pausing import pause_run, resume_run
from k8stui.control.runs.board import RunBoard
from k8stui.control.runs.reading import get_record, list_runs, show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import Summary
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from tests.cluster.deleting import delete_all
from tests.embedded.runs import (
    PATIENCE,
    PIPELINES,
    ended,
    eventually,
    masters,
    pause_is_heard,
    start,
    step_is,
    step_of,
)


async def held(cluster: Cluster, flag: Path) -> str:
    """A run whose first step runs until the flag is there."""
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    await eventually(lambda: list_runs(cluster), until=lambda runs: runs[0].state is RunState.RUNNING)
    return run


async def paused(cluster: Cluster, flag: Path) -> str:
    """A run that is paused between its two steps."""
    run = await held(cluster, flag)
    async with asyncio.TaskGroup() as group:
        pausing = group.create_task(pause_run(cluster, run))
        await pause_is_heard(cluster, run)
        await asyncio.to_thread(flag.touch)
    assert pausing.result().state is RunState.PAUSED
    return run


async def test_what_runs_may_end_and_nothing_starts_until_it_is_resumed(cluster: Cluster, tmp_path: Path) -> None:
    run = await paused(cluster, tmp_path / "flag")
    view = await show_run(cluster, run)
    assert [step.state.value for step in view.steps] == ["succeeded", "waiting"]
    await eventually(lambda: masters(cluster, run), until=lambda found: not found)
    assert [one.state for one in await list_runs(cluster)] == [RunState.PAUSED]
    assert f"k8stui runs resume {run}" in view.why

    await resume_run(cluster, run)
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert [len(step.attempts) for step in view.steps] == [1, 1]
    assert step_of(view, "add").results == {"output": 2}
    assert not (await cluster.get(JOBS, run))["status"].get("failed"), "no master may count as lost"


async def test_a_resumed_run_needs_no_pod_of_its_finished_steps(cluster: Cluster, tmp_path: Path) -> None:
    run = await paused(cluster, tmp_path / "flag")
    await delete_all(cluster, PODS, labels=f"run={run},{names.LABEL_COMPONENT}={names.COMPONENT_STEP}")
    await resume_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, [len(step.attempts) for step in view.steps]) == (RunState.SUCCEEDED, [1, 1])


async def test_a_pause_that_has_not_come_yet_can_be_called_off(cluster: Cluster, tmp_path: Path) -> None:
    run = await held(cluster, tmp_path / "flag")
    with pytest.raises(TimeoutError):
        await pause_run(cluster, run, patience=0.2)
    assert (await show_run(cluster, run)).state is RunState.RUNNING
    (master,) = await masters(cluster, run)
    await resume_run(cluster, run)
    (tmp_path / "flag").touch()
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED
    pods = (await show_run(cluster, run)).pods
    assert [pod.name for pod in pods if pod.component == names.COMPONENT_ORCHESTRATOR] == [master]


async def test_the_time_of_a_run_stands_still_while_it_is_paused(cluster: Cluster, tmp_path: Path) -> None:
    flag, settings = tmp_path / "flag", Settings(run_timeout=PATIENCE)
    run = await start(cluster, "waiting", settings=settings, flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    async with asyncio.TaskGroup() as group:
        group.create_task(pause_run(cluster, run))
        await pause_is_heard(cluster, run)
        await asyncio.to_thread(flag.touch)
    record = await get_record(cluster, run)
    summary = Summary.from_text(record["metadata"]["annotations"][names.ANNOTATION_SUMMARY])
    assert summary.paused is not None
    assert summary.counts_from == summary.started is not None
    for moment in ("started", "counts_from", "paused"):  # As if all of it had been an hour earlier.
        setattr(summary, moment, getattr(summary, moment) - 3600)
    notes = {names.ANNOTATION_SUMMARY: summary.to_text()}
    await cluster.patch(CONFIGMAPS, names.record_name(run), {"metadata": {"annotations": notes}})
    await resume_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, view.why) == (RunState.SUCCEEDED, "")
    assert view.started == pytest.approx(summary.started, abs=0.01)


async def test_a_run_whose_master_cannot_start_is_paused_all_the_same(cluster: Cluster) -> None:
    spec = load(f"{PIPELINES / 'lines.py'}:chain").trace({})
    run = (await submit(cluster, spec, SubmitOptions(image="images.invalid/python:3"))).run
    assert (await pause_run(cluster, run)).state is RunState.PAUSED
    assert (await resume_run(cluster, run)).state is RunState.PENDING


async def test_a_pause_made_with_kubectl_is_one_too(cluster: Cluster, tmp_path: Path) -> None:
    run = await held(cluster, tmp_path / "flag")
    await cluster.patch(JOBS, run, {"spec": {"suspend": True}})
    await eventually(lambda: show_run(cluster, run), until=lambda view: view.state is RunState.PAUSED)
    await eventually(lambda: masters(cluster, run), until=lambda found: not found)
    (tmp_path / "flag").touch()
    await resume_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, [len(step.attempts) for step in view.steps]) == (RunState.SUCCEEDED, [1, 1])


async def test_a_paused_run_can_be_stopped(cluster: Cluster, tmp_path: Path) -> None:
    run = await paused(cluster, tmp_path / "flag")
    assert (await stop_run(cluster, run)).state is RunState.STOPPED
    with pytest.raises(ConflictError, match="is stopped: there is nothing to resume"):
        await resume_run(cluster, run)
    with pytest.raises(ConflictError, match="is stopped: there is nothing to pause"):
        await pause_run(cluster, run)


async def test_the_board_never_shows_anything_but_running_and_paused(cluster: Cluster, tmp_path: Path) -> None:
    run = await held(cluster, tmp_path / "flag")
    seen: list[str] = []
    async with RunBoard(cluster) as board:
        await board.wait_synced()

        async def follow() -> None:
            version = board.version
            while (line := board.find("default", run)) is not None and not line.state.ended:
                seen.append(line.state.value)
                version = await board.wait_changed(version)

        async with asyncio.TaskGroup() as group:
            group.create_task(follow())
            pausing = group.create_task(pause_run(cluster, run))
            await pause_is_heard(cluster, run)
            (tmp_path / "flag").touch()
            await pausing
            await eventually(lambda: masters(cluster, run), until=lambda found: not found)
            await resume_run(cluster, run)
    assert list(dict.fromkeys(seen)) == ["running", "paused"]
    assert seen[-1] == "running"
