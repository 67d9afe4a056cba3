"""Makes thousands of evicted pods on a bare API server, lets the cleanup delete them, and watches another client."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.building import object_request
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import NAMESPACES, PODS
from k8stui.cluster.transport_types import Answer, Call, Sender
from k8stui.control.cleanup.carrying import clean_up, find_candidates
from k8stui.control.cleanup.plan import plan_cleanup
from tests.bench.errors import BenchError
from tests.bench.machine import cpu_seconds
from tests.cluster.real.bare import BareServer, bare_server

NAMESPACE = "crowded"
MAKERS = 32
PAUSE = 0.05
"""Seconds between two requests of the other client."""


class Counting:
    """A transport that counts the answers of its requests."""

    def __init__(self, inner: Sender) -> None:
        self.inner, self.where = inner, inner.where
        self.answers: Counter[int] = Counter()

    async def send(self, call: Call) -> Answer:
        answer = await self.inner.send(call)
        self.answers[answer.status] += 1
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass(frozen=True)
class CleanupRun:
    """What came out.

    Attributes:
        pods: How many there were.
        found: Seconds until all of them were found and the plan was made.
        checked: Seconds of the dry run.
        deleted: Seconds until all of them were gone.
        requests: How many there were for the dry run and the deletions.
        put_off: How many of them the server answered with 429.
        quiet: Seconds of each request of another client while nothing else was done.
        meanwhile: The same while pods were checked and deleted.
        server_cpu: Seconds of processor that API server and etcd took for the deletions.
        client_cpu: The same of this process, with the other client.
    """

    pods: int
    found: float
    checked: float
    deleted: float
    requests: int
    put_off: int
    quiet: Sequence[float]
    meanwhile: Sequence[float]
    server_cpu: float
    client_cpu: float


async def measure(pods: int) -> CleanupRun:
    """Measure it once, on a server of its own.

    Raises:
        BenchError: Not all pods went.
    """
    with bare_server() as server:
        async with _client(server) as cluster, _client(server) as other:
            await cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
            await _each(range(pods), lambda number: _evicted(cluster, number))
            quiet = await _felt(other, asyncio.sleep(5))
            counting = Counting(cluster._requests._transport)
            cluster._requests._transport = counting
            run: dict[str, float] = {}
            meanwhile = await _felt(other, _clean(cluster, counting, run, server))
            left = await cluster.list(PODS, metadata_only=True)
            if left:
                raise BenchError(f"{len(left)} of {pods} pods are left.")
            return CleanupRun(
                pods, run["found"], run["checked"], run["deleted"], counting.answers.total(), counting.answers[429],
                quiet, meanwhile, run["server"], run["client"],
            )  # fmt: skip


async def _clean(cluster: Cluster, counting: Counting, run: dict[str, float], server: BareServer) -> None:
    began = time.monotonic()
    plan = plan_cleanup(await find_candidates(cluster, "status:evicted"))
    run["found"], began = _lap(began)
    counting.answers.clear()
    tried = await clean_up(cluster, plan, dry_run=True)
    run["checked"], began = _lap(began)
    of_server, of_client = _cpu(server), time.process_time()
    done = await clean_up(cluster, plan.only(tried.done))
    run["deleted"], _ = _lap(began)
    run["server"], run["client"] = _cpu(server) - of_server, time.process_time() - of_client
    if done.refused:
        raise BenchError(f"A deletion was refused: {done.lines()[0]}")


def _cpu(server: BareServer) -> float:
    """Seconds of processor that API server and etcd have taken."""
    return sum(map(cpu_seconds, server.pids.values()))


def _lap(began: float) -> tuple[float, float]:
    now = time.monotonic()
    return now - began, now


async def _felt(other: Cluster, work: Awaitable[Any]) -> list[float]:
    """How long another client waits for a small answer, over and over, until the work is done."""
    taken: list[float] = []
    working = asyncio.ensure_future(work)
    while not working.done():
        began = time.monotonic()
        await other.get(NAMESPACES, NAMESPACE)
        taken.append(time.monotonic() - began)
        await asyncio.sleep(PAUSE)
    await working
    return taken


async def _evicted(cluster: Cluster, number: int) -> None:
    """A pod as the kubelet leaves it behind when its node is short of memory."""
    name = f"train-{number}"
    container = {"name": "main", "image": "none"}
    meta = {"name": name, "labels": {"pipeline": f"p{number % 20}"}}
    await cluster.create({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}})
    status = {"status": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}}
    headers = {"Content-Type": "application/merge-patch+json"}
    request = object_request(
        "patch", "PATCH", PODS, NAMESPACE, name, body=status, headers=headers, subresource="status"
    )
    await cluster._requests.write(request, dry_run=False)


async def _each(numbers: Iterable[int], work: Callable[[int], Awaitable[None]]) -> None:
    queue = list(numbers)

    async def one() -> None:
        while queue:
            await work(queue.pop())

    async with asyncio.TaskGroup() as group:
        for _ in range(MAKERS):
            group.create_task(one())


@asynccontextmanager
async def _client(server: BareServer) -> AsyncIterator[Cluster]:
    async with await connect(kubeconfig=server.kubeconfig, namespace=NAMESPACE) as cluster:
        yield cluster
