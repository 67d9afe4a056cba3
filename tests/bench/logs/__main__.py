"""`python -m tests.bench.logs`, which is `make bench-logs`."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.logs.layout import FOLLOWED, LINES, RATE, SECONDS
from tests.bench.logs.pane import PaneTimes, measure_pane
from tests.bench.machine import PATIENCE, Machine, calm
from tests.bench.page import LOGS, Section, Table, circumstances
from tests.bench.rows import HEAD, Row, milliseconds, row, seconds
from tests.cluster.real import binaries
from tests.cluster.real.errors import RealClusterError
from tests.cluster.real.layout import KUBERNETES_VERSION

EXIT_NOT_MET, EXIT_ERROR = 1, 2

OVER_KUBECTL, KEY_SECONDS = 1.5, 0.040
MEMORY_MIB = 250.0

_INTRODUCTION = f"""\
Written by `make bench-logs`. The API is the embedded cluster's, in a process of its own, which gives out logs as ready
bytes, so that the readers are measured and not the server. First the real program on a pseudo-terminal of 160x40: on
the Pods screen the cursor goes to a finished pod with {LINES:,} lines; it counts until all of them are in the pane and
the last one is on the screen. Meanwhile a command is typed into the prompt. `kubectl logs` of the same pod, in turn
with it, counts from its start to its end. Then {FOLLOWED} pods are followed by the same feed and pane, without a
terminal, while each writes {RATE} lines a second for {SECONDS} s; each line has a number, so that a lost one is seen.
"""


def rows(pane: PaneTimes, many: Mapping[str, float]) -> list[Row]:
    """What is promised, and what else was seen."""
    ratios = [ours / other for ours, other in zip(pane.ours, pane.kubectl, strict=True)]
    rate = f"{many['came'] / many['seconds']:,.0f}"
    written = f"{FOLLOWED} followed pods that write {FOLLOWED * RATE:,} lines a second in all"
    lost = many["expected"] - many["came"] + many["lost"]
    return [
        row(f"{LINES:,} lines of a finished pod in the pane, over kubectl", OVER_KUBECTL, ratios, "{:.2f} x".format),
        row("the same: key -> last line", None, pane.ours, seconds),
        row("`kubectl logs`: started -> ended", None, pane.kubectl, seconds),
        row("key meanwhile -> changed screen", KEY_SECONDS, pane.keys, milliseconds),
        row(f"memory of the program after {len(pane.ours)} of them", None, [pane.memory_mib], "{:.0f} MiB".format),
        Row(f"{written}: lines lost", "<= 0", f"{lost:.0f}", "", lost == 0),
        Row("the same: lines shown a second", "", rate, "", None),
        row("the same: processor, a line", None, [many["cpu"] / many["came"]], lambda one: f"{1e6 * one:.0f} us"),
        row("the same: longest hold-up of the event loop", None, [many["late"]], milliseconds),
        row("the same: memory at its peak", MEMORY_MIB, [many["memory_mib"]], "{:.0f} MiB".format),
    ]


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.logs", description="logs against their bars")
    page.add_write(parser)
    options = parser.parse_args(argv)
    try:
        kubectl = binaries.ensure()["kubectl"]
        restless = not asyncio.run(calm(PATIENCE))
        with _hosted() as kubeconfig:
            say("a long log")
            pane = measure_pane(kubeconfig, kubectl)
            say("many logs")
            many = _follow(kubeconfig)
    except (BenchError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    found = rows(pane, many)
    where = circumstances(
        Machine.this(), ("kubectl", KUBERNETES_VERSION), ("begun on a busy machine", "yes" if restless else "no")
    )
    told = Section(LOGS, _INTRODUCTION, (Table("Promises", HEAD, [one.cells for one in found]),), where)
    print(told.plain())
    if options.write:
        page.write(told)
        say(f"its section of {page.PAGE.name} is written")
    return EXIT_NOT_MET if any(one.met is False for one in found) else 0


def _follow(kubeconfig: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.logs.follower", str(kubeconfig)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode:
        raise BenchError("the logs could not be followed")
    told: dict[str, float] = json.loads(ran.stdout)
    return told


@contextmanager
def _hosted() -> Iterator[Path]:
    command = [sys.executable, "-m", "tests.bench.logs.host"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            told = process.stdout.readline()
            if not told:
                raise BenchError("the cluster did not start")
            yield Path(json.loads(told)["kubeconfig"])
        finally:
            process.stdin.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
