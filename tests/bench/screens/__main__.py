"""`python -m tests.bench.screens`, which is `make bench-tui`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence

from tests.bench import page
from tests.bench.crowd.bars import CrowdMeasured
from tests.bench.crowd.bars import section as crowd_section
from tests.bench.crowd.commands import measure_commands
from tests.bench.crowd.hosted import crowded
from tests.bench.crowd.screen import measure_screen
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.machine import PATIENCE, Machine, as_installed, calm
from tests.bench.page import Section
from tests.bench.screens import view
from tests.bench.screens.bars import Measured, section
from tests.bench.screens.changes import measure_changes
from tests.bench.screens.dag import DONE, UNDER_WAY
from tests.bench.screens.hosted import Hosted, hosted
from tests.bench.screens.keys import Latencies, measure_keys
from tests.bench.screens.recorder import Recorder
from tests.bench.screens.rest import measure_rest
from tests.bench.screens.starting import ROUNDS, SCRIPT, measure_starting
from tests.cluster.real.errors import RealClusterError

EXIT_NOT_MET, EXIT_ERROR = 1, 2

_SWITCH_SECONDS = 0.0005
"""How long the bench's emulator may keep the interpreter from its clock."""

_SETTLED = 2.0
"""Seconds without output before the program is left to itself."""


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.screens", description="the screens against their bars")
    parser.add_argument("--only", choices=PARTS, help="only one of the two clusters")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="starts of the program (default: %(default)s)")
    page.add_write(parser)
    options = parser.parse_args(argv)
    as_installed()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        kept = [_PARTS[part](max(1, options.rounds)) for part in PARTS if options.only in (None, part)]
    except (BenchError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    for told, _ in kept:
        print(told.plain(), end="\n\n")
        if options.write:
            page.write(told)
            say(f"the section {told.title} of {page.PAGE.name} is written")
    return 0 if all(met for _, met in kept) else EXIT_NOT_MET


def _runs(rounds: int) -> tuple[Section, bool]:
    with hosted() as cluster:
        return section(_measure(cluster, rounds), Machine.this())


def _crowd(rounds: int) -> tuple[Section, bool]:
    say("ten thousand pods")
    with crowded() as cluster:
        rests = asyncio.run(calm(PATIENCE))
        commands = measure_commands(cluster)
        say("the screen of pods")
        return crowd_section(CrowdMeasured(measure_screen(cluster, rounds), commands), Machine.this(), calm=rests)


PARTS = ("runs", "pods")
_PARTS: dict[str, Callable[[int], tuple[Section, bool]]] = dict(zip(PARTS, (_runs, _crowd), strict=True))


def _measure(cluster: Hosted, rounds: int) -> Measured:
    if not asyncio.run(calm(PATIENCE)):
        say("the machine is busy with something else: the numbers will be too large")
    say("starting")
    starting = measure_starting(cluster, rounds)
    env = {"KUBECONFIG": str(cluster.scene.kubeconfig)}
    with Recorder([str(SCRIPT)], columns=view.COLUMNS, rows=view.ROWS, env=env) as terminal:
        terminal.when(lambda lines: bool(view.step_at_cursor(lines)), "the steps")
        terminal.when(lambda lines: f"{DONE + UNDER_WAY} sources" in view.log_title(lines), "the logs of all pods")
        terminal.settle(_SETTLED)
        say("at rest")
        resting = measure_rest(terminal)
        say("keys at rest")
        keys_at_rest = measure_keys(terminal)
        say("changes")
        changes = measure_changes(cluster, terminal)
        with cluster.busy():
            say("busy")
            working = measure_rest(terminal)
            say("keys while busy")
            keys_busy = measure_keys(terminal)
    return Measured(starting, resting, working, Latencies(keys_at_rest, keys_busy), changes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
