"""The cluster of the bench, for as long as it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.errors import BenchError


@dataclass(frozen=True)
class Scene:
    """What the cluster holds.

    Attributes:
        kubeconfig: How to reach it.
        namespace: Where everything is.
        long: The run of 2,000 steps, the newest one.
        short: Other runs that go on.
        running: Steps of the long run that run, and their pods.
    """

    kubeconfig: Path
    namespace: str
    long: str
    short: tuple[str, ...]
    running: dict[str, str]


class Hosted:
    """A cluster that runs in a process of its own.

    Attributes:
        scene: What it holds.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        told = self._line()
        try:
            data = json.loads(told)
        except ValueError:
            raise BenchError(f"the cluster did not start: it said {told!r}") from None
        self.scene = Scene(
            kubeconfig=Path(data["kubeconfig"]),
            namespace=data["namespace"],
            long=data["long"],
            short=tuple(data["short"]),
            running=data["running"],
        )

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Much happens in the cluster meanwhile."""
        self._say("busy")
        try:
            yield
        finally:
            self._say("rest")

    def end(self, step: str) -> float:
        """A step of the long run ends; gives when that was asked for, on the clock of `time.perf_counter`."""
        return self._say(f"end {step}")

    def tell(self, run: str, state: str) -> float:
        """A short run is in another state; gives when that was asked for."""
        return self._say(f"tell {run} {state}")

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""

    def _say(self, command: str) -> float:
        now = time.perf_counter()
        if self._process.stdin:
            self._process.stdin.write(f"{command}\n")
            self._process.stdin.flush()
        return now


@contextmanager
def hosted() -> Iterator[Hosted]:
    """Start a cluster and fill it.

    Raises:
        BenchError: It does not start; why stands on standard error.
    """
    command = [sys.executable, "-m", "tests.bench.screens.host"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Hosted(process)
        finally:
            if process.stdin:
                process.stdin.close()
