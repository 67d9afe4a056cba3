"""`python -m tests.bench.logs`, which `make bench-logs` calls inside `python -m tests.cluster.real run`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from k8stui.model.errors import K8stuiError
from tests.bench import page
from tests.bench.errors import BenchError
from tests.bench.harness import say
from tests.bench.hosting import hosting
from tests.bench.logs.layout import FOLLOWED, LINES, NAMESPACE, RATE, SECONDS
from tests.bench.logs.pane import PaneTimes, Place, measure_pane
from tests.bench.logs.real import measure_real
from tests.bench.machine import PATIENCE, Machine, as_installed, calm
from tests.bench.page import LOGS, circumstances
from tests.bench.rows import Row, milliseconds, row, seconds
from tests.cluster.real import binaries
from tests.cluster.real.errors import RealClusterError

EXIT_ERROR = 2

OVER_KUBECTL, KEY_SECONDS = 1.5, 0.040
MEMORY_MIB = 250.0

_INTRODUCTION = f"""\
Written by `make bench-logs`. First the real program on a pseudo-terminal of 160x40: on the Pods screen the cursor goes
to a finished pod with {LINES:,} lines; it counts until all of them are in the pane and the last one is on the screen.
Meanwhile a command is typed into the prompt. `kubectl logs` of the same pod, in turn with it, counts from its start to
its end. This is done on the real cluster, where a kubelet reads what a container wrote, and on the embedded one in a
process of its own, which gives logs out as ready bytes, so that only the readers are measured. Then {FOLLOWED} pods are
followed by the same feed and pane on the latter, without a terminal, while each writes {RATE} lines a second for
{SECONDS} s; each line has a number, so that a lost one is seen.
"""


def rows(real: PaneTimes, ready: PaneTimes, many: Mapping[str, float]) -> list[Row]:
    """What is promised, and what else was seen."""
    rate = f"{many['came'] / many['seconds']:,.0f}"
    written = f"{FOLLOWED} followed pods that write {FOLLOWED * RATE:,} lines a second in all"
    lost = many["expected"] - many["came"] + many["lost"]
    return [
        *_pane("on the real cluster", real, OVER_KUBECTL, KEY_SECONDS),
        *_pane("of ready bytes", ready, None, KEY_SECONDS),
        Row(f"{written}: lines lost", "<= 0", f"{lost:.0f}", "", lost == 0),
        Row("the same: lines shown a second", "", rate, "", None),
        row("the same: processor, a line", None, [many["cpu"] / many["came"]], lambda one: f"{1e6 * one:.0f} us"),
        row("the same: longest hold-up of the event loop", None, [many["late"]], milliseconds),
        row("the same: memory at its peak", MEMORY_MIB, [many["memory_mib"]], "{:.0f} MiB".format),
    ]


def _pane(where: str, pane: PaneTimes, over_kubectl: float | None, key_seconds: float) -> list[Row]:
    ratios = [ours / other for ours, other in zip(pane.ours, pane.kubectl, strict=True)]
    return [
        row(f"{LINES:,} lines of a pod {where}, in the pane, over kubectl", over_kubectl, ratios, "{:.2f} x".format),
        row("the same: key -> last line", None, pane.ours, seconds),
        row("`kubectl logs`: started -> ended", None, pane.kubectl, seconds),
        row("processor time from the key to the last line, seven typed keys included", None, pane.cpu, seconds),
        row("processor time of `kubectl logs`", None, pane.kubectl_cpu, seconds),
        row("key meanwhile -> changed screen", key_seconds, pane.keys, milliseconds),
        row(f"memory of the program after {len(pane.ours)} of them", None, [pane.memory_mib], "{:.0f} MiB".format),
    ]


def main(argv: Sequence[str]) -> int:
    """Measure and tell; returns 0 when every bar is met, 1 when one is not, 2 when something went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.logs", description="logs against their bars")
    page.add_write(parser)
    options = parser.parse_args(argv)
    as_installed()
    try:
        say("a long log on the real cluster")
        real, kubernetes, restless = asyncio.run(measure_real(PATIENCE))
        restless = not asyncio.run(calm(PATIENCE)) or restless
        with hosting("tests.bench.logs.host") as host:
            kubeconfig = host.told()["kubeconfig"]
            say("a long log of ready bytes")
            ready = measure_pane(Place(kubeconfig, NAMESPACE, str(binaries.ensure()["kubectl"])))
            say("many logs")
            many = _follow(kubeconfig)
    except (BenchError, K8stuiError, RealClusterError) as error:
        say(f"{error}\nNothing was written.")
        return EXIT_ERROR
    where = circumstances(
        Machine.this(),
        ("Kubernetes and kubectl", kubernetes),
        ("load of the machine", f"{os.getloadavg()[0]:.1f}"),
        ("begun on a busy machine", "yes" if restless else "no"),
    )
    return page.tell_promises(LOGS, _INTRODUCTION, rows(real, ready, many), where, keep=options.write)


def _follow(kubeconfig: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.logs.follower", kubeconfig]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode:
        raise BenchError("the logs could not be followed")
    told: dict[str, float] = json.loads(ran.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
