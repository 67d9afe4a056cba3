"""`python -m tests.bench.fair`, which is `make bench-fair`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from statistics import median, quantiles

from k8stui.model.errors import K8stuiError
from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.fair.measure import MASTERS, STEPS, FairRun, measure
from tests.bench.harness import say
from tests.bench.machine import PATIENCE, Machine, calm
from tests.bench.page import FAIR, circumstances
from tests.bench.rows import Row, milliseconds, row, seconds
from tests.cluster.real.errors import RealClusterError
from tests.cluster.real.layout import KUBERNETES_VERSION

EXIT_ERROR = 2

_INTRODUCTION = f"""\
Written by `make bench-fair`. A real API server with its etcd, whose priority and fairness gives all masters together
one share, which is three seats here, and short queues. {MASTERS} masters begin at the same time with {STEPS} steps at
once each; a stand-in ends their pods. Another client reads one small object every 50 ms. A 429 is the server's answer
that says to come back later.
"""


def rows(run: FairRun) -> list[Row]:
    """What is promised, and what else was seen."""
    steps = MASTERS * STEPS
    return [
        Row(
            f"{MASTERS} masters: runs that succeeded", f">= {MASTERS}", str(run.succeeded), "", run.succeeded == MASTERS
        ),
        Row(f"pods made for {steps} steps", f"<= {steps}", str(run.attempts), "", run.attempts == steps),
        row("another client's request, median, at rest", None, [median(run.quiet)], milliseconds),
        row("the same meanwhile", None, [median(run.meanwhile)], milliseconds),
        row("another client's request, 99 of 100, at rest", None, [quantiles(run.quiet, n=100)[98]], milliseconds),
        row("the same meanwhile", None, [quantiles(run.meanwhile, n=100)[98]], milliseconds),
        row("requests put off by the server (429)", None, [run.put_off], "{:.0f}".format),
        row("all of them took", None, [run.seconds], seconds),
    ]


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fair", description="many masters at once")
    page.add_write(parser)
    options = parser.parse_args(argv)
    try:
        run, restless = asyncio.run(_measure())
    except (BenchError, K8stuiError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    found = rows(run)
    where = circumstances(
        Machine.this(),
        ("Kubernetes", f"{KUBERNETES_VERSION}, API server and etcd alone"),
        ("begun on a busy machine", "yes" if restless else "no"),
    )
    return page.tell_promises(FAIR, _INTRODUCTION, found, where, keep=options.write)


async def _measure() -> tuple[FairRun, bool]:
    restless = not await calm(PATIENCE)
    return await measure(), restless


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
