"""What tests of whole runs need: submit a pipeline of `pipelines/`, wait for a condition, look at the run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.runs.reading import list_runs, show_run
from k8stui.control.schedules.creating import create_schedule
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract import names
from k8stui.model.schedule import ScheduleSpec
from k8stui.model.settings import KubernetesOrchestratorSettings as Settings
from k8stui.model.views import RunView, StepView

T = TypeVar("T")

PIPELINES = Path(__file__).parent / "pipelines"
PATIENCE = 60.0


async def start(
    cluster: Cluster, pipeline: str, *, file: str = "lines.py", settings: Settings | None = None, **parameters: Any
) -> str:
    """Submit a pipeline of a file in `pipelines/`, to be run as if it never had been; return the run's name."""
    spec = load(f"{PIPELINES / file}:{pipeline}").trace(parameters)
    spec = replace(spec, settings=settings or spec.settings)
    return (await submit(cluster, spec, SubmitOptions(cache=False))).run


async def scheduled(cluster: Cluster, pipeline: str, *, file: str = "lines.py", **parameters: Any) -> str:
    """Create a schedule of a pipeline that never fires by itself; return its name."""
    spec = load(f"{PIPELINES / file}:{pipeline}").trace(parameters)
    return (await create_schedule(cluster, spec, ScheduleSpec(cron="0 0 29 2 *", suspend=True))).name


async def eventually(look: Callable[[], Awaitable[T]], *, until: Callable[[T], bool], patience: float = PATIENCE) -> T:
    """Look until the condition holds; fail with the last sight otherwise."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        seen = await look()
        if until(seen):
            return seen
        assert loop.time() < deadline, f"still not after {patience} s: {seen!r}"
        await asyncio.sleep(0.05)


async def ended(cluster: Cluster, run: str) -> RunView:
    """The run, once it has ended."""
    return await eventually(lambda: show_run(cluster, run), until=lambda view: view.state.ended)


async def is_listed(cluster: Cluster, run: str) -> None:
    """Wait until a run has a record: one that a schedule fires has none before its orchestrator makes it."""
    await eventually(lambda: list_runs(cluster), until=lambda found: run in {one.run for one in found})


async def step_is(cluster: Cluster, run: str, name: str, state: str) -> RunView:
    """The run, once a step is in a state."""

    def there(view: RunView) -> bool:  # a run that has just been fired has no plan yet, and no steps
        return any(step.name == name and step.state.value == state for step in view.steps)

    return await eventually(lambda: show_run(cluster, run), until=there)


def step_of(view: RunView, name: str) -> StepView:
    """A step of a run."""
    return next(step for step in view.steps if step.name == name)


async def pause_is_heard(cluster: Cluster, run: str) -> None:
    """Wait until the orchestrator knows that it is to pause: until then it starts what is next."""
    await is_said(cluster, run, "a pause was asked for")


async def is_said(cluster: Cluster, run: str, words: str) -> None:
    """Wait until the log of an orchestrator that runs has these words."""

    async def said() -> str:
        text = b""
        for name in await masters(cluster, run):
            async for lines in cluster.logs(name):
                text += b"".join(lines)
        return text.decode()

    await eventually(said, until=lambda text: words in text)


async def masters(cluster: Cluster, run: str) -> set[str]:
    """The orchestrator's pods that run."""
    labels = f"{names.LABEL_RUN_ID}={run},{names.LABEL_COMPONENT}={names.COMPONENT_ORCHESTRATOR}"
    pods = await cluster.list(PODS, labels=labels)
    return {pod["metadata"]["name"] for pod in pods if pod["status"].get("phase") == "Running"}
