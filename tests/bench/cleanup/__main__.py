"""`python -m tests.bench.cleanup`, which is `make bench-cleanup`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from statistics import quantiles

from k8stui.model.errors import K8stuiError
from tests.bench import page
from tests.bench.cleanup.measure import CleanupRun, measure
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.machine import PATIENCE, Machine, calm
from tests.bench.page import CLEANUP, circumstances
from tests.bench.rows import Row, milliseconds, row, seconds
from tests.cluster.real.errors import RealClusterError
from tests.cluster.real.layout import KUBERNETES_VERSION

PODS = 5000
DELETED = 60.0
"""Seconds in which so many pods must be gone."""

EXIT_ERROR = 2

_INTRODUCTION = """\
Written by `make bench-cleanup`. A real API server with its etcd and no node; the pods have the status that a kubelet
leaves behind when it evicts. The cleanup finds them by `status:evicted`, has the server check each of them by a dry
run, then deletes each of them bound to the version that was looked at, as `k8stui pods clean` does, 24 requests at a
time. Meanwhile another client reads one small object every 50 ms. A 429 is an answer of the server's priority and
fairness that says to come back later.
"""


def rows(run: CleanupRun) -> list[Row]:
    """What is promised, and what else was seen."""

    def latency(share: int, values: Sequence[float]) -> float:
        return quantiles(values, n=100)[share - 1]

    put_off = Row("requests put off by the server (429)", "<= 0", str(run.put_off), "", run.put_off == 0)
    return [
        row(f"{run.pods:,} pods: deleted in", DELETED, [run.deleted], seconds),
        put_off,
        row("found and planned in", None, [run.found], seconds),
        row("checked by a dry run in", None, [run.checked], seconds),
        row("processor time of API server and etcd, a deletion", None, [run.server_cpu / run.pods], milliseconds),
        row("processor time of k8stui, a deletion", None, [run.client_cpu / run.pods], milliseconds),
        row("deletions a second", None, [run.pods / run.deleted], "{:.0f}".format),
        row("requests of dry run and deletion", None, [run.requests], "{:,.0f}".format),
        row("another client's request, median, at rest", None, [latency(50, run.quiet)], milliseconds),
        row("the same meanwhile", None, [latency(50, run.meanwhile)], milliseconds),
        row("another client's request, 99 of 100, at rest", None, [latency(99, run.quiet)], milliseconds),
        row("the same meanwhile", None, [latency(99, run.meanwhile)], milliseconds),
    ]


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cleanup", description="cleaning up thousands of pods")
    parser.add_argument("--pods", type=int, default=PODS, help="another number implies --no-write")
    page.add_write(parser)
    options = parser.parse_args(argv)
    try:
        run, restless = asyncio.run(_measure(options.pods))
    except (BenchError, K8stuiError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    found = rows(run)
    where = circumstances(
        Machine.this(),
        ("Kubernetes", f"{KUBERNETES_VERSION}, API server and etcd alone"),
        ("begun on a busy machine", "yes" if restless else "no"),
    )
    return page.tell_promises(CLEANUP, _INTRODUCTION, found, where, keep=options.write and options.pods == PODS)


async def _measure(pods: int) -> tuple[CleanupRun, bool]:
    restless = not await calm(PATIENCE)
    return await measure(pods), restless


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
