"""What a step says of itself while it runs, from `k8stui.report` in its process to the person who looks."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import RunView, StepView
from tests.embedded.command import shell
from tests.embedded.runs import PIPELINES, ended, eventually, masters, start, step_of


async def shown(cluster: Cluster, run: str, until: Callable[[StepView], bool]) -> StepView:
    """The step, once it is as it should be."""
    view: RunView = await eventually(lambda: show_run(cluster, run), until=lambda view: until(step_of(view, "learns")))
    return step_of(view, "learns")


def let_go(flag: Path, *, attempt: int) -> None:
    """An attempt need not wait any more."""
    Path(f"{flag}-{attempt}").touch()


async def printed(embedded: EmbeddedCluster, folder: Path, *arguments: str) -> str:
    """Standard output of a command of the command line."""
    done = await asyncio.to_thread(shell(folder, embedded.kubeconfig).k8stui, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_progress_and_metrics_are_seen_while_the_step_runs_and_each_attempt_keeps_its_own(
    cluster: Cluster, embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "learning", flag=str(flag))
    step = await shown(cluster, run, lambda step: step.progress == 0.1)
    assert (step.state, step.metrics) == (StepState.RUNNING, {"loss": 1.5, "message": "half way"})
    reported = step.attempts[0].reported
    assert reported is not None
    assert reported >= (step.started or 0)
    for more in ((), ("-o", "wide")):
        assert "10 %  loss 1.5  half way" in await printed(embedded, tmp_path, "runs", "show", run, *more)
    (told,) = json.loads(await printed(embedded, tmp_path, "runs", "show", run, "-o", "json"))["steps"]
    assert (told["progress"], told["metrics"]["loss"], told["attempts"][0]["progress"]) == (0.1, 1.5, 0.1)
    let_go(flag, attempt=1)
    step = await shown(cluster, run, lambda step: step.progress == 0.2)
    assert step.attempts[0].progress == 0.1
    assert "ValueError: loss is too high (lines.py:" in step.attempts[0].message
    let_go(flag, attempt=2)
    step = step_of(await ended(cluster, run), "learns")
    assert [(one.progress, one.metrics) for one in step.attempts] == [
        (0.1, {"loss": 1.5, "message": "half way"}),
        (None, {"loss": 0.5, "message": "half way"}),
    ]


async def test_the_next_master_goes_on_with_what_the_record_says(
    cluster: Cluster, embedded: EmbeddedCluster, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    run = await start(cluster, "learning", flag=str(flag))
    before = await shown(cluster, run, lambda step: step.progress == 0.1)
    (first,) = await masters(cluster, run)
    os.kill(embedded.pod_pids("default", first)["orchestrator"], signal.SIGKILL)
    await eventually(lambda: masters(cluster, run), until=lambda found: bool(found - {first}))
    assert (await shown(cluster, run, lambda step: True)).attempts[0].reported == before.attempts[0].reported
    let_go(flag, attempt=1)
    step = await shown(cluster, run, lambda step: step.progress == 0.2)
    assert (step.attempts[0].progress, step.attempts[0].metrics["loss"]) == (0.1, 1.5)
    let_go(flag, attempt=2)
    assert (await ended(cluster, run)).state is RunState.SUCCEEDED


async def test_without_the_handover_the_last_metrics_come_with_the_end(cluster: Cluster, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    spec = load(f"{PIPELINES / 'lines.py'}:learning").trace({"flag": str(flag)})
    run = (await submit(cluster, spec, SubmitOptions(handover=False))).run
    await shown(cluster, run, lambda step: step.state is StepState.RUNNING)
    let_go(flag, attempt=1)
    let_go(flag, attempt=2)
    step = step_of(await ended(cluster, run), "learns")
    assert [(one.progress, one.metrics["loss"]) for one in step.attempts] == [(0.1, 1.5), (None, 0.5)]
