"""A run whose orchestrator cannot start is given up when the trouble stays, and only then."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle import stuck
from k8stui.control.lifecycle.stuck import Watchman, trouble
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import PodView, RunView

NOWHERE = cast("Cluster", object())


def run(reason: str, state: RunState = RunState.PENDING, component: str = names.COMPONENT_ORCHESTRATOR) -> RunView:
    pod = PodView(name="p", namespace="n", component=component, reason=reason, message="no such host")
    return RunView(run="r", namespace="n", state=state, image="none:1", pods=(pod,))


def test_an_image_that_cannot_be_pulled_is_trouble() -> None:
    assert trouble(run("ErrImagePull")) == (
        "the image none:1 of its orchestrator cannot be pulled (ErrImagePull: no such host): "
        "give one that the cluster can pull, with --image"
    )


def test_an_orchestrator_with_an_image_of_its_own_is_told_by_that() -> None:
    seen = run("ErrImagePull")
    told = 'failed to pull and unpack image "own/master:1": not found'
    pods = (seen.pods[0].model_copy(update={"message": told}),)
    assert trouble(seen.model_copy(update={"pods": pods})).startswith("the image own/master:1 of its orchestrator")


@pytest.mark.parametrize(
    "view",
    [
        run(""),
        run("ContainerCreating"),
        run("Unschedulable"),
        run("ErrImagePull", state=RunState.RUNNING),
        run("ErrImagePull", component=names.COMPONENT_STEP),
    ],
)
def test_anything_else_may_pass(view: RunView) -> None:
    assert trouble(view) == ""


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why runs were failed."""
    whys: list[str] = []

    async def fail(_cluster: Any, _run: str, why: str, **_: Any) -> None:
        whys.append(why)

    monkeypatch.setattr(stuck, "fail_run", fail)
    return whys


async def test_trouble_that_stays_ends_the_run_with_the_last_reason(failed: list[str]) -> None:
    watchman = Watchman(patience=0.01)
    watchman.look(run("ErrImagePull"))
    watchman.look(run("ImagePullBackOff"))
    await watchman.give_up(NOWHERE, "r", "n")
    assert [why.partition("(")[2].partition(":")[0] for why in failed] == ["ImagePullBackOff"]


async def test_trouble_that_passes_ends_nothing(failed: list[str]) -> None:
    watchman = Watchman(patience=60.0)
    waiting = asyncio.create_task(watchman.give_up(NOWHERE, "r", "n"))
    for reason in ("ErrImagePull", "", "ErrImagePull", ""):
        watchman.look(run(reason))
        for _ in range(5):
            await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    assert failed == []


async def test_the_end_is_not_told_before_all_of_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def fail(*_: Any, **__: Any) -> None:
        begun.set()
        await may_end.wait()

    monkeypatch.setattr(stuck, "fail_run", fail)
    watchman = Watchman(patience=0.01)
    await watchman.settle()  # nothing is going on
    watchman.look(run("ErrImagePull"))
    giving_up = asyncio.create_task(watchman.give_up(NOWHERE, "r", "n"))
    await begun.wait()
    settling = asyncio.create_task(watchman.settle())
    assert not (await asyncio.wait({settling}, timeout=0.01))[0]
    may_end.set()
    await asyncio.gather(giving_up, settling)
