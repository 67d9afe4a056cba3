"""Runs whose shape is only known while they run: steps mapped over lists, and branches that are taken or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.states import RunState
from k8stui.model.views import RunView
from tests.embedded.runs import ended, start, step_of


@pytest.fixture
async def cluster(embedded: EmbeddedCluster) -> AsyncIterator[Cluster]:
    async with await connect(kubeconfig=embedded.kubeconfig) as connected:
        yield connected


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
