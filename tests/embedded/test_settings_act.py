"""Settings of a run make the difference they promise, on whole runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import JOBS, NODES, PODS
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.control.submitting.retrying import retry_run
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import RunView, StepView
from tests.embedded.runs import PIPELINES, ended, eventually, step_of

NOWHERE: dict[str, Any] = {"node_selectors": {"pool": "promised"}}


async def start(
    cluster: Cluster,
    pipeline: str,
    settings: Settings | None = None,
    *,
    config: Settings | None = None,
    image: str = "",
    **parameters: Any,
) -> str:
    """Submit a pipeline with these settings; `image` is of its steps alone. Returns the run's name."""
    spec = load(f"{PIPELINES / 'lines.py'}:{pipeline}").trace(parameters)
    steps = tuple(replace(step, image=image) for step in spec.steps)
    ref = await submit(cluster, replace(spec, settings=settings, steps=steps), SubmitOptions(config=config))
    assert ref.warnings == ()
    return ref.run


def spent(step: StepView) -> tuple[int, int, int]:
    """From the step's retries, its disruption budget and its startup budget."""
    return step.failures, step.disruptions, step.startups


async def test_a_pod_that_finds_no_node_in_its_time_is_replaced_until_the_budget_is_spent(cluster: Cluster) -> None:
    settings = Settings(
        pod_settings=NOWHERE, pod_startup_timeout=1, pod_failure_max_retries=1, pod_failure_retry_delay=0.1
    )
    view = await ended(cluster, await start(cluster, "chain", settings, length=1))
    step = step_of(view, "start")
    assert (view.state, spent(step)) == (RunState.FAILED, (0, 0, 2))
    assert [(attempt.state.value, attempt.reason) for attempt in step.attempts] == [("failed", "StartupTimeout")] * 2
    assert "no pod started in 2 tries" in view.why
    assert "didn't match Pod's node affinity/selector" in view.why


async def test_a_pod_that_starts_at_its_second_try_costs_the_step_nothing_else(cluster: Cluster) -> None:
    settings = Settings(
        pod_settings=NOWHERE, pod_startup_timeout=1, pod_failure_max_retries=50, pod_failure_retry_delay=0.1
    )
    run = await start(cluster, "chain", settings, length=1)
    await eventually(lambda: show_run(cluster, run), until=lambda view: step_of(view, "start").startups > 0)
    (node,) = await cluster.list(NODES)
    await cluster.patch(NODES, node["metadata"]["name"], {"metadata": {"labels": {"pool": "promised"}}})
    view = await ended(cluster, run)
    assert view.state is RunState.SUCCEEDED
    assert spent(step_of(view, "start"))[:2] == (0, 0)


async def test_a_reason_that_the_settings_call_hopeless_ends_the_step_at_once(cluster: Cluster) -> None:
    settings = Settings(fail_on_container_waiting_reasons=["ErrImagePull", "ImagePullBackOff"])
    run = await start(cluster, "failing", settings, image="registry.invalid/none:1", tally="unused", times=0)
    view = await ended(cluster, run)
    step = step_of(view, "fails")
    assert (view.state, len(step.attempts), spent(step)) == (RunState.FAILED, 1, (1, 0, 0))
    assert step.why.startswith("its pod can't start: ErrImagePull")


async def test_parallel_steps_start_as_far_apart_as_the_orchestrator_is_configured(cluster: Cluster) -> None:
    config = KubernetesOrchestratorConfig(parallel_step_startup_waiting_period=0.6)
    view = await ended(cluster, await start(cluster, "fan", config=config, width=3, seconds=0.8))
    assert view.state is RunState.SUCCEEDED
    made = sorted(step.attempts[0].created or 0 for step in view.steps if step.name.startswith("add"))
    assert all(later - earlier >= 0.6 for earlier, later in pairwise(made))


async def test_a_step_over_its_time_fails_and_its_retries_pay(cluster: Cluster, tmp_path: Path) -> None:
    view = await ended(cluster, await start(cluster, "waiting", Settings(step_timeout=1), flag=str(tmp_path / "never")))
    step = step_of(view, "until_told")
    assert (view.state, spent(step)) == (RunState.FAILED, (2, 0, 0))
    assert view.why == "step until_told failed: timed out after 1 s"
    assert [attempt.reason for attempt in step.attempts] == ["StepTimeout"] * 2


def states(view: RunView) -> dict[str, str]:
    return {step.name: step.state.value for step in view.steps}


async def test_a_run_over_its_time_fails_with_the_reason_and_leaves_nothing_running(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await ended(cluster, await start(cluster, "waiting", Settings(run_timeout=1), flag=str(tmp_path / "never")))
    assert (view.state, view.why) == (RunState.FAILED, "the run timed out after 1 s")
    assert states(view) == {"until_told": "stopped", "add": "skipped"}
    assert spent(step_of(view, "until_told")) == (0, 0, 0)
    assert not [pod for pod in view.pods if pod.status == "running" and pod.component == "step"]


@pytest.mark.parametrize("mode", ["fail_fast", "stop_on_failure"])
async def test_a_failure_ends_the_run_as_its_mode_says(cluster: Cluster, tmp_path: Path, mode: str) -> None:
    flag, told = tmp_path / "flag", tmp_path / "told"
    settings = Settings(failure_mode=mode, pod_settings={"env": [{"name": "NOTE", "value": str(told)}]})
    run = await start(cluster, "hooked", settings, flag=str(flag), tally=str(tmp_path / "tally"), times=9)
    await eventually(lambda: show_run(cluster, run), until=lambda seen: step_of(seen, "fails").state.value == "failed")
    if mode == "stop_on_failure":
        flag.touch()
    view = await ended(cluster, run)
    assert states(view) == {
        "until_told": "stopped" if mode == "fail_fast" else "succeeded",
        "add": "skipped",
        "fails": "failed",
        "broken": "skipped",
        "note": "succeeded",
    }
    assert view.state is RunState.FAILED
    assert told.read_text() == f"{run} failed: {view.why}"


async def test_the_failure_of_a_hook_is_told_and_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    flag.touch()
    view = await ended(cluster, await start(cluster, "hooked", flag=str(flag), tally=str(tmp_path / "tally"), times=0))
    assert (view.state, view.total) == (RunState.SUCCEEDED, 3)
    assert view.why.startswith("hook broken failed: ValueError: no hook")
    assert states(view) == {
        "until_told": "succeeded",
        "add": "succeeded",
        "fails": "succeeded",
        "broken": "failed",
        "note": "skipped",
    }


async def test_the_jobs_of_older_runs_go_at_the_next_submit_and_their_records_stay(cluster: Cluster) -> None:
    settings = Settings(successful_jobs_history_limit=1)
    runs = []
    for _ in range(3):
        runs.append(await start(cluster, "chain", settings, length=1))
        await ended(cluster, runs[-1])
    last = await start(cluster, "chain", settings, length=1)
    jobs = await cluster.list(JOBS, labels="pipeline=chain")
    assert {job["metadata"]["name"] for job in jobs} == {runs[-1], last}
    gone = f"{names.LABEL_RUN_ID}={runs[0]}"
    assert await eventually(lambda: cluster.list(PODS, labels=gone), until=lambda pods: not pods) == []
    assert (await show_run(cluster, runs[0])).state is RunState.SUCCEEDED
    await ended(cluster, last)


async def test_all_jobs_go_of_a_run_that_was_tried_again(cluster: Cluster, tmp_path: Path) -> None:
    settings = Settings(failed_jobs_history_limit=0, successful_jobs_history_limit=1)
    run = await start(cluster, "failing", settings, tally=str(tmp_path / "tally"), times=9)
    await ended(cluster, run)
    await retry_run(cluster, run)
    await ended(cluster, run)
    last = await start(cluster, "failing", settings, tally=str(tmp_path / "tally"), times=0)
    jobs = await cluster.list(JOBS, labels="pipeline=failing")
    assert [job["metadata"]["name"] for job in jobs] == [last]
    await ended(cluster, last)


async def test_job_and_pods_go_at_their_time_and_what_is_told_of_the_run_stays(cluster: Cluster) -> None:
    run = await start(cluster, "chain", Settings(ttl_seconds_after_finished=1), length=2)
    before = await ended(cluster, run)
    labels = f"{names.LABEL_RUN_ID}={run}"
    for resource in (JOBS, PODS):
        await eventually(lambda kind=resource: cluster.list(kind, labels=labels), until=lambda found: not found)  # type: ignore[misc]  # bound now
    after = await show_run(cluster, run)
    assert (after.state, after.pods) == (RunState.SUCCEEDED, ())
    assert [step.results for step in after.steps] == [{"output": 1}, {"output": 2}]
    assert [step.attempts for step in after.steps] == [step.attempts for step in before.steps]
