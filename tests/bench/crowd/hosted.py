"""The crowded cluster, for as long as it is needed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.hosting import Hosting, hosting
from tests.bench.machine import cpu_seconds


class Crowded:
    """A bare API server with its crowd, in a process of its own.

    Attributes:
        kubeconfig: How to reach it.
        kubectl: That program, of its version.
        pods: Names of the step pods, those of the newest run first.
    """

    def __init__(self, host: Hosting) -> None:
        self._host = host
        told = host.told()
        self.kubeconfig, self.kubectl = Path(told["kubeconfig"]), Path(told["kubectl"])
        self.pods: Sequence[str] = told["pods"]
        self._server: Sequence[int] = told["server"]

    @contextmanager
    def storm(self, rate: float) -> Iterator[list[float]]:
        """So many changes of status a second meanwhile; afterwards the list holds how many a second it really was."""
        made: list[float] = []
        began = self._host.say(f"storm {rate}")
        try:
            yield made
        finally:
            self._host.say("rest")
            made.append(self._host.told()["made"] / (time.perf_counter() - began))

    def turn(self, pod: str, status: str) -> float:
        """A pod has another status; gives when that was asked for, on the clock of `time.perf_counter`."""
        return self._host.say(f"turn {pod} {status}")

    def server_cpu(self) -> float:
        """Seconds of processor that API server and etcd have taken."""
        return sum(map(cpu_seconds, self._server))


@contextmanager
def crowded() -> Iterator[Crowded]:
    """Start it and fill it.

    Raises:
        BenchError: It does not start; why stands on standard error.
    """
    with hosting("tests.bench.crowd.host") as host:
        yield Crowded(host)
