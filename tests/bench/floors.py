"""What no orchestrator on this cluster can beat: the bench itself creates the pods, and there is no master's pod.

Two floors for the same pods as k8stui's, without their environment. `watch` creates the next pod when a watch shows
that the one before has terminated, as an ideal orchestrator would that only watches. In `handover` the program in the
pod says itself that it is done, by one TCP message to the bench.
"""

from __future__ import annotations

import asyncio
import copy
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.resources import PODS
from k8stui.incluster.contract.protocol import KIND_CONTAINER
from k8stui.model.errors import K8stuiError
from k8stui.model.pipeline import PipelineSpec, StepSpec
from k8stui.plan.compiler import compile_run
from k8stui.plan.request import RunRequest
from tests.bench.errors import BenchError
from tests.bench.harness import Bench
from tests.bench.shapes import Shape

WATCH, HANDOVER = "watch", "handover"

AT_A_TIME = 8
"""Creations under way at once, as in k8stui's master."""

LABEL = "k8stui-bench"
NUMBER = "k8stui-bench-step"

Ended = asyncio.Queue[int | BenchError]
"""Numbers of the pods that have ended, or why no more will come."""

Create = Callable[[int], Coroutine[Any, Any, None]]

_REPORT = "import socket; socket.create_connection(({host!r}, {port})).sendall(b'NUMBER')"


@dataclass(frozen=True)
class FloorRun:
    """One measurement of a floor.

    Attributes:
        seconds: From the first pod's creation to when the last pod's end was known.
        etcd_bytes: Bytes etcd wrote meanwhile.
    """

    seconds: float
    etcd_bytes: int


async def run_floor(bench: Bench, shape: Shape, floor: str) -> FloorRun:
    """Run a shape's pods as the `watch` or the `handover` floor.

    Raises:
        BenchError: A pod failed, or did not end in time.
    """
    before = bench.etcd.written()
    run = f"floor-{secrets.token_hex(3)}"
    template = _template(bench)
    patience = 60.0 + 5.0 * shape.steps

    def creator(program: str) -> Create:
        return lambda number: _create(bench, template, run, number, program.replace("NUMBER", str(number)))

    try:
        async with asyncio.timeout(patience):
            if floor == HANDOVER:
                host = bench.facts.node_ip
                async with _reports(host) as (ended, port):
                    seconds = await _drive(shape, ended, creator(_REPORT.format(host=host, port=port)))
            else:
                async with _terminations(bench, run) as ended:
                    seconds = await _drive(shape, ended, creator("pass"))
    except TimeoutError:
        raise BenchError(f"the {floor} floor of {shape.name} has not ended within {patience:.0f} s") from None
    except ExceptionGroup as several:
        raise BenchError(f"the {floor} floor of {shape.name} failed: {several.exceptions[0]}") from several
    return FloorRun(seconds, bench.etcd.written() - before)


async def _drive(shape: Shape, ended: Ended, create: Create) -> float:
    gate = asyncio.Semaphore(AT_A_TIME)

    async def gated(number: int) -> None:
        async with gate:
            await create(number)

    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in shape.roots:
            group.create_task(gated(number))
        for _ in range(shape.steps):
            number_or_error = await ended.get()
            if isinstance(number_or_error, BenchError):
                raise number_or_error
            following = shape.following(number_or_error)
            if following is not None:
                group.create_task(gated(following))
        finished = time.monotonic()
    return finished - began


async def _create(bench: Bench, template: dict[str, Any], run: str, number: int, program: str) -> None:
    pod = copy.deepcopy(template)
    pod["metadata"] |= {"name": f"{run}-{number}", "labels": {LABEL: run, NUMBER: str(number)}}
    pod["spec"]["containers"][0]["command"] = ["python3", "-c", program]
    await bench.cluster.create(pod)


def _template(bench: Bench) -> dict[str, Any]:
    """The pod that the compiler makes of a container step, without its environment."""
    step = StepSpec("floor", kind=KIND_CONTAINER, image=bench.image, command=("python3",))
    compiled = compile_run(PipelineSpec("floor", (step,)), RunRequest(namespace=bench.namespace, created=time.time()))
    pod = compiled.plan.templates[0]
    pod["spec"]["containers"][0].pop("env", None)
    return pod


@asynccontextmanager
async def _reports(host: str) -> AsyncIterator[tuple[Ended, int]]:
    """A listener on the node's address, and the numbers that pods send to it."""
    ended: Ended = asyncio.Queue()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended.put_nowait(int(await reader.read()))
        writer.close()

    server = await asyncio.start_server(taken, host, 0, backlog=512)
    async with server:
        yield ended, server.sockets[0].getsockname()[1]


@asynccontextmanager
async def _terminations(bench: Bench, run: str) -> AsyncIterator[Ended]:
    """A watch of the run's pods that is open already, and the numbers of those that have terminated."""
    ended: Ended = asyncio.Queue()
    labels = f"{LABEL}={run}"
    version = [page.resource_version async for page in bench.cluster.pages(PODS, labels=labels)][-1]
    opened = asyncio.Event()

    async def watch() -> None:
        try:
            await follow()
        except K8stuiError as error:
            ended.put_nowait(BenchError(f"the watch of a floor's pods broke: {error}"))
            opened.set()

    async def follow() -> None:
        known: set[str] = set()
        async for event in bench.cluster.watch(PODS, labels=labels, resource_version=version, on_open=opened.set):
            for container in (event.object.get("status") or {}).get("containerStatuses") or ():
                terminated = container["state"].get("terminated")
                meta = event.object["metadata"]
                if terminated is not None and meta["name"] not in known:
                    known.add(meta["name"])
                    failed = BenchError(f"pod {meta['name']} of a floor failed: {terminated}")
                    ended.put_nowait(failed if terminated["exitCode"] else int(meta["labels"][NUMBER]))
        ended.put_nowait(BenchError("the watch of a floor's pods ended"))

    watching = asyncio.create_task(watch())
    try:
        await opened.wait()
        yield ended
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
