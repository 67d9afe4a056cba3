"""Cleaning up pods on the embedded cluster: what goes is what was planned, and nothing else."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.cleanup.carrying import clean_up, find_candidates, runs_going_on
from k8stui.control.cleanup.plan import Way, plan_cleanup
from k8stui.embedded import EmbeddedCluster
from k8stui.model.errors import ConflictError
from tests.embedded.command import Shell, shell
from tests.embedded.pods import SLEEP, left, made, manifest
from tests.embedded.runs import eventually, start


async def call(here: Shell, *arguments: str) -> CompletedProcess[str]:
    """A command; the cluster lives in this thread's loop, which goes on meanwhile."""
    return await asyncio.to_thread(here.k8stui, *arguments)


async def test_what_has_ended_goes_and_the_rest_stays(cluster: Cluster) -> None:
    await made(cluster, manifest("bad", "exit(3)"), manifest("worse", "exit(4)"), status="failed")
    await made(cluster, manifest("good", "pass"), status="succeeded")
    await made(cluster, manifest("busy", SLEEP), status="running")
    plan = plan_cleanup(await find_candidates(cluster, "status:failed,running"))
    tried = await clean_up(cluster, plan, dry_run=True)
    assert sorted(one.pod.name for one in tried.done) == ["bad", "worse"]
    assert await left(cluster) == {"bad", "worse", "good", "busy"}
    steps: list[int] = []
    report = await clean_up(cluster, plan, on_progress=lambda now: steps.append(now.tried))
    assert (len(report.done), report.refused, steps) == (2, [], [1, 2])
    assert await left(cluster) == {"good", "busy"}


async def test_a_pod_that_was_replaced_since_is_left_alone(cluster: Cluster) -> None:
    await made(cluster, manifest("bad", "exit(3)"), status="failed")
    plan = plan_cleanup(await find_candidates(cluster, ""))
    await cluster.delete(PODS, "bad")
    await made(cluster, manifest("bad", SLEEP), status="running")
    report = await clean_up(cluster, plan)
    ((one, error),) = report.refused
    assert one.pod.name == "bad"
    assert isinstance(error, ConflictError)
    assert await left(cluster) == {"bad"}
    assert report.lines()[0].startswith("1 refused: default/bad: ")


async def test_an_ended_pod_that_was_only_touched_since_goes(cluster: Cluster) -> None:
    await made(cluster, manifest("bad", "exit(3)"), status="failed")
    plan = plan_cleanup(await find_candidates(cluster, ""))
    await cluster.patch(PODS, "bad", {"metadata": {"labels": {"seen": "yes"}}})
    assert len((await clean_up(cluster, plan)).done) == 1
    assert not await left(cluster)


async def test_what_is_gone_already_is_no_error(cluster: Cluster) -> None:
    await made(cluster, manifest("bad", "exit(3)"), status="failed")
    plan = plan_cleanup(await find_candidates(cluster, ""))
    await cluster.delete(PODS, "bad")
    report = await clean_up(cluster, plan)
    assert (len(report.done), report.refused) == (1, [])


async def test_evicting_honours_a_budget_and_one_refusal_stops_no_other(cluster: Cluster) -> None:
    await made(cluster, manifest("kept", SLEEP, app="kept"), manifest("free", SLEEP), status="running")
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "kept"}}}
    await cluster.create(
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": budget}
    )
    plan = plan_cleanup(await find_candidates(cluster, ""), running=True, way=Way.EVICT)
    report = await clean_up(cluster, plan)
    assert [one.pod.name for one in report.done] == ["free"]
    assert [one.pod.name for one, _ in report.refused] == ["kept"]
    assert "budget" in report.lines()[0]


async def test_the_orchestrator_of_a_run_that_goes_on_is_known(cluster: Cluster, tmp_path: Path) -> None:
    run = await start(cluster, "waiting", flag=str(tmp_path / "flag"))
    await eventually(lambda: runs_going_on(cluster), until=lambda found: (cluster.namespace, run) in found)


class TestCommandLine:
    """The same by hand."""

    @pytest.fixture
    def here(self, tmp_path: Path, embedded: EmbeddedCluster) -> Shell:
        return shell(tmp_path, embedded.kubeconfig)

    async def test_a_dry_run_then_the_act_with_a_report(self, cluster: Cluster, here: Shell) -> None:
        await made(cluster, manifest("bad", "exit(3)"), status="failed")
        await made(cluster, manifest("busy", SLEEP), status="running")
        dry = await call(here, "pods", "clean", "status:failed,running", "--dry-run")
        assert dry.returncode == 0
        assert dry.stdout == "default/bad  failed  Error\n"
        assert "delete: 1 of 2 pods" in dry.stderr
        assert "1 stays: running: it has not ended" in dry.stderr
        assert await left(cluster) == {"bad", "busy"}
        asked = await call(here, "pods", "clean", "status:failed")
        assert (asked.returncode, "nobody to ask" in asked.stderr) == (2, True)
        done = await call(here, "pods", "clean", "status:failed", "--yes", "--report", "report.json")
        assert (done.returncode, done.stdout) == (0, "default/bad deleted\n")
        (row,) = json.loads((here.folder / "report.json").read_text())
        assert (row["pod"], row["gone"], row["error"]) == ("bad", True, "")
        assert await left(cluster) == {"busy"}

    async def test_a_wrong_filter_and_a_wrong_name_do_nothing(self, cluster: Cluster, here: Shell) -> None:
        await made(cluster, manifest("bad", "exit(3)"), status="failed")
        wrong = await call(here, "pods", "clean", "!stats:running", "--yes")
        assert (wrong.returncode, "no such field" in wrong.stderr) == (2, True)
        missing = await call(here, "pods", "delete", "bad", "other", "--yes")
        assert missing.returncode != 0
        assert "There is no pod other" in missing.stderr
        unwritable = await call(here, "pods", "clean", "bad", "--yes", "--report", "no/such/folder")
        assert "cannot be written" in unwritable.stderr
        assert await left(cluster) == {"bad"}

    async def test_by_name_also_what_runs(self, cluster: Cluster, here: Shell) -> None:
        await made(cluster, manifest("busy", SLEEP), status="running")
        done = await call(here, "pods", "delete", "busy", "--yes", "--force", "-o", "name")
        assert (done.returncode, done.stdout) == (0, "busy\n")
        await eventually(lambda: left(cluster), until=lambda found: not found)
