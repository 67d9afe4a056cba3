"""`python -m tests.bench.soak`, which is `make bench-soak`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression, median

from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.hosting import hosting
from tests.bench.machine import Machine
from tests.bench.page import SOAK, circumstances
from tests.bench.rows import Row, row
from tests.bench.screens.recorder import Recorder
from tests.bench.screens.starting import SCRIPT
from tests.bench.soak.host import EVENTS, PODS

EXIT_ERROR = 2

RATE = 250.0
"""Changes a second, with as many events."""

GROWTH = 1.05
"""Memory of the last third of the time over that of the second."""

_LOOK = 1.0

_INTRODUCTION = f"""\
Written by `make bench-soak`. The real program follows an embedded cluster with {PODS} pods and {EVENTS:,} events, its
Pods and its Events screen in turn. {RATE:.0f} times a second, as far as the machine can, a pod changes and an event is
written; each tenth time a pod goes and another comes, so that nothing comes twice. Memory is looked at once a second;
in the first third of the time what is bounded fills up.
"""


def rows(memory: Sequence[tuple[float, float]], happened: float) -> list[Row]:
    """What is promised, and what else was seen.

    Args:
        memory: Seconds since the start, and MiB.
        happened: Changes in the cluster.
    """
    third = len(memory) // 3
    second, last = memory[third : 2 * third], memory[2 * third :]
    slope = linear_regression(*zip(*memory[third:], strict=True)).slope
    ratio = median(mib for _, mib in last) / median(mib for _, mib in second)
    return [
        row("memory in the last third of the time, over the second", GROWTH, [ratio], "{:.3f} x".format),
        row("memory at the end", None, [memory[-1][1]], "{:.0f} MiB".format),
        row("its slope after the first third", None, [3600 * slope], "{:.1f} MiB an hour".format),
        row("changes in the cluster", None, [happened], "{:,.0f}".format),
        row("in", None, [memory[-1][0] / 60], "{:.1f} min".format),
    ]


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description="memory over a long time")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (30)")
    page.add_write(parser)
    options = parser.parse_args(argv)
    try:
        memory, happened = _soak(60 * options.minutes)
    except BenchError as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    return page.tell_promises(
        SOAK, _INTRODUCTION, rows(memory, happened), circumstances(Machine.this()), keep=options.write
    )


def _soak(seconds: float) -> tuple[list[tuple[float, float]], float]:
    memory: list[tuple[float, float]] = []
    with hosting("tests.bench.soak.host", f"{RATE}") as host:
        env = {"KUBECONFIG": str(Path(host.told()["kubeconfig"]))}
        with Recorder([str(SCRIPT), "--screen", "pods"], columns=140, rows=40, env=env) as terminal:
            terminal.when(lambda lines: any("pod-" in line for line in lines), "pods")
            began = time.monotonic()
            while (now := time.monotonic() - began) < seconds:
                terminal.press("4" if len(memory) % 20 < 10 else "2")
                time.sleep(_LOOK)
                terminal.catch_up()
                memory.append((now, terminal.memory_mib()))
        host.end()
        return memory, host.told()["happened"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
