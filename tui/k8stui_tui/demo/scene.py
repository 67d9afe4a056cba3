"""Fills an embedded cluster with runs in every state, as a team's cluster is on a working day.

Nothing is made up: pipelines are submitted, evicted, stopped and paused by the verbs that everybody uses, and what
waits does so for a reason that the cluster gives. One after the other, because two cores must also draw the screens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle.ending import stop_run
from k8stui.control.lifecycle.pausing import pause_run
from k8stui.control.runs.watching import wait_run, watching
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract.states import StepState
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.schedule import Concurrency, ScheduleSpec
from k8stui.model.views import RunView, StepView
from k8stui_tui.demo.files import OWN, examples

PATIENCE = 120.0
"""Seconds that a run of the scene may take at the most."""

EVERY_MINUTE = ScheduleSpec(cron="* * * * *", concurrency=Concurrency.FORBID)
NIGHTLY = ScheduleSpec(cron="30 2 * * *", time_zone="Europe/Berlin")
SUSPENDED = ScheduleSpec(cron="0 6 * * mon", suspend=True)


class Node(Protocol):
    """What can do to a pod what a kubelet does when its node runs low: an `EmbeddedCluster`."""

    def pressure_evict(self, namespace: str, name: str) -> None:
        """Evict the pod."""
        ...


async def populate(embedded: Node, cluster: Cluster, *, pace: float = 1.0) -> None:
    """Make the scene, in some twenty seconds; what takes longer goes on afterwards.

    Args:
        embedded: The cluster's node.
        cluster: A connection to it.
        pace: Factor on the seconds that steps take.

    Raises:
        K8stuiError: Something could not be submitted.
        TimeoutError: A run took far longer than it should.
    """
    shop = examples()
    for schedule, spec in (
        (EVERY_MINUTE, _read(shop / "digest.py", "digest", minutes=1)),
        (NIGHTLY, _read(shop / "train.py")),
        (SUSPENDED, _read(shop / "etl.yaml")),
    ):
        await create_schedule(cluster, spec, schedule)
    await _start(cluster, _read(OWN / "scarce.py", "reindex"))
    await _start(cluster, _read(OWN / "scarce.py", "finetune"))
    await _start(cluster, _read(OWN / "backtest.py", seconds=50 * pace))
    await _evict_once(embedded, cluster, await _start(cluster, _read(shop / "train.py", epochs=150)))
    await _start(cluster, _read(OWN / "scarce.py", "scoring"))
    await _to_its_end(cluster, _read(shop / "hello.py", name="ops"))
    await _to_its_end(cluster, _read(OWN / "churn.py"))
    await _start(cluster, _read(OWN / "crawl.py"))
    await _stop_on_the_way(cluster, await _start(cluster, _read(OWN / "migration.py", "migration", seconds=3 * pace)))
    await _to_its_end(cluster, _read(shop / "etl.yaml", day="tuesday"))
    await _pause_on_the_way(cluster, await _start(cluster, _read(OWN / "migration.py", "export", seconds=3 * pace)))
    await _to_its_end(cluster, _read(shop / "hello.py"))


def _read(file: Path, pipeline: str = "", **parameters: Any) -> PipelineSpec:
    return load(f"{file}:{pipeline}" if pipeline else str(file)).trace(parameters)


async def _start(cluster: Cluster, spec: PipelineSpec) -> str:
    return (await submit(cluster, spec, SubmitOptions())).run


async def _to_its_end(cluster: Cluster, spec: PipelineSpec) -> None:
    await wait_run(cluster, await _start(cluster, spec), timeout=PATIENCE)


async def _evict_once(embedded: Node, cluster: Cluster, run: str) -> None:
    """Take the pod away from the first training that is at work, and see the run recover."""
    view = await _until(cluster, run, lambda view: _at_work(view, "train"))
    if view is not None:
        embedded.pressure_evict(view.namespace, _at_work(view, "train")[0].attempts[-1].pod)
    await wait_run(cluster, run, timeout=PATIENCE)


async def _stop_on_the_way(cluster: Cluster, run: str) -> None:
    await _until(cluster, run, lambda view: _at_work(view, "copy_2"))
    await stop_run(cluster, run)


async def _pause_on_the_way(cluster: Cluster, run: str) -> None:
    await _until(cluster, run, lambda view: _at_work(view, "copy"))
    await pause_run(cluster, run, patience=PATIENCE)


def _at_work(view: RunView, prefix: str) -> list[StepView]:
    return [step for step in view.steps if step.name.startswith(prefix) and step.state is StepState.RUNNING]


async def _until(cluster: Cluster, run: str, condition: Callable[[RunView], Any]) -> RunView | None:
    """The first view of a run that meets the condition; None when it ended before."""
    async with asyncio.timeout(PATIENCE), watching(cluster, run) as views:
        async for view in views:
            if condition(view):
                return view
    return None
