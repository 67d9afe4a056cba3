"""Pruning: what the plan says goes, and nothing else; what is refused does not stop the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS, SECRETS, Resource
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.lifecycle.pruning import PruneRule, plan_prune, prune
from k8stui.control.runs.reading import list_runs
from k8stui.control.submitting.retrying import retry_run
from k8stui.model.errors import ForbiddenError
from tests.embedded.runs import ended, eventually, start, step_is

ALL = PruneRule(keep=0)


async def made(cluster: Cluster, *, pipeline: str = "chain", **parameters: Any) -> str:
    run = await start(cluster, pipeline, **parameters)
    await ended(cluster, run)
    return run


async def test_what_goes_leaves_nothing_and_what_stays_is_untouched(cluster: Cluster, tmp_path: Path) -> None:
    old, new = await made(cluster, length=1), await made(cluster, length=1)
    live = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await step_is(cluster, live, "until_told", "running")
    plan = await plan_prune(cluster, PruneRule(keep=1))
    assert {one.run.run: one.goes for one in plan} == {old: True, new: False, live: False}
    assert [(one.run.run, error) for one, error in await prune(cluster, plan)] == [(old, None)]
    for resource in (JOBS, PODS, CONFIGMAPS, SECRETS):
        await eventually(
            lambda kind=resource: cluster.list(kind, labels=f"k8stui.io/run-id={old}"),  # type: ignore[misc]  # bound now
            until=lambda found: not found,
        )
    assert {run.run for run in await list_runs(cluster)} == {new, live}
    (tmp_path / "flag").touch()
    assert (await ended(cluster, live)).state.value == "succeeded"


async def test_a_run_that_was_tried_again_since_the_plan_is_left_alone(cluster: Cluster, tmp_path: Path) -> None:
    run = await made(cluster, pipeline="mending", tally=str(tmp_path / "tally"), times=4)
    other = await made(cluster, length=1)
    plan = await plan_prune(cluster, ALL)
    await retry_run(cluster, run)
    done = {one.run.run: error for one, error in await prune(cluster, plan)}
    assert done[other] is None
    assert "has changed since the plan was made" in str(done[run])
    assert (await ended(cluster, run)).state.value == "succeeded"


async def test_a_run_that_is_gone_already_is_as_good_as_deleted(cluster: Cluster) -> None:
    run = await made(cluster, length=1)
    plan = await plan_prune(cluster, ALL)
    await delete_run(cluster, run)
    assert [error for _, error in await prune(cluster, plan)] == [None]


async def test_one_refused_deletion_does_not_stop_the_rest(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await made(cluster, length=1), await made(cluster, length=1)
    deleting = cluster.delete

    async def refuse(resource: Resource, name: str, **options: Any) -> None:
        if (resource, name) == (JOBS, first):
            raise ForbiddenError("not allowed to delete jobs")
        await deleting(resource, name, **options)

    monkeypatch.setattr(cluster, "delete", refuse)
    done = {one.run.run: error for one, error in await prune(cluster, await plan_prune(cluster, ALL))}
    assert done[second] is None
    assert isinstance(done[first], ForbiddenError)
    assert [run.run for run in await list_runs(cluster)] == [first]
