"""What k8stui promises of runs with thousands of steps, and how the measurements are told."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.machine import Machine
from tests.bench.page import SCALE, Section, Table, circumstances
from tests.bench.rows import HEAD, Row
from tests.bench.scale.measure import ScaleRun
from tests.cluster.real.layout import KUBERNETES_VERSION

RATE, OF_ALLOWED = 250.0, 0.9
"""Steps a second, or so much of what the graph itself allows where that is less."""

WRITES = 3.0
MEMORY_MIB = {1000: 80.0, 10_000: 250.0}
"""By steps."""

FLAT = 1.25
"""What a step costs the master in the larger of two graphs of a kind, over the smaller."""

CPU_SECONDS = 0.005
OBJECT_BYTES = 1024 * 1024
"""What a ConfigMap may hold (Kubernetes documentation, "ConfigMaps")."""

_INTRODUCTION = """\
Written by `make bench-scale`. A real API server with its etcd and no node: a stand-in ends each step's pod 0 to 1 s
after its creation by one write of its status, as a kubelet that reports late would; the master runs as a process of
the same machine, and no step hands over. `fan` is as many steps at once; `web` is a random graph in which each step
takes what up to two earlier ones returned, so that for a third of its steps something must be written first. Steps a
second are those that ended, without the first and the last tenth of them; what the graph allows is the same where
master and API server take no time at all, since its pods live as long and wait for each other; in the brisk graph
they live 0 to 0.1 s, so that it allows ten times as much. etcd's bytes are those of all its writes, the stand-in's
included.
"""

HEADER = (
    "graph",
    "submitted in",
    "first pod created -> end recorded",
    "steps a second",
    "the graph allows",
    "writes a step",
    "of them of the record",
    "etcd written",
    "master's memory",
    "master's CPU a step",
    "API server's",
    "etcd's",
)


def scale_rows(runs: Sequence[ScaleRun]) -> list[Row]:
    """The promises that these measurements can judge."""
    found: list[Row] = []
    for run in runs:
        name, steps = run.graph.name, run.graph.steps
        bar = min(RATE, OF_ALLOWED * run.allowed)
        found += [
            Row(f"{name}: steps a second, sustained", f">= {bar:.0f}", f"{run.rate:.0f}", "", run.rate >= bar),
            _most(f"{name}: requests of the master that write, a step", run.writes / steps, WRITES, "{:.2f}"),
            _most(f"{name}: master's memory at its peak", run.master.memory_mib, MEMORY_MIB[steps], "{:.1f} MiB"),
            _most(f"{name}: master's CPU a step", 1000 * run.master.cpu / steps, 1000 * CPU_SECONDS, "{:.1f} ms"),
            _most(f"{name}: largest ConfigMap of the run", run.largest / 1024, OBJECT_BYTES / 1024, "{:.0f} KiB"),
        ]
    by_kind: dict[tuple[str, float], list[ScaleRun]] = {}
    for run in runs:
        by_kind.setdefault((run.graph.kind, run.graph.longest), []).append(run)
    for small, large in (pair for pair in by_kind.values() if len(pair) > 1):
        ratio = large.cpu_a_step / small.cpu_a_step
        claim = f"{large.graph.name}: master's CPU a step, over {small.graph.name}"
        found.append(_most(claim, ratio, FLAT, "{:.2f} x"))
    return found


def _most(claim: str, value: float, bar: float, shown: str) -> Row:
    return Row(claim, f"<= {shown.format(bar)}", shown.format(value), "", value <= bar)


def scale_line(run: ScaleRun) -> Sequence[str]:
    """A measurement as a line below `HEADER`."""
    steps = run.graph.steps
    return (
        run.graph.name,
        f"{run.submit_seconds:.2f} s",
        f"{run.seconds:.2f} s",
        f"{run.rate:.0f}",
        f"{run.allowed:.0f}",
        f"{run.writes / steps:.2f}",
        f"{run.record_writes / steps:.2f}",
        f"{run.etcd_bytes / 2**20:.1f} MiB",
        f"{run.master.memory_mib:.1f} MiB",
        f"{1000 * run.master.cpu / steps:.1f} ms",
        *(f"{1000 * run.others[name] / steps:.1f} ms" for name in ("kube-apiserver", "etcd")),
    )


def section(runs: Sequence[ScaleRun], machine: Machine, restless: int) -> Section:
    """All of it as a section of docs/performance.md."""
    promises = Table("Promises", HEAD, [row.cells for row in scale_rows(runs)])
    costs = Table("Times and costs", HEADER, [scale_line(run) for run in runs])
    where = circumstances(
        machine, ("Kubernetes", KUBERNETES_VERSION), ("measurements begun on a busy machine", str(restless))
    )
    return Section(SCALE, _INTRODUCTION, (promises, costs), where)
