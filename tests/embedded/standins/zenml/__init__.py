"""Stands in for ZenML where a file of its user is run: a call of a pipeline makes the Jobs that ZenML 0.98 would make.

Steps run in pods as they do there, but for what they do: a word is printed. The orchestrator ends after its steps. That
of a dynamic pipeline runs them itself, and fails with a step called `fails`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from k8stui.cluster.connect import connect

ENTRYPOINT = "zenml.integrations.kubernetes.orchestrators.kubernetes_orchestrator_entrypoint"
DYNAMIC = "zenml.pipelines.dynamic.entrypoint_configuration.DynamicPipelineEntrypointConfiguration"
RUN = "2026_11_23-20_09_19_647933"

steps: list[str] = []


def step(function: Callable[..., Any]) -> Callable[..., None]:
    """A step: a call of it makes it part of the pipeline."""
    return lambda: steps.append(function.__name__)


@dataclass(frozen=True)
class Pipeline:
    """A pipeline: a call of it begins a run, or makes a schedule."""

    function: Callable[[], None]
    cron: str = ""
    dynamic: bool = False

    def with_options(self, *, schedule: str) -> Pipeline:
        """The pipeline with a schedule, as a cron expression."""
        return replace(self, cron=schedule)

    def __call__(self) -> None:
        name = self.function.__name__
        steps.clear()
        self.function()
        if self.cron:
            asyncio.run(_schedule(name, self.cron))
            return
        print(f"Initiating a new run for the pipeline: {name}.", flush=True)
        asyncio.run(_submit_dynamic(name) if self.dynamic else _submit(name))


def pipeline(function: Callable[[], None] | None = None, *, dynamic: bool = False) -> Any:
    """A pipeline, with or without options."""
    if function is None:
        return lambda one: Pipeline(one, dynamic=dynamic)
    return Pipeline(function)


async def _schedule(name: str, cron: str) -> None:
    labels = {"pipeline": name, "project_id": "p"}
    job = _job(f"9a312283-{name}", labels, "", ENTRYPOINT)
    spec = {"schedule": cron, "jobTemplate": {"metadata": {"labels": labels}, "spec": job["spec"]}}
    made = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": job["metadata"], "spec": spec}
    async with await connect() as cluster:
        await cluster.create(made)


def _labels(name: str) -> dict[str, str]:
    run = f"{name}-{RUN}"
    return {"pipeline": name, "run_name": run, "run_id": "f901acc9-64f4-4102-8383-da24b016714b", "project_id": "p"}


async def _submit_dynamic(name: str) -> None:
    code = f"import sys\nprint({steps!r}, flush=True)\nsys.exit({int('fails' in steps)})"
    words = ("--entrypoint_config_source", DYNAMIC)
    async with await connect() as cluster:
        await cluster.create(_job(f"cef431fe-{name}", _labels(name), code, *words))


async def _submit(name: str) -> None:
    labels = _labels(name)
    done = tempfile.mkdtemp()
    ended = f"while len(os.listdir({done!r})) < {len(steps)}: time.sleep(0.05)"
    async with await connect() as cluster:
        master = await cluster.create(_job(f"cef431fe-{name}", labels, f"import os, time\n{ended}", ENTRYPOINT))
        owner = {"apiVersion": "batch/v1", "kind": "Job", "controller": False}
        owner |= {key: master["metadata"][key] for key in ("name", "uid")}
        for one in steps:
            code = f"print('{one} in a pod', flush=True)\nopen({f'{done}/{one}'!r}, 'w').close()"
            job = _job(f"cef431fe-{one}-{name}", {**labels, "step_name": one}, code)
            job["metadata"]["ownerReferences"] = [owner]
            await cluster.create(job)


def _job(name: str, labels: dict[str, str], code: str, *words: str) -> dict[str, Any]:
    container = {"name": "main", "image": "zenml:1", "command": [sys.executable, "-c", code], "args": [*words]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    meta: dict[str, Any] = {"name": name, "labels": labels}
    spec = {"backoffLimit": 0, "template": template}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": spec}
