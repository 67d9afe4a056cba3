"""A run that ZenML made is shown, followed and deleted as one of ours; what needs a record is refused in words.

Its Jobs are as ZenML 0.98 makes them; their containers do what these did.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import JOBS
from k8stui.control.lifecycle.ending import delete_run, stop_run
from k8stui.control.logs.stream import LogLine
from k8stui.control.runs.board import RunBoard
from k8stui.control.runs.reading import list_all_runs, list_runs, show_run
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.control.zenml.jobs import ENTRYPOINT
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.errors import ConflictError, NotFoundError
from tests.embedded.runs import eventually

RUN = "nightly-2026_11_23-20_09_19_647933"
LABELS = {"pipeline": "nightly", "run_name": RUN, "run_id": "f901acc9-64f4-4102-8383-da24b016714b", "project_id": "p"}


def job(name: str, code: str, *words: str, step: str = "", owner: dict[str, Any] | None = None) -> dict[str, Any]:
    labels = {**LABELS, "step_name": step} if step else LABELS
    container: dict[str, Any] = {
        "name": "main",
        "image": "zenml:1",
        "command": [sys.executable, "-c", code],
        "args": list(words),
    }
    meta: dict[str, Any] = {"name": name, "labels": labels}
    if owner:
        reference = {"apiVersion": "batch/v1", "kind": "Job", "name": owner["metadata"]["name"], "controller": False}
        meta["ownerReferences"] = [{**reference, "uid": owner["metadata"]["uid"]}]
    pod = {"restartPolicy": "Never", "containers": [container]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta,
        "spec": {"backoffLimit": 0, "template": template},
    }


async def test_a_run_of_zenml_from_its_beginning_to_its_deletion(cluster: Cluster, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waiting = f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.05)"
    master = await cluster.create(job("cef431fe-nightly", waiting, ENTRYPOINT))
    await cluster.create(job("1-load-nightly", "print('loading')", step="load", owner=master))
    await cluster.create(job("2-bad-nightly", "raise ValueError('no rows')", step="bad", owner=master))

    async with RunBoard(cluster) as board:
        await board.wait_synced()
        line = await eventually(lambda: shown(board), until=lambda found: found and found.counts.get("failed") == 1)
        assert (line.origin, line.state, line.pipeline) == ("zenml", RunState.RUNNING, "nightly")

    with pytest.raises(ConflictError, match="goes on"):
        await delete_run(cluster, RUN)
    with pytest.raises(ConflictError, match="made by ZenML"):
        await stop_run(cluster, RUN)
    assert await list_runs(cluster) == []
    assert [run.run for run in await list_all_runs(cluster, pipeline="nightly")] == [RUN]
    assert await list_all_runs(cluster, pipeline="weekly") == []

    lines: list[LogLine] = []
    async for item in follow_run(cluster, RUN):
        if isinstance(item, LogLine):
            lines.append(item)
        elif not isinstance(item, Ended) and {step.state for step in item.steps} == {
            StepState.SUCCEEDED,
            StepState.FAILED,
        }:
            gate.touch()
    assert {(line.step, line.text) for line in lines} >= {("load", "loading"), ("bad", "ValueError: no rows")}

    view = await show_run(cluster, "cef431fe-nightly")  # by the name of its Job as well
    assert (view.run, view.state, view.why) == (RUN, RunState.FAILED, "step bad: exit code 1")
    assert [(step.name, step.state) for step in view.steps] == [
        ("load", StepState.SUCCEEDED),
        ("bad", StepState.FAILED),
    ]
    await delete_run(cluster, RUN)
    with pytest.raises(NotFoundError):
        await show_run(cluster, RUN)
    await eventually(lambda: cluster.list(JOBS), until=lambda found: not found)


async def shown(board: RunBoard) -> Any:
    return board.find("default", RUN)
