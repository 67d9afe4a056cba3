"""Stopping runs: the grace period of their pods, force when it is over, and what is told of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.runs.reading import get_record, show_run
from k8stui.control.submitting.retrying import retry_run
from k8stui.incluster.contract import names
from k8stui.incluster.contract.record import JOURNAL_KEY, Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, RunView
from tests.cluster.deleting import delete_all
from tests.embedded.runs import ended, eventually, start, step_is, step_of


async def stubborn(cluster: Cluster, folder: Path) -> str:
    """A run whose step has begun and does not end at SIGTERM; the file says when it heard it."""
    run = await start(cluster, "stubborn", heard=str(folder / "heard"), flag=str(folder / "flag"))
    await eventually(lambda: show_run(cluster, run), until=lambda _: (folder / "heard").exists())
    return run


def attempt(view: RunView, step: str) -> AttemptView:
    """The only attempt at a step."""
    (found,) = step_of(view, step).attempts
    return found


async def test_what_a_stop_ends_is_stopped_and_not_evicted(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await step_is(cluster, run, "until_told", "running")
    view = await stop_run(cluster, run)
    assert (view.state, view.why) == (RunState.STOPPED, "stopped on request")
    step = step_of(view, "until_told")
    assert (step.state.value, step.why, step.disruptions) == ("stopped", "", 0)
    ended_ = attempt(view, "until_told")
    assert (ended_.state.value, ended_.reason, ended_.message, ended_.exit_code) == ("stopped", "", "", 143)


async def test_a_step_that_does_not_end_within_the_grace_period_is_killed_which_is_told(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await stubborn(cluster, tmp_path)
    asked = time.time()
    view = await stop_run(cluster, run, grace_period=1)
    assert (tmp_path / "heard").read_text() == "SIGTERM"
    assert view.state is RunState.STOPPED
    ended_ = attempt(view, "deaf")
    assert (ended_.state.value, ended_.exit_code) == ("stopped", 137)
    assert ended_.message == "killed: it had not ended within its grace period"
    assert view.finished is not None
    assert view.finished - asked < 20, "its own grace period is 30 s"


async def test_while_it_has_its_grace_period_a_step_is_still_running(cluster: Cluster, tmp_path: Path) -> None:
    run = await stubborn(cluster, tmp_path)
    with pytest.raises(TimeoutError):
        await stop_run(cluster, run, patience=0.3)
    view = await eventually(lambda: show_run(cluster, run), until=lambda seen: "stopping" in _pods(seen))
    assert (view.state, step_of(view, "deaf").state.value) == (RunState.STOPPING, "running")
    (tmp_path / "flag").touch()
    view = await ended(cluster, run)
    assert (view.state, step_of(view, "deaf").state.value) == (RunState.SUCCEEDED, "succeeded"), "it ended by itself"


async def test_a_second_stop_shortens_the_grace_period(cluster: Cluster, tmp_path: Path) -> None:
    run = await stubborn(cluster, tmp_path)
    with pytest.raises(TimeoutError):
        await stop_run(cluster, run, grace_period=300, patience=0.3)
    await eventually(lambda: show_run(cluster, run), until=lambda seen: "stopping" in _pods(seen))
    view = await stop_run(cluster, run, grace_period=1)
    assert (view.state, attempt(view, "deaf").exit_code) == (RunState.STOPPED, 137)


async def test_force_comes_when_the_time_is_over_and_is_told(cluster: Cluster, tmp_path: Path) -> None:
    run = await stubborn(cluster, tmp_path)
    view = await stop_run(cluster, run, grace_period=300, force_after=1)
    assert (view.state, view.why) == (RunState.STOPPED, "stopped by force, 1 s after it was asked to stop")
    assert attempt(view, "deaf").state.value == "stopped"
    await eventually(lambda: show_run(cluster, run), until=lambda seen: not {"stopping", "running"} & _pods(seen))
    assert (await cluster.get(JOBS, run))["spec"]["suspend"] is True


async def test_a_retry_after_force_waits_until_the_old_pods_have_ended(cluster: Cluster, tmp_path: Path) -> None:
    run = await stubborn(cluster, tmp_path)
    assert (await stop_run(cluster, run, force_after=0)).why == "stopped by force"
    view = await retry_run(cluster, run)
    assert not {"stopping", "running"} & {pod.status for pod in view.pods if pod.name == f"{run}-deaf-1"}
    (tmp_path / "flag").touch()
    view = await ended(cluster, run)
    assert (view.state, len(step_of(view, "deaf").attempts)) == (RunState.SUCCEEDED, 2)


async def test_a_success_that_only_the_journal_tells_of_survives_force_and_a_retry(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await stubborn(cluster, tmp_path)
    done = StepStatus(StepState.SUCCEEDED, [Attempt(1, f"{run}-deaf-1", StepState.SUCCEEDED)])
    noted = json.dumps({"deaf": {"status": done.to_json(), "results": {"output": 7}}})
    labels = {**(await get_record(cluster, run))["metadata"]["labels"], names.LABEL_COMPONENT: names.COMPONENT_JOURNAL}
    meta = {"name": names.journal_name(run), "labels": labels}
    await cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {JOURNAL_KEY: noted}})
    await stop_run(cluster, run, force_after=0)
    epochs = [
        (await cluster.get(CONFIGMAPS, name))["metadata"]["annotations"][names.ANNOTATION_EPOCH]
        for name in (names.record_name(run), names.journal_name(run))
    ]
    assert epochs[0] == epochs[1]  # a late master of before writes nothing into either any more
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    deaf = step_of(view, "deaf")
    assert (view.state, len(deaf.attempts), deaf.results) == (RunState.SUCCEEDED, 1, {"output": 7})


@pytest.mark.parametrize("what", ["pods", "job"])
async def test_deleting_its_pods_or_its_job_with_kubectl_stops_a_run(
    cluster: Cluster, tmp_path: Path, what: str
) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await step_is(cluster, run, "until_told", "running")
    if what == "job":
        await cluster.delete(JOBS, run)
    else:
        await delete_all(cluster, PODS, labels=f"run={run}")
    view = await ended(cluster, run)
    assert view.state is RunState.STOPPED
    assert {step.state.value for step in view.steps} == {"stopped"}
    pods = f"run={run},{names.LABEL_COMPONENT}={names.COMPONENT_STEP}"
    assert await eventually(lambda: cluster.list(PODS, labels=pods), until=lambda found: not found) == []
    (tmp_path / "flag").touch()
    await retry_run(cluster, run)
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED


def _pods(view: RunView) -> set[str]:
    return {pod.status for pod in view.pods if pod.component == names.COMPONENT_STEP}
