"""A chain of steps on a real API server, and the time of the master's own in each hop."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.control.namespaces.access import make_account
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract.states import RunState
from k8stui.plan.request import SERVICE_ACCOUNT
from tests.bench.errors import BenchError
from tests.bench.hop import stamping
from tests.bench.hop.kubelet import TOLD
from tests.bench.ours import spec_of
from tests.bench.scale.account import credentials, kubectl
from tests.bench.scale.kubelet import READY
from tests.bench.scale.master import start_master
from tests.bench.scale.measure import KUBELET, NAMESPACE
from tests.cluster.real.bare import BareServer, bare_server

STEPS = 100
PATIENCE = 180.0


async def measure(*, hands_over: bool) -> list[float]:
    """Seconds from when the master could know of a step's end to when it had asked for the next pod, for each hop.

    Args:
        hands_over: Whether steps tell the master; else it hears of the end by its watch.

    Raises:
        BenchError: The run did not succeed, or not in time.
        RealClusterError: There can be no API server here.
    """
    with bare_server() as server:
        stamps = server.folder.logs / "stamps"
        stamps.touch()
        with _kubelet(server, stamps, hands_over=hands_over):
            async with await connect(kubeconfig=server.kubeconfig) as cluster, asyncio.timeout(PATIENCE):
                await _run(cluster, server, stamps)
        found = hops(stamps.read_text(), TOLD if hands_over else stamping.HEARD)
    if len(found) != STEPS - 1:
        raise BenchError(f"{len(found)} hops were seen between {STEPS} steps")
    return found


def hops(text: str, word: str) -> list[float]:
    """What the stamps say: of each pod but the first, how long after the end of the one before it was asked for."""
    ends, asked = dict[str, float](), list[tuple[float, str]]()
    for line in text.splitlines():
        what, pod, when = line.split()
        if what == word:
            ends.setdefault(pod, float(when))
        elif what == stamping.ASKED:
            asked.append((float(when), pod))
    asked.sort()
    return [later - ends[before] for (_, before), (later, _) in pairwise(asked)]


async def _run(cluster: Cluster, server: BareServer, stamps: Path) -> None:
    await make_account(cluster, NAMESPACE)
    shim = server.folder.root / "shim"
    shim.mkdir()
    shutil.copy(stamping.__file__, shim / "sitecustomize.py")
    account = credentials(server, NAMESPACE, SERVICE_ACCOUNT)
    run = (await submit(cluster, spec_of("chain", {"steps": STEPS}), SubmitOptions())).run
    environment = {**account, "PYTHONPATH": str(shim), stamping.STAMPS: str(stamps)}
    log = server.folder.logs / "master.log"
    master = await start_master(cluster, run, environment, log)
    try:
        await asyncio.to_thread(master.wait)
    finally:
        master.kill()
    view = await show_run(cluster, run)
    if view.state is not RunState.SUCCEEDED:
        raise BenchError(f"the chain ended as {view.state.value} ({view.why}):\n{log.read_text()[-2000:]}")


@contextmanager
def _kubelet(server: BareServer, stamps: Path, *, hands_over: bool) -> Iterator[None]:
    kubectl(server, "create", "serviceaccount", KUBELET, "--namespace", NAMESPACE)
    rights = ("--clusterrole=cluster-admin", f"--serviceaccount={NAMESPACE}:{KUBELET}")
    kubectl(server, "create", "rolebinding", KUBELET, "--namespace", NAMESPACE, *rights)
    command = [sys.executable, "-m", "tests.bench.hop.kubelet", NAMESPACE, str(stamps), str(int(hands_over))]
    environment: Mapping[str, str] = {**os.environ, **credentials(server, NAMESPACE, KUBELET)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != READY:
                raise BenchError("the stand-in for the kubelet did not start")
            yield
        finally:
            process.kill()
