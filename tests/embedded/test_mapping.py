"""Runs whose shape is only known while they run: steps mapped over lists, and branches that are taken or not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.lifecycle.pausing import pause_run, resume_run
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.control.submitting.retrying import retry_run
from k8stui.incluster.contract.states import RunState
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import RunView
from tests.embedded.runs import PIPELINES, ended, eventually, pause_is_heard, start, step_of


async def run(cluster: Cluster, pipeline: str, **parameters: Any) -> RunView:
    return await ended(cluster, await start(cluster, pipeline, file="branching.py", **parameters))


def states(view: RunView) -> dict[str, str]:
    return {step.name: step.state.value for step in view.steps}


async def test_a_step_runs_once_for_each_thing_in_a_list_and_the_next_takes_all_in_order(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await run(cluster, "mapped", notes=str(tmp_path), count=4)
    assert view.state is RunState.SUCCEEDED, view.why
    assert [step.name for step in view.steps] == ["listing", "double", *(f"double[{n}]" for n in range(4)), "total"]
    assert [step_of(view, f"double[{n}]").results["output"] for n in range(4)] == [0, 2, 4, 6]
    assert step_of(view, "total").results == {"output": 12}
    assert (view.done, view.total) == (7, 7)


async def test_an_empty_list_makes_no_pods_and_the_next_step_gets_an_empty_list(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await run(cluster, "mapped", notes=str(tmp_path), count=0)
    assert states(view) == {"listing": "succeeded", "double": "succeeded", "total": "succeeded"}
    assert step_of(view, "total").results == {"output": 0}
    assert {pod.step for pod in view.pods} - {""} == {"listing", "total"}


async def test_what_is_no_list_fails_the_mapped_step_with_a_sentence(cluster: Cluster) -> None:
    view = await run(cluster, "over_anything", value={"a": 1})
    assert (view.state, states(view)["scale"]) == (RunState.FAILED, "failed")
    assert view.why == "step scale failed: it is mapped over anything, which is a dict and not a list"


async def test_an_item_that_fails_fails_what_is_mapped_and_is_tried_again_by_its_own_retries(
    cluster: Cluster, tmp_path: Path
) -> None:
    view = await run(cluster, "over", value=[7, 13, 1], notes=str(tmp_path))
    assert states(view) == {
        "anything": "succeeded",
        "double": "failed",
        "double[0]": "succeeded",
        "double[1]": "failed",
        "double[2]": "succeeded",
        "total": "skipped",
    }
    assert [step_of(view, f"double[{n}]").failures for n in range(3)] == [1, 2, 0]
    assert "double[1]" in view.why
    assert step_of(view, "double").why.startswith("1 of 3 items failed: double[1]: ValueError: 13 brings no luck")


async def test_a_mapped_step_can_be_mapped_over_another_one(cluster: Cluster, tmp_path: Path) -> None:
    view = await run(cluster, "mapped_twice", count=3, notes=str(tmp_path))
    assert view.state is RunState.SUCCEEDED, view.why
    assert step_of(view, "total").results == {"output": 0}
    assert step_of(view, "scale[2]").attempts[-1].pod.endswith("-scale-2-1")


@pytest.mark.parametrize(
    ("score", "taken", "said"),
    [(0.95, ("praise", "boast"), "0.95 IS GOOD"), (0.5, ("train_longer",), "0.5 is bad")],
)
async def test_a_branch_that_is_not_taken_is_skipped_and_the_join_goes_on_with_the_other(
    cluster: Cluster, score: float, taken: tuple[str, ...], said: str
) -> None:
    view = await run(cluster, "branched", score=score)
    branches = ("praise", "boast", "train_longer")
    assert view.state is RunState.SUCCEEDED, view.why
    assert states(view) == {
        **{name: "succeeded" if name in taken else "skipped" for name in branches},
        "check": "succeeded",
        "tell": "succeeded",
    }
    assert [step_of(view, name).untaken for name in branches] == [name not in taken for name in branches]
    assert step_of(view, "tell").results == {"output": said}


async def waiting(cluster: Cluster, notes: Path, **settings: Any) -> str:
    """A run whose four items wait until they are told to go on."""
    spec = load(f"{PIPELINES / 'branching.py'}:mapped").trace({"notes": str(notes), "count": 4, "wait": True})
    return (await submit(cluster, spec, SubmitOptions(config=Settings(**settings)))).run


async def item_is(cluster: Cluster, run: str, name: str, state: str) -> RunView:
    return await eventually(lambda: show_run(cluster, run), until=lambda view: states(view).get(name) == state)


async def test_items_count_for_max_parallelism_as_any_other_step(cluster: Cluster, tmp_path: Path) -> None:
    run = await waiting(cluster, tmp_path, max_parallelism=2)
    await item_is(cluster, run, "double[1]", "running")
    await item_is(cluster, run, "double[0]", "running")
    view = await item_is(cluster, run, "double[3]", "queued")
    assert [states(view)[f"double[{n}]"] for n in range(4)] == ["running", "running", "queued", "queued"]
    assert step_of(view, "double[3]").why == "2 pods are the most at a time"
    (tmp_path / "go").touch()
    assert step_of(await ended(cluster, run), "total").results == {"output": 12}


async def test_a_stop_among_the_items_stops_what_is_mapped_and_what_comes_after(
    cluster: Cluster, tmp_path: Path
) -> None:
    run = await waiting(cluster, tmp_path, max_parallelism=2)
    await item_is(cluster, run, "double[1]", "running")
    await stop_run(cluster, run)
    view = await ended(cluster, run)
    assert view.state is RunState.STOPPED
    assert set(states(view).values()) == {"succeeded", "stopped"}
    assert states(view)["double"] == states(view)["total"] == "stopped"


async def test_a_pause_among_the_items_starts_no_further_one_and_repeats_none(cluster: Cluster, tmp_path: Path) -> None:
    run = await waiting(cluster, tmp_path, max_parallelism=2)
    await item_is(cluster, run, "double[1]", "running")
    async with asyncio.TaskGroup() as group:
        pausing = group.create_task(pause_run(cluster, run))
        await pause_is_heard(cluster, run)
        (tmp_path / "go").touch()
    assert pausing.result().state is RunState.PAUSED
    view = await show_run(cluster, run)
    assert [bool(step_of(view, f"double[{n}]").attempts) for n in range(4)] == [True, True, False, False]
    await resume_run(cluster, run)
    view = await ended(cluster, run)
    assert step_of(view, "total").results == {"output": 12}
    assert [(tmp_path / f"ran-{n}").read_text() for n in range(4)] == ["x"] * 4


@pytest.mark.parametrize("mode", ["stop_on_failure", "fail_fast"])
async def test_an_item_that_fails_ends_the_run_where_the_failure_mode_says_so(cluster: Cluster, mode: str) -> None:
    spec = load(f"{PIPELINES / 'branching.py'}:breaking").trace({"value": [13, 1, 2]})
    config = Settings(max_parallelism=1, failure_mode=mode)
    view = await ended(cluster, (await submit(cluster, spec, SubmitOptions(config=config))).run)
    assert (view.state, states(view)["brittle"]) == (RunState.FAILED, "failed")
    assert [states(view)[f"brittle[{n}]"] for n in range(3)] == ["failed", "skipped", "skipped"]
    assert step_of(view, "brittle[2]").why == f"step brittle[0] failed ({mode})"


async def test_a_run_that_is_tried_again_keeps_the_items_that_succeeded(cluster: Cluster, tmp_path: Path) -> None:
    spec = load(f"{PIPELINES / 'branching.py'}:over").trace({"value": [1, 13, 2], "notes": str(tmp_path)})
    run = (await submit(cluster, spec, SubmitOptions())).run
    assert (await ended(cluster, run)).state is RunState.FAILED
    (tmp_path / "ran-13").write_text("spent")
    await retry_run(cluster, run)
    view = await ended(cluster, run)
    assert [len(step_of(view, f"double[{n}]").attempts) for n in range(3)] == [1, 4, 1]
    assert states(view)["double[1]"] == "failed"
    assert (tmp_path / "ran-1").read_text() == "x"


async def test_items_that_an_earlier_run_has_done_are_taken_from_it(cluster: Cluster) -> None:
    views = []
    for count in (2, 3):
        spec = load(f"{PIPELINES / 'branching.py'}:cached").trace({"count": count})
        views.append(await ended(cluster, (await submit(cluster, spec, SubmitOptions())).run))
    view = views[1]
    assert [states(view)[f"scale[{n}]"] for n in range(3)] == ["cached", "cached", "succeeded"], [
        one.cache for one in view.steps
    ]
    assert step_of(view, "total").results == {"output": 9}


async def test_more_items_than_are_allowed_fail_before_any_starts(cluster: Cluster, tmp_path: Path) -> None:
    spec = load(f"{PIPELINES / 'branching.py'}:mapped").trace({"notes": str(tmp_path), "count": 3})
    view = await ended(cluster, (await submit(cluster, spec, SubmitOptions(config=Settings(max_map_items=2)))).run)
    assert view.why == (
        "step double failed: it is mapped over listing, which has 3 items, more than the 2 that max_map_items allows"
    )
    assert not [step for step in view.steps if step.item_of]
