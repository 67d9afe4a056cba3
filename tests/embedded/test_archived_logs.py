"""Logs of pods that are gone, from the artifact store of their run: by command and on the screen."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.control.reclaiming.carrying import Reclaiming
from k8stui.control.selectors import of_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.model.stacks import ArtifactStoreConfig
from tests.embedded.center import center
from tests.embedded.command import shell
from tests.embedded.runs import PIPELINES, ended, eventually


async def test_every_attempt_is_archived_and_shown_when_its_pod_is_gone(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path
) -> None:
    store = ArtifactStoreConfig(path=f"file://{tmp_path}")
    spec = load(f"{PIPELINES / 'lines.py'}:failing").trace({"tally": str(tmp_path / "tally"), "times": 1})
    run = (await submit(cluster, spec, SubmitOptions(artifact_store=store, cache=False))).run
    view = await ended(cluster, run)
    assert view.archive is not None
    assert view.archive.path == store.path
    # The last pod still archives its log when its run has ended.
    await eventually(
        lambda: cluster.list(PODS, labels=of_run(run)),
        until=lambda pods: all(pod["status"]["phase"] in ("Succeeded", "Failed") for pod in pods),
    )
    for pod in await cluster.list(PODS, labels=of_run(run)):
        await cluster.delete(PODS, pod["metadata"]["name"], grace_seconds=0)
    await eventually(lambda: cluster.list(PODS, labels=of_run(run)), until=lambda pods: not pods)

    command = shell(tmp_path, embedded.kubeconfig).k8stui
    done = await asyncio.to_thread(command, "logs", run, "-o", "json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    archived = [one for one in lines if one.get("archived")]
    first, second = view.steps[0].attempts
    assert [one["text"] for one in archived if one["pod"] == first.pod][-1] == "ValueError: no luck the 1. time"
    assert [one["text"] for one in archived if one["step"] == "add"][1:] == ["add to 2"]
    assert all(one["time"] for one in archived)
    lost = [one["text"] for one in lines if not one.get("archived")]
    assert len(lost) == 1
    assert lost[0].startswith(f"pod {second.pod} is gone, and its log with it: the archive has nothing of it")
    last = await asyncio.to_thread(command, "logs", run, "--step", "fails", "--tail", "1", "-o", "raw")
    assert last.stdout.splitlines() == ["ValueError: no luck the 1. time"]

    of_pipeline = await asyncio.to_thread(command, "logs", "--pipeline", "failing", "-o", "json")
    assert [json.loads(line) for line in of_pipeline.stdout.splitlines()] == lines

    async with center(embedded) as (pilot, until):
        seen = ("add to 2", "ValueError: no luck the 1. time", f"its log from the archive, {store.path}"[:30])
        await until(run, *seen)
        await pilot.press("L")
        await until("pipeline:failing", *seen)

    # Of a run that is there, logs go by an age that somebody names; of a deleted one they go with what it left.
    soon = time.time() + 3600
    kept = Reclaiming(cluster, [cluster.namespace], store, {}, before=soon)
    assert {one.why for one in await kept.plan()} == {"its run is there"}
    aged = Reclaiming(cluster, [cluster.namespace], store, {}, before=soon, logs_before=soon)
    logs = [one for one in await aged.plan() if one.goes]
    assert {(one.run, one.why) for one in logs} == {(run, "a log of that age")}
    assert {one.stored.key.partition("/")[0] for one in logs} == {"logs"}
    await delete_run(cluster, run)
    plan = await kept.plan()
    assert {(one.run, one.goes, one.why) for one in plan} == {(run, True, "its run was deleted")}
    assert {error for _, error in await kept.carry_out(plan)} == {None}
    assert await kept.plan() == []
