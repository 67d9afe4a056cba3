"""Twenty masters at once on a bare API server that gives them three seats, and another client that reads meanwhile."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.resources import NAMESPACES
from k8stui.control.namespaces.access import make_account
from k8stui.control.runs.reading import show_run
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.incluster.contract.states import RunState
from k8stui.plan.request import SERVICE_ACCOUNT
from tests.bench.ours import spec_of
from tests.bench.scale.account import credentials, kubectl
from tests.bench.scale.master import start_master
from tests.bench.scale.measure import NAMESPACE, stand_in_kubelet
from tests.cluster.real.bare import BareServer, bare_server

MASTERS, STEPS = 20, 20
PAUSE, QUIET = 0.05, 5.0
"""Seconds between two requests of the other client, and for how long it is alone."""

_LEVEL = "small"
_SHARES = f"""\
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {{name: {_LEVEL}}}
spec:
  type: Limited
  limited:
    nominalConcurrencyShares: 1
    lendablePercent: 0
    borrowingLimitPercent: 0
    limitResponse: {{type: Queue, queuing: {{queues: 4, handSize: 1, queueLengthLimit: 4}}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {{name: masters}}
spec:
  priorityLevelConfiguration: {{name: {_LEVEL}}}
  matchingPrecedence: 100
  distinguisherMethod: {{type: ByUser}}
  rules:
  - subjects: [{{kind: ServiceAccount, serviceAccount: {{name: {SERVICE_ACCOUNT}, namespace: {NAMESPACE}}}}}]
    resourceRules: [{{verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true}}]
"""


@dataclass(frozen=True)
class FairRun:
    """What came out.

    Attributes:
        succeeded: Runs that did.
        attempts: Pods that were made for all of their steps.
        seconds: From the first master's start to the last one's end.
        put_off: Requests of the masters that the server answered with 429.
        quiet: Seconds of each request of another client before.
        meanwhile: The same while the masters were at work.
    """

    succeeded: int
    attempts: int
    seconds: float
    put_off: int
    quiet: list[float]
    meanwhile: list[float]


async def measure() -> FairRun:
    """Measure.

    Raises:
        RealClusterError: There can be no API server here.
    """
    with bare_server() as server, stand_in_kubelet(server):
        shares = server.folder.root / "shares.yaml"
        shares.write_text(_SHARES)
        kubectl(server, "apply", "-f", shares)
        async with await connect(kubeconfig=server.kubeconfig) as cluster:
            await make_account(cluster, NAMESPACE)
            return await _measured(cluster, server)


async def _measured(cluster: Cluster, server: BareServer) -> FairRun:
    account = credentials(server, NAMESPACE, SERVICE_ACCOUNT)
    quiet: list[float] = []
    meanwhile: list[float] = []
    other = asyncio.create_task(_read(cluster, quiet))
    await asyncio.sleep(QUIET)
    other.cancel()
    options = SubmitOptions(cache=False)
    runs = [(await submit(cluster, spec_of("fan", {"steps": STEPS}), options)).run for _ in range(MASTERS)]
    other = asyncio.create_task(_read(cluster, meanwhile))
    began = time.monotonic()
    masters = [await start_master(cluster, run, account, server.folder.logs / f"{run}.log") for run in runs]
    try:
        for master in masters:
            await asyncio.to_thread(master.wait)
    finally:
        for master in masters:
            master.kill()
        other.cancel()
    took = time.monotonic() - began
    views = [await show_run(cluster, run) for run in runs]
    return FairRun(
        succeeded=sum(view.state is RunState.SUCCEEDED for view in views),
        attempts=sum(len(step.attempts) for view in views for step in view.steps),
        seconds=took,
        put_off=_put_off(server),
        quiet=quiet,
        meanwhile=meanwhile,
    )


async def _read(cluster: Cluster, times: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await cluster.get(NAMESPACES, NAMESPACE)
        times.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)


def _put_off(server: BareServer) -> int:
    found = kubectl(server, "get", "--raw", "/metrics").splitlines()
    name = "apiserver_flowcontrol_rejected_requests_total"
    told = [line for line in found if line.startswith(name) and f'priority_level="{_LEVEL}"' in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in told)
