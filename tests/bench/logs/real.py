"""The same pods on the real cluster, whose kubelet gives out what the containers wrote."""

from __future__ import annotations

import asyncio
from inspect import getsource

from k8stui.cluster.resources import PODS
from tests.bench.harness import Bench, bench_namespace, wait_out
from tests.bench.logs.layout import LINES, LONG, SHORT, line
from tests.bench.logs.pane import PaneTimes, Place, measure_pane
from tests.cluster.contract.manifests import pod
from tests.cluster.real.facts import Facts

PATIENCE = 180.0

_WRITING = f"import sys\n{getsource(line)}\nsys.stdout.buffer.writelines(map(line, range({LINES})))\n"
"""The program in the container."""


async def measure_real(patience: float) -> tuple[PaneTimes, str, bool]:
    """Measure the pane and kubectl there: the times, the server's version, and whether the machine was busy.

    Raises:
        BenchError: The pods do not end, or the lines do not come.
    """
    facts = Facts.load()
    async with bench_namespace(facts, patience=patience) as bench:
        await _write(bench)
        await bench.calm()
        place = Place(facts.kubeconfig, bench.namespace, facts.binaries["kubectl"])
        times = await asyncio.to_thread(measure_pane, place)
        return times, await bench.cluster.version(), bench.restless > 0


async def _write(bench: Bench) -> None:
    """Make the pods, and wait until all have written and ended."""
    for name in (*SHORT, *LONG):
        await bench.cluster.create(pod(name, _WRITING if name in LONG else "print('short')"))

    async def going_on() -> str:
        phases = {item["status"].get("phase") for item in await bench.cluster.list(PODS)} - {"Succeeded"}
        return f"pods did not end in {PATIENCE:.0f} s: {', '.join(map(str, phases))}" if phases else ""

    await wait_out(going_on, PATIENCE)
