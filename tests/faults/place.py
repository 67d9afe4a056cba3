"""Where the tests of this suite happen: an embedded cluster whose masters reach its API through a gate and a proxy."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.control.submitting.creating import SubmitOptions, submit
from k8stui.embedded import EmbeddedCluster
from k8stui.model.settings import KubernetesOrchestratorSettings
from tests.embedded.gate import Gate
from tests.embedded.runs import eventually
from tests.faults.history import History, Line, Pod, read_journal
from tests.faults.proxy import Proxy

PIPELINES = Path(__file__).parent / "pipelines"
CLOCK = Path(__file__).parent / "clock"


@dataclass(frozen=True)
class Place:
    """A cluster, and what stands between it and the masters.

    Attributes:
        embedded: The cluster.
        cluster: A person's connection to it, without any faults.
        gate: Shut, the API server is gone for the masters.
        proxy: Does to single requests of the masters what a test says.
        history: What happens to the pods.
        folder: For the journal of the steps and the gates at which they wait.
    """

    embedded: EmbeddedCluster
    cluster: Cluster
    gate: Gate
    proxy: Proxy
    history: History
    folder: Path

    async def submit(
        self,
        pipeline: str,
        *,
        cluster: Cluster | None = None,
        namespace: str | None = None,
        handover: bool = True,
        patient: int = 1,
        master: dict[str, str] | None = None,
        pods: dict[str, Any] | None = None,
        more: dict[str, Any] | None = None,
        **parameters: Any,
    ) -> str:
        """Submit a pipeline of `pipelines/work.py`; gives the run's name.

        Args:
            pipeline: Its name.
            cluster: Another connection of the submitter.
            namespace: Another one than the default.
            handover: Whether steps may tell the master of their end.
            patient: How many times as long as usual they wait for its answer (`clock/sitecustomize.py`).
            master: Further environment variables of the master.
            pods: Further settings of the step pods.
            more: Further settings of the run.
            parameters: Of the pipeline.
        """
        variables = {"KUBERNETES_SERVICE_PORT": str(self.gate.port), **(master or {})}
        steps = {"JOURNAL": str(self._journal), "GATES": str(self.folder)}
        if patient != 1:
            steps |= {"PYTHONPATH": str(CLOCK), "CLOCK_PATIENCE": str(patient)}
        settings = KubernetesOrchestratorSettings(
            orchestrator_pod_settings={"env": _env(variables)},
            pod_settings={"env": _env(steps), **(pods or {})},
            **(more or {}),
        )
        options = SubmitOptions(config=settings, handover=handover, namespace=namespace)
        spec = load(f"{PIPELINES / 'work.py'}:{pipeline}").trace(parameters)
        return (await submit(cluster or self.cluster, spec, options)).run

    def journal(self) -> list[Line]:
        """What the steps wrote so far."""
        return read_journal(self._journal)

    async def done(self, pod: Pod) -> None:
        """Return when a step has done its work, whatever its process still does."""

        async def lines() -> set[tuple[str, str]]:
            return {(line.what, line.pod) for line in self.journal()}

        await eventually(lines, until=lambda found: ("end", pod.name) in found)

    async def watched(self) -> None:
        """Return when a master watches its pods: why one went before, no list tells it."""

        async def found() -> list[str]:
            return [str(call) for call in self.proxy.calls]

        await eventually(found, until=lambda calls: "watch pods/" in calls)

    def open(self, gate: str = "go") -> None:
        """Let the steps that wait at a gate go on."""
        (self.folder / gate).touch()

    def kill(self, pod: Pod) -> None:
        """End a pod's processes without a good-bye."""
        for pid in self.embedded.pod_pids(pod.namespace, pod.name).values():
            os.kill(pid, signal.SIGKILL)

    def clock(self, *, ahead: float = 0.0, pace: float = 1.0) -> dict[str, str]:
        """Variables that give a master a clock of its own (`clock/sitecustomize.py`)."""
        return {"PYTHONPATH": str(CLOCK), "CLOCK_AHEAD": str(ahead), "CLOCK_PACE": str(pace)}

    @property
    def _journal(self) -> Path:
        return self.folder / "journal"


def _env(variables: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in variables.items()]


@asynccontextmanager
async def new_place(embedded: EmbeddedCluster, folder: Path) -> AsyncIterator[Place]:
    """A place around a cluster that has just been started."""
    with History(embedded) as history:
        async with (
            await connect(kubeconfig=embedded.kubeconfig) as cluster,
            Proxy(embedded, folder) as proxy,
            Gate(proxy.url) as gate,
        ):
            yield Place(embedded, cluster, gate, proxy, history, folder)
