"""k8stui itself on the same shapes, as a user runs it: traced, submitted, followed with its logs to the end."""

from __future__ import annotations

import asyncio
import calendar
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from k8stui.authoring.load import load
from k8stui.authoring.pipelines import Pipeline
from k8stui.cluster.resources import PODS
from k8stui.control.scripts.follow import Ended, follow_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.pipeline import PipelineSpec
from k8stui.model.views import RunView
from tests.bench.errors import BenchError
from tests.bench.harness import Bench
from tests.bench.master import MasterCost, MasterWatch
from tests.bench.shapes import CONTAINERS, Shape

PIPELINES = Path(__file__).parent / "pipelines" / "noop.py"

_SECOND = 1.0
"""Creation times have no more precision than this."""


@dataclass(frozen=True)
class OurRun:
    """One measurement of k8stui.

    Attributes:
        seconds: From the first step pod's creation to when the master knew the last step's end.
        submit_seconds: From before the pipeline was traced to the first step pod's creation.
        return_seconds: From the last step's end to when the client had the outcome and all logs.
        etcd_bytes: Bytes etcd wrote from the submission to the end.
        master: What the master's process used.
    """

    seconds: float
    submit_seconds: float
    return_seconds: float
    etcd_bytes: int
    master: MasterCost


def spec_of(kind: str, parameters: Mapping[str, object]) -> PipelineSpec:
    """The pipeline of a shape, traced as a user's, code package included."""
    pipeline = load(f"{PIPELINES}:{kind}")
    if not isinstance(pipeline, Pipeline):
        raise BenchError(f"{kind} is no Python pipeline")
    return pipeline.trace(parameters)


def code_of(kind: str) -> bytes:
    """The code package of a shape's pipeline."""
    code = spec_of(kind, {"steps": 1}).code
    if code is None:
        raise BenchError(f"{kind} has no code package")
    return code.data


async def run_ours(bench: Bench, shape: Shape) -> OurRun:
    """Run a shape as a k8stui pipeline.

    Raises:
        BenchError: It did not succeed, needed a second attempt, or did not end in time.
    """
    patience = 90.0 + 5.0 * shape.steps
    master = MasterWatch()
    watching = asyncio.create_task(master.watch())
    try:
        async with asyncio.timeout(patience):
            return await _measured(bench, shape, master)
    except TimeoutError:
        raise BenchError(f"k8stui's run of {shape.name} has not ended within {patience:.0f} s") from None
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _measured(bench: Bench, shape: Shape, master: MasterWatch) -> OurRun:
    parameters: dict[str, object] = {"steps": shape.steps} | (
        {"image": bench.image} if shape.kind == CONTAINERS else {}
    )
    written = bench.etcd.written()
    submitted = time.time()
    reference = await submit(
        bench.cluster, spec_of(shape.kind, parameters), SubmitOptions(image=bench.image, cache=False)
    )
    master.run = reference.run
    outcome: RunView | None = None
    async for item in follow_run(bench.cluster, reference.run):
        if isinstance(item, Ended):
            outcome = item.run
    returned = time.time()
    written = bench.etcd.written() - written
    if outcome is None or outcome.state is not RunState.SUCCEEDED:
        raise BenchError(f"k8stui's run of {shape.name} ended as {outcome.state.value if outcome else 'nothing'}")
    if outcome.started is None or outcome.finished is None:
        raise BenchError(f"the record of {shape.name} lacks its times")
    if master.cost is None:
        raise BenchError(f"the master's process of {shape.name} was not found on this machine")
    await _check(bench, shape, reference.run, outcome.started)
    return OurRun(
        seconds=outcome.finished - outcome.started,
        submit_seconds=outcome.started - submitted,
        return_seconds=returned - outcome.finished,
        etcd_bytes=written,
        master=master.cost,
    )


async def _check(bench: Bench, shape: Shape, run: str, started: float) -> None:
    """The record's beginning against what the API server wrote into the pods."""
    labels = f"{names.LABEL_RUN_ID}={run},{names.LABEL_COMPONENT}={names.COMPONENT_STEP}"
    pods = await bench.cluster.list(PODS, labels=labels, metadata_only=True)
    if len(pods) != shape.steps:
        raise BenchError(f"{shape.name} has {len(pods)} pods for {shape.steps} steps")
    created = min(
        calendar.timegm(time.strptime(pod["metadata"]["creationTimestamp"], "%Y-%m-%dT%H:%M:%SZ")) for pod in pods
    )
    if not -_SECOND <= created - started <= _SECOND:
        raise BenchError(f"the record of {shape.name} begins {started - created:.2f} s after its first pod was created")
