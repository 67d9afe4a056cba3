"""The step cache on whole runs: what is not run again, what is, and that the reason can be read."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, PODS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.schedules.triggering import trigger_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.master.cachestore import INDEX_KEY
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import RunView
from k8stui.plan.caching import index_name
from tests.embedded.runs import PIPELINES, ended, eventually, is_listed, masters, step_is, step_of


@pytest.fixture
def tally(tmp_path: Path) -> Path:
    """Where steps leave how often they were run."""
    folder = tmp_path / "tally"
    folder.mkdir()
    return folder


async def start(
    cluster: Cluster,
    pipeline: str,
    tally: Path,
    *,
    options: SubmitOptions | None = None,
    spec: dict[str, Any] | None = None,
    **parameters: Any,
) -> str:
    traced = load(f"{PIPELINES / 'caching.py'}:{pipeline}").trace({"tally": str(tally), **parameters})
    return (await submit(cluster, replace(traced, **(spec or {})), options)).run


async def run(cluster: Cluster, pipeline: str, tally: Path, **more: Any) -> RunView:
    return await ended(cluster, await start(cluster, pipeline, tally, **more))


def states(view: RunView) -> dict[str, str]:
    return {step.name: step.state.value for step in view.steps}


def counted(tally: Path) -> dict[str, int]:
    return {path.name: len(path.read_text()) for path in sorted(tally.iterdir())}


async def pods_of(cluster: Cluster, run: str) -> int:
    return len(await cluster.list(PODS, labels=f"run={run},app.kubernetes.io/component=step"))


async def test_the_same_again_needs_no_pod_and_has_the_same_results(cluster: Cluster, tally: Path) -> None:
    first = await run(cluster, "straight", tally)
    second = await run(cluster, "straight", tally)
    assert states(first) == dict.fromkeys(("load", "double", "tell"), "succeeded")
    assert states(second) == dict.fromkeys(("load", "double", "tell"), "cached")
    assert (second.state, second.counts, second.done) == (RunState.SUCCEEDED, {"cached": 3}, 3)
    assert [step.results for step in second.steps] == [step.results for step in first.steps]
    assert counted(tally) == {"double": 1, "load": 1, "tell": 1}
    assert await pods_of(cluster, second.run) == 0
    assert second.started is not None
    told = f"from run {first.run}: same code, image, settings and inputs"
    assert [step.cache for step in second.steps] == [told] * 3
    assert {step.cache for step in first.steps} == {"not cached: no earlier result of it is known"}


async def test_a_change_runs_what_depends_on_it_and_tells_why(cluster: Cluster, tally: Path) -> None:
    first = await run(cluster, "straight", tally, n=3)
    second = await run(cluster, "straight", tally, n=4)
    assert states(second) == dict.fromkeys(("load", "double", "tell"), "succeeded")
    assert step_of(second, "load").cache == f"not cached: parameter n changed 3 -> 4 since run {first.run}"
    assert step_of(second, "double").cache == f"not cached: value from load changed 3 -> 4 since run {first.run}"
    third = await run(cluster, "straight", tally, n=14)
    assert states(third) == {"load": "succeeded", "double": "cached", "tell": "cached"}
    assert step_of(third, "double").cache.startswith(f"from run {second.run}: ")


async def test_the_result_outlives_the_run_that_made_it(cluster: Cluster, tally: Path) -> None:
    first = await run(cluster, "straight", tally)
    await delete_run(cluster, first.run)
    second = await run(cluster, "straight", tally)
    assert states(second) == dict.fromkeys(("load", "double", "tell"), "cached")
    assert step_of(second, "double").results == {"output": 6}


async def test_what_is_run_for_what_it_does_besides_is_always_run(cluster: Cluster, tally: Path) -> None:
    await run(cluster, "mixed", tally)
    second = await run(cluster, "mixed", tally)
    assert states(second) == {"load": "cached", "touch": "succeeded", "always": "succeeded"}
    assert counted(tally) == {"always": 2, "load": 1, "touch": 2}
    assert step_of(second, "touch").cache == "not cached: caching is off for it"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"options": SubmitOptions(cache=False)}, "--no-cache was given"),
        (
            {"spec": {"settings": Settings(prevent_orchestrator_pod_caching=True)}},
            "prevent_orchestrator_pod_caching is set",
        ),
    ],
)
async def test_without_the_cache_everything_runs_and_is_kept_for_later(
    cluster: Cluster, tally: Path, more: dict[str, Any], told: str
) -> None:
    await run(cluster, "straight", tally)
    second = await run(cluster, "straight", tally, **more)
    assert states(second) == dict.fromkeys(("load", "double", "tell"), "succeeded")
    assert {step.cache for step in second.steps} == {f"not cached: {told}"}
    third = await run(cluster, "straight", tally)
    assert step_of(third, "load").cache.startswith(f"from run {second.run}: ")


async def test_with_the_switch_of_the_pipeline_off_nothing_is_kept_either(cluster: Cluster, tally: Path) -> None:
    for _ in range(2):
        view = await run(cluster, "straight", tally, spec={"enable_cache": False})
        assert states(view) == dict.fromkeys(("load", "double", "tell"), "succeeded")
    assert not [one for one in await cluster.list(CONFIGMAPS) if one["metadata"]["name"].startswith("cache-")]


async def test_settings_that_a_step_notices_count_and_others_do_not(cluster: Cluster, tally: Path) -> None:
    await run(cluster, "straight", tally)
    quiet = Settings(pod_settings={"labels": {"team": "a"}, "annotations": {"b": "c"}}, pod_startup_timeout=60)
    assert (await run(cluster, "straight", tally, spec={"settings": quiet})).counts == {"cached": 3}
    seen = Settings(pod_settings={"env": [{"name": "MODE", "value": "fast"}]})
    view = await run(cluster, "straight", tally, spec={"settings": seen})
    assert view.counts == {"succeeded": 3}
    assert "its environment or volumes changed since run" in step_of(view, "load").cache


async def test_other_code_is_run(cluster: Cluster, tally: Path, tmp_path: Path) -> None:
    await run(cluster, "straight", tally)
    copy = tmp_path / "code"
    await asyncio.to_thread(copy.mkdir)
    text = (PIPELINES / "caching.py").read_text().replace("value * 2", "2 * value")
    await asyncio.to_thread((copy / "caching.py").write_text, text)
    spec = load(f"{copy / 'caching.py'}:straight").trace({"tally": str(tally)})
    view = await ended(cluster, (await submit(cluster, spec)).run)
    assert states(view) == {"load": "cached", "double": "succeeded", "tell": "cached"}
    assert "its code changed since run" in step_of(view, "double").cache


async def test_what_succeeded_in_a_failed_run_is_not_run_again(cluster: Cluster, tally: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    first = await run(cluster, "breaking", tally, flag=str(flag))
    assert first.state is RunState.FAILED
    flag.touch()
    second = await run(cluster, "breaking", tally, flag=str(flag))
    assert states(second) == {"load": "cached", "double": "cached", "breaks": "succeeded"}


async def test_equal_steps_take_each_others_results(cluster: Cluster, tally: Path) -> None:
    await run(cluster, "fan", tally, width=2)
    view = await run(cluster, "fan", tally, width=3)
    assert sorted(states(view).values()) == ["cached"] * 4 + ["succeeded"] * 2
    assert counted(tally) == {"double": 3, "load": 3}


async def test_the_next_master_knows_what_was_cached(
    embedded: EmbeddedCluster, cluster: Cluster, tally: Path, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    first = await run(cluster, "holding", tally, flag=str(flag), hold=False)
    held = await start(cluster, "holding", tally, flag=str(flag), hold=True)
    await step_is(cluster, held, "wait", "running")
    (master,) = await masters(cluster, held)
    os.kill(embedded.pod_pids("default", master)["orchestrator"], signal.SIGKILL)
    await eventually(lambda: masters(cluster, held), until=lambda found: bool(found - {master}))
    flag.touch()
    view = await ended(cluster, held)
    assert states(view) == {"load": "cached", "wait": "succeeded", "double": "cached"}
    assert step_of(view, "load").cache.startswith(f"from run {first.run}: ")
    assert counted(tally) == {"double": 1, "load": 1, "wait": 2}


async def test_runs_of_a_schedule_are_cached_too_except_what_asks_for_the_time(cluster: Cluster, tally: Path) -> None:
    spec = load(f"{PIPELINES / 'caching.py'}:timed").trace({"tally": str(tally)})
    name = (await create_schedule(cluster, spec, ScheduleSpec(cron="0 0 1 1 *"))).name
    views: list[RunView] = []

    async def now() -> float:
        return time.time()

    for _ in range(2):
        earlier = views[-1].created or 0.0 if views else 0.0
        await eventually(now, until=lambda time, earlier=earlier: int(time) > int(earlier))  # type: ignore[misc]  # bound now
        triggered = await trigger_schedule(cluster, name)
        await is_listed(cluster, triggered)
        views.append(await ended(cluster, triggered))
    assert states(views[1]) == {"load": "cached", "due": "succeeded"}
    assert step_of(views[1], "due").cache.startswith("not cached: the time it was due at changed since run")


async def test_two_runs_at_once_both_leave_their_results(cluster: Cluster, tally: Path) -> None:
    runs = await asyncio.gather(*(start(cluster, "straight", tally, n=n) for n in (1, 2, 3)))
    for one in runs:
        assert (await ended(cluster, one)).state is RunState.SUCCEEDED
    found = await cluster.get(CONFIGMAPS, index_name("straight"))
    entries = json.loads(found["data"][INDEX_KEY])["entries"].values()
    assert {entry["run"] for entry in entries} == set(runs)
    for n in (1, 2, 3):
        assert (await run(cluster, "straight", tally, n=n)).counts == {"cached": 3}
