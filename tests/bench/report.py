"""The measurements as tables: in the terminal, and in docs/performance.md with the machine they were made on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from k8stui.version import __version__
from tests.bench.bars import Row, ShapeResult
from tests.bench.floors import HANDOVER, WATCH, FloorRun
from tests.bench.machine import Machine
from tests.bench.ours import OurRun
from tests.bench.scale.bars import HEADER, scale_line
from tests.bench.scale.measure import ScaleRun

_BARS = ("what", "bar", "measured", "range", "")
_TIMES = ("shape", "watch floor", "handover floor", "k8stui", "k8stui / watch", "k8stui / handover")
_COSTS = ("shape", "master's memory", "master's CPU", "etcd written: k8stui", "watch floor", "handover floor")

_INTRODUCTION = """\
# Performance

Written by `make bench`. Every number of k8stui stands beside a floor that was measured in the same minutes on the same
cluster: pods like k8stui's that do nothing, created by the bench itself, with no master's pod. The `watch` floor
creates the next pod when a watch shows that the one before has terminated. In the `handover` floor each pod says by one
TCP message that it is done, and the next is created at once. `chain20` is 20 steps one after the other, `fan30` is 30
steps at once, `containers20` is a chain of 20 steps that are plain containers, which k8stui can only watch.

k8stui runs as a user runs it: the pipeline is traced and submitted, and a client on the same machine follows it with
its logs to the end. Measurements alternate; each begins when all pods before it are gone and the machine is calm;
ratios are medians of the ratios of pairs. "First step pod created" is when the master hands it to the API server,
checked against the pods' creation times. "Last step done" is when master or floor knows it.
"""

_TIMES_TEXT = """\
## Times

First step pod created to last step done: medians, and medians of the pairs' ratios.
"""

_COSTS_TEXT = """\
## Costs

Of one run: medians, and the largest peak of memory. etcd's bytes are those of its write-ahead log with all that the
cluster itself writes about the pods, and for k8stui with the submission.
"""


_SCALE_TEXT = """\
## Runs of thousands of steps

A real API server with its etcd and no node: a stand-in ends each step's pod 0 to 1 s after its creation by one write of
its status, as a kubelet that reports late would; the master runs as a process of the same machine, without handover
from any step. `fan` is as many steps at once; `web` is a random graph in which each step takes what up to two
earlier ones returned, so that a third of its steps needs the record to be written first. Steps a second are those that
ended, without the first and the last tenth of them. etcd's bytes are those of all its writes, the stand-in's included.
"""


@dataclass(frozen=True)
class Report:
    """What is told of one bench.

    Attributes:
        machine: Where.
        kubernetes: Version of the API server.
        rounds: How many pairs of each shape.
        restless: How many measurements began on a machine that was busy with something else.
        results: Measurements by shape.
        rows: The promises.
        scale: Measurements of runs of thousands of steps.
    """

    machine: Machine
    kubernetes: str
    rounds: int
    restless: int
    results: Sequence[ShapeResult]
    rows: Sequence[Row]
    scale: Sequence[ScaleRun] = ()

    def text(self) -> str:
        """For a terminal."""
        parts = [_plain(header, body) for header, body in self._tables() if body]
        return "\n\n".join([*parts, "; ".join(f"{name}: {value}" for name, value in self._circumstances())])

    def markdown(self) -> str:
        """The page docs/performance.md."""
        promises, times, costs, scale = self._tables()
        parts = [
            _INTRODUCTION,
            "## Promises\n",
            _marked(*promises) + "\n",
            _TIMES_TEXT,
            _marked(*times) + "\n",
            _COSTS_TEXT,
            _marked(*costs) + "\n",
            _SCALE_TEXT,
            _marked(*scale) + "\n",
            "## Where\n",
            _marked(("", ""), self._circumstances()),
        ]
        return "\n".join(parts) + "\n"

    def _tables(self) -> list[tuple[Sequence[str], list[Sequence[str]]]]:
        verdict = {True: "met", False: "NOT MET", None: ""}
        promises: list[Sequence[str]] = [
            (row.claim, row.bar, row.measured, row.spread, verdict[row.met]) for row in self.rows
        ]
        measured = [result for result in self.results if result.ours]
        return [
            (_BARS, promises),
            (_TIMES, [_times(result) for result in measured]),
            (_COSTS, [_costs(result) for result in measured]),
            (HEADER, [scale_line(run) for run in self.scale]),
        ]

    def _circumstances(self) -> list[Sequence[str]]:
        machine = self.machine
        return [
            ("date", datetime.now(UTC).strftime("%Y-%m-%d")),
            ("k8stui", __version__),
            ("Kubernetes", self.kubernetes),
            ("processor", f"{machine.cpu}, {machine.cores} cores, shared by cluster, pods and client"),
            ("memory", f"{machine.memory_gib:.1f} GiB"),
            ("kernel", machine.kernel),
            ("Python of the client", machine.python),
            ("rounds", str(self.rounds)),
            ("measurements begun on a busy machine", str(self.restless)),
        ]


def _times(result: ShapeResult) -> Sequence[str]:
    def ratio(floor: str) -> str:
        value = result.ratio(floor)
        return "" if value is None else f"{value:.2f}"

    floors = [_seconds(result.floors.get(floor, ())) for floor in (WATCH, HANDOVER)]
    return (result.shape.name, *floors, _seconds(result.ours), ratio(WATCH), ratio(HANDOVER))


def _seconds(runs: Sequence[FloorRun | OurRun]) -> str:
    return f"{median(run.seconds for run in runs):.2f} s" if runs else ""


def _costs(result: ShapeResult) -> Sequence[str]:
    def written(runs: Sequence[FloorRun | OurRun]) -> str:
        return f"{median(run.etcd_bytes for run in runs) / 1024:.0f} KiB" if runs else ""

    return (
        result.shape.name,
        f"{max(run.master.memory_mib for run in result.ours):.1f} MiB",
        f"{median(run.master.cpu for run in result.ours):.2f} s",
        written(result.ours),
        written(result.floors.get(WATCH, ())),
        written(result.floors.get(HANDOVER, ())),
    )


def _plain(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(header, *body, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in (header, ["-" * w for w in widths], *body))
    return "\n".join(lines)


def _marked(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)
