"""What the screens promise about their speed, and whether the measurements meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from tests.bench.machine import Machine
from tests.bench.page import SCREENS, Section, Table, circumstances
from tests.bench.rows import HEAD, Row, milliseconds, row, seconds, share
from tests.bench.screens.changes import Changes
from tests.bench.screens.keys import HELD, Latencies
from tests.bench.screens.rest import SECONDS, Rest
from tests.bench.screens.starting import Starting

PAINTED_SECONDS, DEMO_SECONDS = 0.5, 2.0
REST_KEY, BUSY_KEY, BUSY_KEY_MAX = 0.015, 0.040, 0.100
CHANGE_SECONDS = 0.300
IDLE_CPU, IDLE_BYTES = 0.01, 50.0

_KEYS = (
    "keys in",
    "pressed",
    "at rest: median",
    "9 of 10 within",
    "longest",
    "busy: median",
    "9 of 10 within",
    "longest",
)

_INTRODUCTION = f"""\
Written by `make bench-tui`. The real program on a pseudo-terminal of 120x40, looking at an embedded cluster with 1,000
runs, 21 of them under way, one of these with 10,000 steps of which 1,200 have ended and 40 run; its tree and its logs
are on the screen. Everything in it is older than an hour, so that no time on the screen counts seconds. Cluster and
bench are processes of their own on the same machine.

Each piece of output is stamped as it is read from the terminal, and a terminal emulator finds out afterwards which of
them made the screen as it should be. At rest nothing changes in the cluster; busy means that ten times a second a step
ends and another begins and five lines of log are written, and five times a second a run tells of itself. Keys are
pressed every 60 to 350 ms. A key counts as answered when what it is for is on the screen: the cursor on another line,
another first line of the log, the letter that was typed. Processor time and bytes are those of {SECONDS:.0f} s.
"""

_KEYS_TEXT = "From the key to the screen. What opens a pane or a screen draws nearly all of it anew, and is only told."


@dataclass(frozen=True)
class Measured:
    """All measurements of the screens.

    Attributes:
        starting: Starts of the program.
        calm: At rest.
        busy: While much changes.
        keys: Keys in both.
        changes: Changes of status, one at a time.
    """

    starting: Starting
    calm: Rest
    busy: Rest
    keys: Latencies
    changes: Changes


def section(measured: Measured, machine: Machine) -> tuple[Section, bool]:
    """The section of the page, and whether all bars are met."""
    found = _rows(measured)
    tables = (
        Table("Promises", HEAD, [one.cells for one in found]),
        Table("Keys", _KEYS, _key_lines(measured.keys), _KEYS_TEXT),
    )
    told = Section(SCREENS, _INTRODUCTION, tables, circumstances(machine))
    return told, not any(one.met is False for one in found)


def _rows(measured: Measured) -> list[Row]:
    starting, calm, busy, changes = measured.starting, measured.calm, measured.busy, measured.changes
    ratios = [ours / least for ours, least in zip(starting.painted, starting.least, strict=True)]
    return [
        row("`k8stui`: process started -> screen painted", PAINTED_SECONDS, starting.painted, seconds),
        row("a Textual app with one label, painted: the floor", None, starting.least, seconds),
        row("`k8stui` painted, over that floor", None, ratios, "{:.2f} x".format),
        row("`k8stui`: process started -> first runs on the screen", None, starting.first, seconds),
        row("`k8stui`: process started -> 1,000 runs listed and watched", None, starting.listed, seconds),
        row("`k8stui`: process started -> 10,000 steps on the screen", None, starting.steps, seconds),
        row("`make demo`, installed: started -> screen painted", DEMO_SECONDS, starting.demo, seconds),
        row("`make demo`, installed: started -> first run on it", None, starting.demo_runs, seconds),
        *_key_rows("at rest", REST_KEY, measured.keys.calm),
        *_key_rows("busy", BUSY_KEY, measured.keys.busy),
        row(
            "busy: longest wait for a key in runs and steps",
            BUSY_KEY_MAX,
            _moved(measured.keys.busy),
            milliseconds,
            of=max,
        ),
        row("status of a run changes -> on the screen", CHANGE_SECONDS, changes.run, milliseconds),
        row("status of a step changes -> on the screen", CHANGE_SECONDS, changes.step, milliseconds),
        row("at rest: processor", IDLE_CPU, [calm.cpu], share),
        row("at rest: bytes to the terminal a second", IDLE_BYTES, [calm.bytes], _bytes),
        row("at rest: memory", None, [calm.memory_mib], "{:.0f} MiB".format),
        row("busy: processor", None, [busy.cpu], share),
        row("busy: bytes to the terminal a second", None, [busy.bytes], _bytes),
    ]


def _key_rows(when: str, bar: float, found: dict[str, list[float]]) -> list[Row]:
    return [row(f"{when}: key in {pane} -> changed screen", bar, found[pane], milliseconds) for pane in HELD]


def _moved(found: dict[str, list[float]]) -> list[float]:
    return [*found["runs"], *found["steps"]]


def _key_lines(keys: Latencies) -> list[Sequence[str]]:
    return [
        (pane, str(len(calm)), *map(milliseconds, _spread(calm)), *map(milliseconds, _spread(keys.busy[pane])))
        for pane, calm in keys.calm.items()
    ]


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return median(values), quantiles(values, n=10, method="inclusive")[-1], max(values)


def _bytes(value: float) -> str:
    return f"{value:,.0f} B/s"
