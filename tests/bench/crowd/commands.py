"""The command line over ten thousand pods, each run of it beside one of kubectl."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.crowd.hosted import Crowded
from tests.bench.errors import BenchError
from tests.bench.screens.starting import SCRIPT

PAIRS = 5
TRIES = 3


@dataclass
class Commands:
    """Seconds of each command, one for every round.

    Attributes:
        kubectl: `kubectl get pods`.
        pods: `k8stui pods list`.
        runs: `k8stui runs list`, of 200 runs.
        version: `k8stui --version`.
    """

    kubectl: list[float] = field(default_factory=list)
    pods: list[float] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)
    version: list[float] = field(default_factory=list)


def measure_commands(cluster: Crowded, pairs: int = PAIRS) -> Commands:
    """Run all of them in turn, so many times.

    Raises:
        BenchError: One of them fails, or does not list everything.
    """
    found = Commands()
    given = ("--kubeconfig", str(cluster.kubeconfig))
    for number in range(-1, pairs):  # The first round is for the page cache and the bytecode.
        measured = {
            "kubectl": _timed([cluster.kubectl, "get", "pods", *given], len(cluster.pods)),
            "pods": _timed([SCRIPT, "pods", "list", *given], len(cluster.pods)),
            "runs": _timed([SCRIPT, "runs", "list", *given], 200),
            "version": _timed([SCRIPT, "--version"], 1),
        }
        if number >= 0:
            for name, value in measured.items():
                getattr(found, name).append(value)
    return found


def _timed(command: Sequence[str | Path], lines: int) -> float:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/tmp")}
    for _ in range(TRIES):  # A list in pages may find that the server has forgotten its version.
        began = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
        if not done.returncode and done.stdout.count("\n") >= lines:
            return took
    raise BenchError(f"{' '.join(map(str, command[:3]))} ends with {done.returncode}: {done.stderr[-300:]}")
