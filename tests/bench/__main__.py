"""`python -m tests.bench`, which `make bench` calls inside `python -m tests.cluster.real run`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from k8stui.model.errors import K8stuiError
from tests.bench import page
from tests.bench.bars import FLOOR, ShapeResult, rows
from tests.bench.errors import BenchError
from tests.bench.floors import HANDOVER, WATCH, run_floor
from tests.bench.harness import Bench, bench_namespace, say
from tests.bench.live import measure_live
from tests.bench.machine import PATIENCE, Machine, calm
from tests.bench.ours import run_ours
from tests.bench.report import Report
from tests.bench.shapes import FULL, QUICK, Shape
from tests.bench.startup import measure_startup
from tests.cluster.real.errors import RealClusterError
from tests.cluster.real.facts import Facts

STARTUP, LIVE = "startup", "live"
K8STUI = "k8stui"

EXIT_NOT_MET, EXIT_ERROR = 1, 2


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    options = _parser().parse_args(argv)
    shapes = [shape for shape in (QUICK if options.quick else FULL) if options.only in (None, shape.name)]
    partial = options.quick or options.only is not None
    if not shapes and options.only not in (STARTUP, LIVE):
        say(f"there is no {options.only!r}: {', '.join(shape.name for shape in FULL)}, {STARTUP}, {LIVE}")
        return EXIT_ERROR
    try:
        report = asyncio.run(_measure(options, shapes))
    except (BenchError, K8stuiError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    section = report.section()
    print(section.plain())
    if options.write and partial:
        say(f"a part of the bench is not written to {page.PAGE.name}")
    elif options.write:
        page.write(section)
        say(f"its section of {page.PAGE.name} is written")
    return EXIT_NOT_MET if any(row.met is False for row in report.rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="k8stui against floors of its own")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of each shape (default: 5)")
    parser.add_argument("--only", metavar="NAME", help=f"one shape, `{STARTUP}` or `{LIVE}`; implies --no-write")
    parser.add_argument("--quick", action="store_true", help="one round of small shapes; implies --no-write")
    page.add_write(parser)
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="SECONDS",
        help="how long to wait for a calm machine before each measurement (default: %(default)g)",
    )
    return parser


async def _measure(options: argparse.Namespace, shapes: Sequence[Shape]) -> Report:
    rounds = 1 if options.quick else max(1, options.rounds)
    startup = live = None
    if options.only in (None, LIVE):
        say(LIVE)
        await calm(options.patience)
        live = await asyncio.to_thread(measure_live)
    if options.only in (None, STARTUP):
        say(STARTUP)
        await calm(options.patience)
        startup = await asyncio.to_thread(measure_startup)
    kubernetes, restless = "", 0
    results = [ShapeResult(shape) for shape in shapes]
    if shapes:
        async with bench_namespace(Facts.load(), patience=options.patience) as bench:
            kubernetes = await bench.cluster.version()
            for number in range(rounds):
                for result in results:
                    await _round(bench, result, number)
            restless = bench.restless
    return Report(Machine.this(), kubernetes, rounds, restless, results, rows(results, startup, live))


async def _round(bench: Bench, result: ShapeResult, number: int) -> None:
    """One measurement of k8stui and of each floor; every other round in reverse, so that no place is the better one."""
    shape = result.shape
    kinds = [FLOOR[shape.kind], K8STUI] + ([WATCH] if FLOOR[shape.kind] == HANDOVER else [])
    for kind in kinds if number % 2 == 0 else reversed(kinds):
        await bench.clear()
        if kind == K8STUI:
            ours = await run_ours(bench, shape)
            result.ours.append(ours)
            seconds = ours.seconds
        else:
            floor = await run_floor(bench, shape, kind)
            result.floors.setdefault(kind, []).append(floor)
            seconds = floor.seconds
        say(f"round {number + 1} {shape.name} {kind}: {seconds:.2f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
