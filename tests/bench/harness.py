"""Where measurements are made: a namespace of the bench's own, brought back to the same state before each of them."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import JOBS, NAMESPACES, PODS, SERVICE_ACCOUNTS
from k8stui.control.namespaces.access import make_account
from k8stui.model.errors import NotFoundError
from tests.bench import machine
from tests.bench.errors import BenchError
from tests.bench.etcd import Etcd
from tests.cluster.deleting import delete_all
from tests.cluster.real.facts import Facts

CLEAN_PATIENCE = 120.0
ACCOUNT_PATIENCE = 20.0
PAUSE = 0.2


@dataclass
class Bench:
    """The cluster under measurement.

    Attributes:
        cluster: The client, in the namespace of the bench.
        facts: What is known of the cluster.
        etcd: Its etcd.
        patience: Seconds to wait for the machine to be calm before each measurement.
        restless: How often a measurement began on a machine that was busy with something else.
    """

    cluster: Cluster
    facts: Facts
    etcd: Etcd
    patience: float
    restless: int = field(default=0)

    @property
    def namespace(self) -> str:
        """Where everything is made."""
        return self.cluster.namespace

    @property
    def image(self) -> str:
        """The plain Python image of master, steps and floors."""
        return self.facts.images["python_default"]

    async def clear(self) -> None:
        """Delete all pods and Jobs, wait until they are gone, and until the machine is calm.

        Raises:
            BenchError: Pods do not go.
        """
        for job in await self.cluster.list(JOBS, metadata_only=True):
            await self.cluster.delete(JOBS, job["metadata"]["name"])
        await delete_all(self.cluster, PODS, labels="!k8stui.io/never")

        async def left() -> str:
            pods = len(await self.cluster.list(PODS, metadata_only=True))
            return f"{pods} pods are still there {CLEAN_PATIENCE:.0f} s after their deletion" if pods else ""

        await wait_out(left, CLEAN_PATIENCE)
        await self.calm()

    async def calm(self) -> None:
        """Wait until the machine is calm; counts when it does not become so."""
        if not await machine.calm(self.patience):
            self.restless += 1


@asynccontextmanager
async def bench_namespace(facts: Facts, *, patience: float = machine.PATIENCE) -> AsyncIterator[Bench]:
    """A fresh namespace with k8stui's service account, deleted at the end."""
    name = f"k8stui-bench-{secrets.token_hex(3)}"
    async with await connect(namespace=name) as cluster:
        await cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        try:
            await make_account(cluster, name)
            await _default_account(cluster)
            yield Bench(cluster, facts, Etcd(facts), patience)
        finally:
            await cluster.delete(NAMESPACES, name)


async def _default_account(cluster: Cluster) -> None:
    """Wait for the account that pods without one of their own get: without it they are refused."""

    async def missing() -> str:
        try:
            await cluster.get(SERVICE_ACCOUNTS, "default")
        except NotFoundError:
            return "the namespace got no default service account"
        return ""

    await wait_out(missing, ACCOUNT_PATIENCE)


async def wait_out(wrong: Callable[[], Awaitable[str]], seconds: float) -> None:
    """Wait until nothing is wrong any more: until it gives an empty text.

    Raises:
        BenchError: What it gives after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while told := await wrong():
        if time.monotonic() > deadline:
            raise BenchError(told)
        await asyncio.sleep(PAUSE)


def say(text: str) -> None:
    """Tell how far the bench is."""
    print(f"bench: {text}", file=sys.stderr, flush=True)
