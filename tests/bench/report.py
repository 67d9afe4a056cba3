"""The measurements of runs in the cluster as a section of docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench import rows
from tests.bench.bars import ShapeResult
from tests.bench.floors import HANDOVER, WATCH, FloorRun
from tests.bench.machine import Machine
from tests.bench.ours import OurRun
from tests.bench.page import ENGINE, Section, Table, circumstances

_TIMES = ("shape", "watch floor", "handover floor", "k8stui", "k8stui / watch", "k8stui / handover")
_COSTS = ("shape", "master's memory", "master's CPU", "etcd written: k8stui", "watch floor", "handover floor")

_INTRODUCTION = """\
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

_TIMES_TEXT = "First step pod created to last step done: medians, and medians of the pairs' ratios."

_COSTS_TEXT = """\
Of one run: medians, and the largest peak of memory. etcd's bytes are those of its write-ahead log with all that the
cluster itself writes about the pods, and for k8stui with the submission.
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
    """

    machine: Machine
    kubernetes: str
    rounds: int
    restless: int
    results: Sequence[ShapeResult]
    rows: Sequence[rows.Row]

    def section(self) -> Section:
        """All of it."""
        measured = [result for result in self.results if result.ours]
        return Section(
            ENGINE,
            _INTRODUCTION,
            (
                Table("Promises", rows.HEAD, [row.cells for row in self.rows]),
                Table("Times", _TIMES, [_times(result) for result in measured], _TIMES_TEXT),
                Table("Costs", _COSTS, [_costs(result) for result in measured], _COSTS_TEXT),
            ),
            circumstances(
                self.machine,
                ("Kubernetes", self.kubernetes),
                ("rounds", str(self.rounds)),
                ("measurements begun on a busy machine", str(self.restless)),
            ),
        )


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
