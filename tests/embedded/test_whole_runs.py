"""Whole runs on the embedded cluster: the real submitter, master and runner, and what happens to them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, SECRETS
from k8stui.control.lifecycle.ending import delete_run, stop_run
from k8stui.control.runs.reading import show_run
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from tests.cluster.contract.manifests import has_condition
from tests.cluster.deleting import delete_all
from tests.embedded.runs import ended, eventually, masters, start, step_is, step_of


async def test_values_travel_from_step_to_step(cluster: Cluster) -> None:
    view = await ended(cluster, await start(cluster, "fan", width=5))
    assert view.state is RunState.SUCCEEDED
    assert step_of(view, "total").results == {"output": 10}


async def test_each_step_ran_in_a_pod_of_its_own_that_outlives_it(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=3)
    await ended(cluster, run)
    labels = f"run={run},pipeline=chain,{names.LABEL_COMPONENT}={names.COMPONENT_STEP}"
    pods = await cluster.list(PODS, labels=labels)
    assert sorted(pod["metadata"]["name"] for pod in pods) == [f"{run}-add-1", f"{run}-add-2-1", f"{run}-start-1"]


async def test_a_failing_step_is_tried_again_as_often_as_its_retries_say(cluster: Cluster, tmp_path: Path) -> None:
    view = await ended(cluster, await start(cluster, "failing", tally=str(tmp_path / "tally"), times=2))
    assert view.state is RunState.SUCCEEDED
    assert (step_of(view, "fails").failures, step_of(view, "fails").results) == (2, {"output": 3})


async def test_a_step_out_of_retries_fails_the_run_and_skips_what_follows(cluster: Cluster, tmp_path: Path) -> None:
    view = await ended(cluster, await start(cluster, "failing", tally=str(tmp_path / "tally"), times=9))
    assert view.state is RunState.FAILED
    assert step_of(view, "add").state.value == "skipped"
    assert "ValueError: no luck the 3. time (lines.py:" in step_of(view, "fails").why


async def test_the_job_of_a_failed_run_has_failed(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "failing", tally=str(tmp_path / "tally"), times=9)
    await ended(cluster, run)
    await eventually(lambda: cluster.get(JOBS, run), until=has_condition("Failed"))


async def again(cluster: Cluster, run: str) -> None:
    """Wait for the second attempt at the step that waits: the first one could still succeed until it is told to end."""
    await eventually(lambda: show_run(cluster, run), until=lambda view: len(step_of(view, "until_told").attempts) == 2)


async def test_an_evicted_step_runs_again_and_keeps_its_retries(
    cluster: Cluster, embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    view = await step_is(cluster, run, "until_told", "running")
    embedded.pressure_evict("default", step_of(view, "until_told").attempts[-1].pod)
    await again(cluster, run)
    flag.touch()
    step = step_of(await ended(cluster, run), "until_told")
    assert [attempt.state.value for attempt in step.attempts] == ["evicted", "succeeded"]
    assert (step.failures, step.disruptions) == (0, 1)


async def test_a_deleted_step_pod_runs_again(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    view = await step_is(cluster, run, "until_told", "running")
    await cluster.delete(PODS, step_of(view, "until_told").attempts[-1].pod)
    await again(cluster, run)
    flag.touch()
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert (step_of(view, "until_told").failures, step_of(view, "until_told").disruptions) == (0, 1)


async def test_deleting_all_pods_by_label_stops_the_run_for_good(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "never"))
    await step_is(cluster, run, "until_told", "running")
    await delete_all(cluster, PODS, labels="pipeline=waiting")
    assert (await ended(cluster, run)).state is RunState.STOPPED
    job = await eventually(lambda: cluster.get(JOBS, run), until=has_condition("Failed"))
    assert not job["status"].get("active")


@pytest.mark.parametrize("how", ["killed", "deleted"])
async def test_a_run_goes_on_without_running_a_finished_step_again(
    cluster: Cluster, embedded: EmbeddedCluster, tmp_path: Path, how: str
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    (master,) = await masters(cluster, run)
    if how == "killed":
        os.kill(embedded.pod_pids("default", master)["orchestrator"], signal.SIGKILL)
    else:
        await cluster.delete(PODS, master)
    await eventually(lambda: masters(cluster, run), until=lambda found: bool(found - {master}))
    flag.touch()
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert [len(step.attempts) for step in view.steps] == [1, 1]
    assert step_of(view, "add").results == {"output": 2}


async def test_a_master_that_died_after_a_step_ended_takes_over_what_its_pod_tells(
    cluster: Cluster, embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "waiting", flag=str(flag))
    await step_is(cluster, run, "until_told", "running")
    (master,) = await masters(cluster, run)
    os.kill(embedded.pod_pids("default", master)["orchestrator"], signal.SIGKILL)
    flag.touch()
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert [len(step.attempts) for step in view.steps] == [1, 1]


async def test_a_stopped_run_says_so_and_leaves_nothing_running(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "never"))
    await step_is(cluster, run, "until_told", "running")
    view = await stop_run(cluster, run)
    assert view.state is RunState.STOPPED
    assert [step.state.value for step in view.steps] == ["stopped", "stopped"]
    assert not [pod for pod in view.pods if pod.status == "running" and pod.component == names.COMPONENT_STEP]


async def test_nothing_is_left_of_a_deleted_run(cluster: Cluster) -> None:
    run = await start(cluster, "fan", width=3)
    await ended(cluster, run)
    await delete_run(cluster, run)

    async def left() -> list[str]:
        labels = f"{names.LABEL_RUN_ID}={run}"
        found = [await cluster.list(kind, labels=labels) for kind in (CONFIGMAPS, SECRETS, JOBS, PODS)]
        return [item["metadata"]["name"] for items in found for item in items]

    assert await eventually(left, until=lambda names: not names) == []


async def test_the_handover_keys_go_when_the_run_ends(cluster: Cluster) -> None:
    run = await start(cluster, "chain", length=2)
    await ended(cluster, run)
    left = await eventually(
        lambda: cluster.list(SECRETS, labels=f"{names.LABEL_RUN_ID}={run}"), until=lambda found: not found
    )
    assert left == []


async def test_no_more_pods_than_the_quota_allows_and_the_run_still_ends(cluster: Cluster) -> None:
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": {"hard": {"pods": "2"}}}
    await cluster.create(quota)
    view = await ended(cluster, await start(cluster, "fan", width=4))
    assert view.state is RunState.SUCCEEDED
    assert step_of(view, "total").results == {"output": 8}


async def test_a_run_whose_record_is_being_read_shows_every_step_from_the_start(cluster: Cluster) -> None:
    run = await start(cluster, "fan", width=6, seconds=0.2)
    view = await show_run(cluster, run)
    assert len(view.steps) == 8
    await ended(cluster, run)
