"""Settings of a run make the difference they promise, on whole runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import NODES
from k8stui.control.runs import show_run
from k8stui.control.submit import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.states import RunState
from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import StepView
from tests.embedded.runs import PIPELINES, ended, eventually, step_of

NOWHERE: dict[str, Any] = {"node_selectors": {"pool": "promised"}}


@pytest.fixture
async def cluster(embedded: EmbeddedCluster) -> AsyncIterator[Cluster]:
    async with await connect(kubeconfig=embedded.kubeconfig) as connected:
        yield connected


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
    settings = Settings(pod_settings=NOWHERE, pod_startup_timeout=1, pod_failure_retry_delay=0.1)
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
