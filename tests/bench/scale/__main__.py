"""`python -m tests.bench.scale`, which is `make bench-scale`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from k8stui.model.errors import K8stuiError
from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.machine import PATIENCE, Machine, calm
from tests.bench.scale.bars import scale_rows, section
from tests.bench.scale.measure import GRAPHS, Graph, ScaleRun, measure
from tests.cluster.real.errors import RealClusterError

EXIT_NOT_MET, EXIT_ERROR = 1, 2


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description="runs of thousands of steps")
    parser.add_argument("--only", metavar="NAME", choices=[graph.name for graph in GRAPHS], help="implies --no-write")
    page.add_write(parser)
    options = parser.parse_args(argv)
    graphs = [graph for graph in GRAPHS if options.only in (None, graph.name)]
    try:
        runs, restless = asyncio.run(_measure(graphs))
    except (BenchError, K8stuiError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    told = section(runs, Machine.this(), restless)
    print(told.plain())
    if options.write and options.only is None:
        page.write(told)
        say(f"its section of {page.PAGE.name} is written")
    return EXIT_NOT_MET if any(row.met is False for row in scale_rows(runs)) else 0


async def _measure(graphs: Sequence[Graph]) -> tuple[list[ScaleRun], int]:
    runs, restless = [], 0
    for graph in graphs:
        restless += not await calm(PATIENCE)
        say(graph.name)
        runs.append(await measure(graph))
    return runs, restless


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
