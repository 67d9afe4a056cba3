"""The measurement: one run of many steps, from its submission to the record of its end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import CONFIGMAPS
from k8stui.control.namespaces.access import make_account
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model import labels as labelling
from k8stui.model.pipeline import PipelineSpec
from k8stui.plan.request import SERVICE_ACCOUNT
from tests.bench.errors import BenchError
from tests.bench.etcd import written_by
from tests.bench.machine import cpu_seconds
from tests.bench.master import MasterCost, MasterWatch
from tests.bench.ours import spec_of
from tests.bench.scale.account import credentials, kubectl
from tests.bench.scale.kubelet import READY, lifetime
from tests.bench.scale.master import start_master
from tests.cluster.real.bare import BareServer, bare_server

NAMESPACE = "default"
SEED = 7
KUBELET = "stand-in-kubelet"


@dataclass(frozen=True)
class Graph:
    """What is run.

    Attributes:
        kind: A pipeline of `pipelines/noop.py`: `fan` or `web`.
        steps: How many steps it has.
        longest: Seconds that its pods live at most.
    """

    kind: str
    steps: int
    longest: float = 1.0

    @property
    def name(self) -> str:
        """What it is called in tables and on the command line, such as `web1000`; brisk where its pods live shortly."""
        return f"{'brisk-' if self.longest < 1 else ''}{self.kind}{self.steps}"

    @property
    def parameters(self) -> dict[str, object]:
        """Of the pipeline."""
        seed: dict[str, object] = {"seed": SEED} if self.kind == "web" else {}
        return {"steps": self.steps, **seed}


GRAPHS = (Graph("fan", 1000), Graph("web", 1000), Graph("web", 1000, longest=0.1), Graph("web", 10_000))


@dataclass(frozen=True)
class ScaleRun:
    """One measurement.

    Attributes:
        graph: What was run.
        submit_seconds: From before the pipeline was traced to its Job.
        seconds: From the first step pod's creation to the record of the end.
        rate: Steps that ended a second, without the first and the last tenth of them.
        allowed: The same if nothing took time but the pods.
        writes: Requests by which the master changed something.
        record_writes: Those of them that changed the record and what belongs to it.
        etcd_bytes: Bytes etcd wrote for all of it, the stand-in's writes included.
        largest: Bytes of data in the largest ConfigMap of the run.
        master: What its process used.
        others: Seconds of processor time of API server, etcd and stand-in meanwhile, by name.
    """

    graph: Graph
    submit_seconds: float
    seconds: float
    rate: float
    allowed: float
    writes: int
    record_writes: int
    etcd_bytes: int
    largest: int
    master: MasterCost
    others: dict[str, float]

    @property
    def cpu_a_step(self) -> float:
        """Seconds of processor time of the master, a step."""
        return self.master.cpu / self.graph.steps


async def measure(graph: Graph) -> ScaleRun:
    """Run a graph on a fresh API server.

    Raises:
        BenchError: It did not succeed, or did not end in time.
        RealClusterError: There can be no API server here.
    """
    patience = 60.0 + graph.steps / 20
    with bare_server() as server, stand_in_kubelet(server, longest=graph.longest) as kubelet:
        async with await connect(kubeconfig=server.kubeconfig) as cluster:
            try:
                async with asyncio.timeout(patience):
                    return await _measured(cluster, server, graph, {**server.pids, KUBELET: kubelet})
            except TimeoutError:
                raise BenchError(f"{graph.name} has not ended within {patience:.0f} s") from None


async def _measured(cluster: Cluster, server: BareServer, graph: Graph, others: dict[str, int]) -> ScaleRun:
    await make_account(cluster, NAMESPACE)
    account = credentials(server, NAMESPACE, SERVICE_ACCOUNT)
    began = time.monotonic()
    spec = spec_of(graph.kind, graph.parameters)
    run = (await submit(cluster, spec, SubmitOptions())).run
    submitted = time.monotonic() - began
    watch = MasterWatch()
    watch.run = run
    before, written = _writes(server), written_by(server.ports.etcd_url)
    used = {name: cpu_seconds(pid) for name, pid in others.items()}
    master = await start_master(cluster, run, account, server.folder.logs / "master.log")
    watching = asyncio.create_task(watch.watch())
    try:
        await asyncio.to_thread(master.wait)
    finally:
        master.kill()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    used = {name: cpu_seconds(pid) - used[name] for name, pid in others.items()}
    after = _writes(server)
    view = await show_run(cluster, run)
    if view.state is not RunState.SUCCEEDED or master.returncode or watch.cost is None:
        log = (server.folder.logs / "master.log").read_text()[-2000:]
        raise BenchError(f"{graph.name} ended as {view.state.value} ({view.why}):\n{log}")
    if view.started is None or view.finished is None:
        raise BenchError(f"the record of {graph.name} lacks its times")
    made = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in after}
    return ScaleRun(
        graph=graph,
        submit_seconds=submitted,
        seconds=view.finished - view.started,
        rate=_rate(attempt.finished or 0.0 for step in view.steps for attempt in step.attempts),
        allowed=_rate(_soonest(spec, graph.longest)),
        writes=sum(made.values()) - 1,  # the master's own pod was made by us
        record_writes=made.get(CONFIGMAPS.plural, 0),
        etcd_bytes=written_by(server.ports.etcd_url) - written,
        largest=await _largest(cluster, run),
        master=watch.cost,
        others=used,
    )


def _soonest(spec: PipelineSpec, longest: float) -> Iterable[float]:
    """When each step ends where nothing takes time but the pods."""
    ends: dict[str, float] = {}
    slugs = labelling.step_slugs(step.name for step in spec.steps)
    for step in spec.steps:
        begun = max((ends[parent] for parent in step.after), default=0.0)
        ends[step.name] = begun + lifetime(SEED, slugs[step.name], longest)
    return ends.values()


def _rate(times: Iterable[float]) -> float:
    ends = sorted(times)
    tenth = len(ends) // 10
    return (len(ends) - 2 * tenth) / (ends[-tenth] - ends[tenth])


async def _largest(cluster: Cluster, run: str) -> int:
    found = await cluster.list(CONFIGMAPS, labels=f"{names.LABEL_RUN_ID}={run}")
    return max(sum(map(len, (one.get("data") or {}).values())) for one in found)


def _writes(server: BareServer) -> dict[str, int]:
    """How many requests changed something so far, by kind, without those of the stand-in, which writes status only."""
    found: dict[str, int] = {}
    for line in kubectl(server, "get", "--raw", "/metrics").splitlines():
        if not line.startswith("apiserver_request_total{") or 'subresource="status"' in line:
            continue
        if any(f'verb="{verb}"' in line for verb in ("POST", "PUT", "PATCH", "DELETE")) and 'dry_run=""' in line:
            kind = line.partition('resource="')[2].partition('"')[0]
            found[kind] = found.get(kind, 0) + int(float(line.rpartition(" ")[2]))
    return found


@contextmanager
def stand_in_kubelet(server: BareServer, *, length: int = 1, longest: float = 1.0) -> Iterator[int]:
    """Have step pods of the namespace end, with texts of so many characters as their results, inside the block.

    Gives its process id.
    """
    kubectl(server, "create", "serviceaccount", KUBELET, "--namespace", NAMESPACE)
    rights = ("--clusterrole=cluster-admin", f"--serviceaccount={NAMESPACE}:{KUBELET}")
    kubectl(server, "create", "rolebinding", KUBELET, "--namespace", NAMESPACE, *rights)
    command = [sys.executable, "-m", "tests.bench.scale.kubelet", NAMESPACE, str(SEED), str(length), str(longest)]
    environment = {**os.environ, **credentials(server, NAMESPACE, KUBELET)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != READY:
                raise BenchError("the stand-in for the kubelets did not start")
            yield process.pid
        finally:
            process.kill()
