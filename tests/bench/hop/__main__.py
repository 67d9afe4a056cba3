"""`python -m tests.bench.hop`, which is `make bench-hop`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from statistics import quantiles

from k8stui.model.errors import K8stuiError
from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.hop.kubelet import LIFE
from tests.bench.hop.measure import STEPS, measure
from tests.bench.machine import PATIENCE, Machine, calm
from tests.bench.page import HOP, circumstances
from tests.bench.rows import Row, milliseconds, row
from tests.cluster.real.errors import RealClusterError
from tests.cluster.real.layout import KUBERNETES_VERSION

EXIT_ERROR = 2

SECONDS = 0.010
"""Median of the master's own share of a hop."""

_INTRODUCTION = f"""\
Written by `make bench-hop`. A chain of {STEPS} steps on a real API server with its etcd and no node: a stand-in ends
each pod {1000 * LIFE:.0f} ms after its creation. The master is the shipped program, with a stamp of the monotonic clock
in the HTTP client of its Python. With the handover it is counted from when a step sends its report, without it from
when the master has read the pod's end from its watch, until the request for the next pod is written.
"""


def rows(by_handover: Sequence[float], by_watch: Sequence[float]) -> list[Row]:
    """What is promised, and what else was seen."""
    found: list[Row] = []
    for claim, values in (("the step hands over", by_handover), ("the watch tells", by_watch)):
        found.append(row(f"the master's own share of a hop, {claim}: median", SECONDS, values, milliseconds))
        found.append(row("the same: 95 of 100", None, [quantiles(values, n=20)[18]], milliseconds))
    return found


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hop", description="the master's share of a hop")
    page.add_write(parser)
    options = parser.parse_args(argv)
    try:
        restless = not asyncio.run(calm(PATIENCE))
        say("with the handover")
        by_handover = asyncio.run(measure(hands_over=True))
        say("by the watch")
        by_watch = asyncio.run(measure(hands_over=False))
    except (BenchError, K8stuiError, RealClusterError, TimeoutError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    where = circumstances(
        Machine.this(),
        ("Kubernetes", f"{KUBERNETES_VERSION}, API server and etcd alone"),
        ("load of the machine", f"{os.getloadavg()[0]:.1f}"),
        ("begun on a busy machine", "yes" if restless else "no"),
    )
    return page.tell_promises(HOP, _INTRODUCTION, rows(by_handover, by_watch), where, keep=options.write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
