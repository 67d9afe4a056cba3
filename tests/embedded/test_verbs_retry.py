"""Trying failed and stopped runs again: what succeeded is kept, whatever became of its pods."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, SECRETS
from k8stui.control.lifecycle.ending import delete_run, stop_run
from k8stui.control.runs.board import RunBoard
from k8stui.control.runs.feed import RunFeed
from k8stui.control.runs.reading import get_record, list_runs, show_run
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.retrying import retry_run
from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import STATUS_KEY, Summary
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ConflictError, NotFoundError
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from tests.embedded.runs import ended, eventually, is_listed, scheduled, start, step_is, step_of


async def failed(cluster: Cluster, folder: Path, *, times: int = 4) -> str:
    """A run whose middle step has failed with all its retries: three attempts."""
    run = await start(cluster, "mending", tally=str(folder / "tally"), times=times)
    view = await ended(cluster, run)
    assert (view.state, [step.state.value for step in view.steps]) == (
        RunState.FAILED,
        ["succeeded", "failed", "skipped"],
    )
    return run


async def test_it_goes_on_from_what_failed_with_fresh_budgets_and_its_history(cluster: Cluster, tmp_path: Path) -> None:
    run = await failed(cluster, tmp_path)
    view = await retry_run(cluster, run)
    assert (view.run, view.job, view.retries, view.state.ended) == (run, f"{run}-retry-1", 1, False)
    view = await ended(cluster, run)
    assert (view.state, view.why) == (RunState.SUCCEEDED, "")
    assert [len(step.attempts) for step in view.steps] == [1, 5, 1]
    mended = step_of(view, "fails")
    assert [attempt.state.value for attempt in mended.attempts] == [*["failed"] * 4, "succeeded"]
    assert (mended.failures, mended.results) == (1, {"output": 5})
    assert [one.state for one in await list_runs(cluster)] == [RunState.SUCCEEDED]


async def test_results_of_finished_steps_come_from_the_record_when_all_pods_and_the_job_are_gone(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await failed(cluster, tmp_path)
    await cluster.delete(JOBS, run)
    await eventually(lambda: cluster.list(PODS, labels=f"run={run}"), until=lambda pods: not pods)
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert [len(step.attempts) for step in view.steps] == [1, 5, 1]
    assert step_of(view, "total").results == {"output": 6}
    names_there = {pod.name for pod in view.pods if pod.component == names.COMPONENT_STEP}
    assert names_there == {f"{run}-fails-4", f"{run}-fails-5", f"{run}-total-1"}


async def test_a_retry_that_fails_can_be_tried_again(cluster: Cluster, tmp_path: Path) -> None:
    run = await failed(cluster, tmp_path, times=7)
    await retry_run(cluster, run)
    assert (await ended(cluster, run)).state is RunState.FAILED
    assert (await retry_run(cluster, run)).job == f"{run}-retry-2"
    view = await ended(cluster, run)
    assert (view.state, view.retries, len(step_of(view, "fails").attempts)) == (RunState.SUCCEEDED, 2, 8)


async def test_a_stopped_run_goes_on_where_it_was_stopped(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    await stop_run(cluster, run)
    flag.touch()
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert [len(step.attempts) for step in view.steps] == [2, 1]
    assert step_of(view, "until_told").disruptions == 0


async def test_a_run_stopped_by_force_goes_on_too(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    await stop_run(cluster, run, force_after=0)
    flag.touch()
    await retry_run(cluster, run)
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED


async def test_a_success_that_a_forced_stop_left_unwritten_is_taken_from_its_pod(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=1)
    await ended(cluster, run)
    record = await get_record(cluster, run)
    summary = Summary.from_text(record["metadata"]["annotations"][names.ANNOTATION_SUMMARY])
    summary.state = RunState.STOPPED
    (status,) = records.statuses([record]).values()
    status.state = status.attempts[0].state = StepState.STOPPED
    patch = {
        "metadata": {"annotations": {names.ANNOTATION_SUMMARY: summary.to_text()}},
        "data": {STATUS_KEY: json.dumps({"start": status.to_json()})},
    }
    await cluster.patch(CONFIGMAPS, names.record_name(run), patch)
    assert step_of(await show_run(cluster, run), "start").state is StepState.STOPPED
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, view.retries) == (RunState.SUCCEEDED, 1)
    assert [one.state.value for one in step_of(view, "start").attempts] == ["succeeded"]
    assert step_of(view, "start").results == {"output": 1}


async def test_the_end_of_the_earlier_job_takes_nothing_from_the_retried_run(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    await stop_run(cluster, run)
    await retry_run(cluster, run)
    view = await step_is(cluster, run, "until_told", "running")
    await cluster.delete(JOBS, run)
    await eventually(
        lambda: cluster.list(JOBS, labels=f"run={run}"),
        until=lambda jobs: [job["metadata"]["name"] for job in jobs] == [f"{run}-retry-1"],
    )
    flag.touch()
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert step_of(view, "until_told").disruptions == 0
    assert await cluster.list(SECRETS, labels=f"run={run}") == []
    await delete_run(cluster, run)
    for resource in (PODS, JOBS, CONFIGMAPS, SECRETS):
        await eventually(
            lambda kind=resource: cluster.list(kind, labels=f"run={run}"),  # type: ignore[misc]  # bound now
            until=lambda found: not found,
        )


async def test_what_goes_on_or_has_succeeded_is_not_tried_again(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await step_is(cluster, run, "until_told", "running")
    with pytest.raises(ConflictError, match="only a failed or stopped run"):
        await retry_run(cluster, run)
    (tmp_path / "flag").touch()
    await ended(cluster, run)
    with pytest.raises(ConflictError, match="is succeeded: only a failed or stopped run"):
        await retry_run(cluster, run)
    with pytest.raises(NotFoundError):
        await retry_run(cluster, "no-such-run")


async def test_of_two_who_try_it_again_one_does(cluster: Cluster, tmp_path: Path) -> None:
    run = await failed(cluster, tmp_path)
    both = await asyncio.gather(retry_run(cluster, run), retry_run(cluster, run), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["ConflictError", "RunView"]
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED
    assert (await show_run(cluster, run)).retries == 1


async def test_a_run_out_of_time_has_its_whole_time_again(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", settings=Settings(run_timeout=15), flag=str(flag))
    view = await ended(cluster, run)
    assert (view.state, view.why) == (RunState.FAILED, "the run timed out after 15 s")
    flag.touch()
    await retry_run(cluster, run)
    again = await ended(cluster, run)
    assert (again.state, again.why, again.started) == (RunState.SUCCEEDED, "", view.started)


async def test_of_a_mapped_step_only_the_items_run_again_that_failed_or_were_stopped(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await start(cluster, "over", file="branching.py", value=[7, 13, 1], notes=str(tmp_path))
    assert (await ended(cluster, run)).state is RunState.FAILED
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, view.retries) == (RunState.FAILED, 1)
    assert {step.name: len(step.attempts) for step in view.steps} == {
        "anything": 1,
        "double": 0,
        "double[0]": 2,
        "double[1]": 4,
        "double[2]": 1,
        "total": 0,
    }
    run = await start(cluster, "mapped", file="branching.py", notes=str(tmp_path), count=2, wait=True)
    await eventually(
        lambda: show_run(cluster, run),
        until=lambda view: ("double[1]", "running") in {(step.name, step.state.value) for step in view.steps},
    )
    await stop_run(cluster, run)
    (tmp_path / "go").touch()
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, step_of(view, "total").results) == (RunState.SUCCEEDED, {"output": 2})


async def test_a_hook_is_called_at_each_end(cluster: Cluster, tmp_path: Path) -> None:
    flag, tally = tmp_path / "flag", tmp_path / "tally"
    flag.touch()
    settings = Settings(pod_settings={"env": [{"name": "NOTE", "value": str(tmp_path / "note")}]})
    run = await start(cluster, "hooked", settings=settings, flag=str(flag), tally=str(tally), times=7)
    assert step_of(await ended(cluster, run), "note").state is StepState.SUCCEEDED
    await retry_run(cluster, run)
    assert [len(step_of(await ended(cluster, run), name).attempts) for name in ("add", "note", "broken")] == [1, 2, 0]
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, view.why) == (RunState.SUCCEEDED, view.why)
    assert view.why.startswith("hook broken failed: ValueError: no hook")


async def test_board_and_feed_that_look_on_see_the_run_go_on(cluster: Cluster, tmp_path: Path) -> None:
    run = await failed(cluster, tmp_path)
    async with RunBoard(cluster) as board, RunFeed(cluster, run) as feed:
        await board.wait_synced()
        await feed.wait_synced()
        await retry_run(cluster, run)
        async with asyncio.timeout(60):
            while (line := board.find("default", run)) is None or line.state is not RunState.SUCCEEDED:
                await board.wait_changed(board.version)
            while feed.view is None or feed.view.state is not RunState.SUCCEEDED:
                await feed.wait_changed(feed.version)
        assert (feed.view.job, feed.error) == (f"{run}-retry-1", None)


async def test_a_run_that_a_schedule_fired_is_tried_again_without_its_schedule(
    cluster: Cluster, tmp_path: Path
) -> None:
    schedule = await scheduled(cluster, "mending", tally=str(tmp_path / "tally"), times=4)
    run = await trigger_schedule(cluster, schedule)
    await is_listed(cluster, run)
    assert (await ended(cluster, run)).state is RunState.FAILED
    await cluster.delete(JOBS, run)
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert (view.state, view.schedule) == (RunState.SUCCEEDED, schedule)
    assert [len(step.attempts) for step in view.steps] == [1, 5, 1]
