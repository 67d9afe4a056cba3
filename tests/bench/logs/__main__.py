"""`python -m tests.bench.logs`, which is `make bench-logs`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.hosting import hosting
from tests.bench.logs.layout import FOLLOWED, LINES, RATE, SECONDS
from tests.bench.logs.pane import PaneTimes, measure_pane
from tests.bench.machine import PATIENCE, Machine, as_installed, calm
from tests.bench.page import LOGS, circumstances
from tests.bench.rows import Row, milliseconds, row, seconds
from tests.cluster.real import binaries
from tests.cluster.real.errors import RealClusterError
from tests.cluster.real.layout import KUBERNETES_VERSION

EXIT_ERROR = 2

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
        row("processor time from the key to the last line, seven typed keys included", None, pane.cpu, seconds),
        row("processor time of `kubectl logs`", None, pane.kubectl_cpu, seconds),
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
    as_installed()
    try:
        kubectl = binaries.ensure()["kubectl"]
        restless = not asyncio.run(calm(PATIENCE))
        with hosting("tests.bench.logs.host") as host:
            kubeconfig = Path(host.told()["kubeconfig"])
            say("a long log")
            pane = measure_pane(kubeconfig, kubectl)
            say("many logs")
            many = _follow(kubeconfig)
    except (BenchError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    found = rows(pane, many)
    where = circumstances(
        Machine.this(),
        ("kubectl", KUBERNETES_VERSION),
        ("load of the machine", f"{os.getloadavg()[0]:.1f}"),
        ("begun on a busy machine", "yes" if restless else "no"),
    )
    return page.tell_promises(LOGS, _INTRODUCTION, found, where, keep=options.write)


def _follow(kubeconfig: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.logs.follower", str(kubeconfig)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode:
        raise BenchError("the logs could not be followed")
    told: dict[str, float] = json.loads(ran.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
