"""The crowded cluster, for as long as it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.errors import BenchError
from tests.bench.machine import cpu_seconds


class Crowded:
    """A bare API server with its crowd, in a process of its own.

    Attributes:
        kubeconfig: How to reach it.
        kubectl: That program, of its version.
        pods: Names of the step pods, those of the newest run first.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        told = self._told()
        self.kubeconfig, self.kubectl = Path(told["kubeconfig"]), Path(told["kubectl"])
        self.pods: Sequence[str] = told["pods"]
        self._server: Sequence[int] = told["server"]

    @contextmanager
    def storm(self, rate: float) -> Iterator[list[float]]:
        """So many changes of status a second meanwhile; afterwards the list holds how many a second it really was."""
        made: list[float] = []
        began = self._say(f"storm {rate}")
        try:
            yield made
        finally:
            self._say("rest")
            made.append(self._told()["made"] / (time.perf_counter() - began))

    def turn(self, pod: str, status: str) -> float:
        """A pod has another status; gives when that was asked for, on the clock of `time.perf_counter`."""
        return self._say(f"turn {pod} {status}")

    def server_cpu(self) -> float:
        """Seconds of processor that API server and etcd have taken."""
        return sum(map(cpu_seconds, self._server))

    def _told(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            raise BenchError(f"the crowded cluster did not start: it said {line!r}") from None
        return told

    def _say(self, command: str) -> float:
        now = time.perf_counter()
        if self._process.stdin:
            self._process.stdin.write(f"{command}\n")
            self._process.stdin.flush()
        return now


@contextmanager
def crowded() -> Iterator[Crowded]:
    """Start it and fill it.

    Raises:
        BenchError: It does not start; why stands on standard error.
    """
    command = [sys.executable, "-m", "tests.bench.crowd.host"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Crowded(process)
        finally:
            if process.stdin:
                process.stdin.close()
