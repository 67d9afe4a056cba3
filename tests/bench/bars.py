"""The bars: what k8stui promises about its speed, and whether the measurements meet them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from tests.bench.floors import HANDOVER, WATCH, FloorRun
from tests.bench.live import Live
from tests.bench.ours import OurRun
from tests.bench.rows import Row, milliseconds, row, seconds
from tests.bench.shapes import CHAIN, CONTAINERS, FAN, Shape
from tests.bench.startup import Startup

FLOOR = {CHAIN: HANDOVER, FAN: HANDOVER, CONTAINERS: WATCH}
"""The floor that a kind of shape is held against: containers cannot hand over, so theirs is the watch."""

RATIO = {CHAIN: 1.1, FAN: 1.1, CONTAINERS: 1.1}
SUBMIT_SECONDS = 1.0
RETURN_SECONDS = 0.2
MEMORY_MIB = 40.0
RUNNER_SECONDS = 0.060
IMPORT_SECONDS = 0.100
VERSION_SECONDS = 0.150
POD_SECONDS, SHARD_SECONDS, RUN_SECONDS = 0.010, 0.040, 0.001


@dataclass
class ShapeResult:
    """All measurements of one shape; the n-th of each list belong together.

    Attributes:
        shape: The shape.
        floors: Measurements by floor.
        ours: Measurements of k8stui.
    """

    shape: Shape
    floors: dict[str, list[FloorRun]] = field(default_factory=dict)
    ours: list[OurRun] = field(default_factory=list)

    def ratio(self, floor: str) -> float | None:
        """Median of the pairs' ratios; None when the floor was not measured."""
        pairs = list(zip(self.ours, self.floors.get(floor, ()), strict=False))
        return median(ours.seconds / other.seconds for ours, other in pairs) if pairs else None


def rows(results: Iterable[ShapeResult], startup: Startup | None, live: Live | None) -> list[Row]:
    """The promises that these measurements can judge."""
    measured = [result for result in results if result.ours]
    found = [_ratio_row(result) for result in measured]
    runs = [run for result in measured for run in result.ours]
    if runs:
        found += [
            row("submit -> first step pod created", SUBMIT_SECONDS, [run.submit_seconds for run in runs], seconds),
            row(
                "last step done -> synchronous client returns",
                RETURN_SECONDS,
                [run.return_seconds for run in runs],
                seconds,
            ),
            row(
                "master's memory at its peak, largest of all runs",
                MEMORY_MIB,
                [run.master.memory_mib for run in runs],
                "{:.1f} MiB".format,
                of=max,
            ),
        ]
    if startup:
        found += [
            _single("CPU the runner adds to `python -c pass` in a step", RUNNER_SECONDS, startup.runner),
            _single(
                "the same in an image without bytecode of the standard library", None, startup.runner_without_bytecode
            ),
            _single("`import k8stui`", IMPORT_SECONDS, startup.imported),
            _single("`from k8stui import pipeline, step`", None, startup.imported_names),
            _single("`k8stui --version`", VERSION_SECONDS, startup.version),
        ]
    if live:
        found += [
            _single("CPU of a view of 2,000 steps, one pod changed", POD_SECONDS, live.pod),
            _single("CPU of a view of 2,000 steps, 500 of them changed", SHARD_SECONDS, live.shard),
            _single("CPU of a view of 1,000 runs, one changed", RUN_SECONDS, live.run),
        ]
    return found


def _ratio_row(result: ShapeResult) -> Row:
    floor, bar = FLOOR[result.shape.kind], RATIO[result.shape.kind]
    ratios = [ours.seconds / other.seconds for ours, other in zip(result.ours, result.floors[floor], strict=True)]
    return row(
        f"{result.shape.name}: first step pod created -> last step done, over the {floor} floor",
        bar,
        ratios,
        "{:.2f} x".format,
    )


def _single(claim: str, bar: float | None, value: float) -> Row:
    return row(claim, bar, [value], milliseconds)
