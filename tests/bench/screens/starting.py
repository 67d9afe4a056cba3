"""From the start of the process to the first painted screen, with floors: an interpreter, and an app with one label."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.errors import BenchError
from tests.bench.screens import view
from tests.bench.screens.hosted import Hosted
from tests.bench.screens.recorder import Recorder

ROUNDS = 5

ROOT = Path(__file__).parents[3]
SCRIPT = Path(sys.executable).with_name("k8stui")

_LABEL = "painted"
_LEAST = f"""
from textual.app import App
from textual.widgets import Static

class Least(App):
    def compose(self):
        yield Static({_LABEL!r})

Least().run()
"""


@dataclass
class Starting:
    """Seconds since the process was started, one of each for every round.

    Attributes:
        least: A Textual app with one label, painted: the floor.
        painted: `k8stui`: the whole screen is painted.
        first: `k8stui`: the first runs are on the screen.
        listed: `k8stui`: 1,000 runs are listed and watched.
        steps: `k8stui`: the newest run is looked at, and its 10,000 steps are there too.
        demo: `make demo`: the whole screen is painted.
        demo_runs: `make demo`: the first run is on it.
    """

    least: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    listed: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    demo: list[float] = field(default_factory=list)
    demo_runs: list[float] = field(default_factory=list)


def measure_starting(cluster: Hosted, rounds: int = ROUNDS) -> Starting:
    """Measure all of it.

    Raises:
        BenchError: Something does not start, or is not installed.
    """
    if not SCRIPT.exists():
        raise BenchError(f"there is no {SCRIPT.name} beside this interpreter: install the project first")
    found = Starting()
    for number in range(-1, rounds):  # The first time is for the page cache and the bytecode.
        measured = Starting()
        with _started([sys.executable, "-c", _LEAST]) as terminal:
            measured.least.append(terminal.when(lambda lines: _LABEL in lines[0], "the label") - terminal.began)
        with _started([str(SCRIPT)], KUBECONFIG=str(cluster.scene.kubeconfig)) as terminal:
            measured.painted.append(terminal.when(view.painted, "the screen") - terminal.began)
            shown = terminal.when(lambda lines: bool(view.run_at_cursor(lines)), "a run")
            measured.first.append(shown - terminal.began)
            measured.listed.append(terminal.when(view.live, "the runs") - terminal.began)
            there = terminal.when(lambda lines: _of_newest(lines, cluster), "the steps")
            measured.steps.append(there - terminal.began)
        if number < 1 or number % 3 == 0:  # It ends slowly, and is the same program.
            with _started(["make", "-C", str(ROOT), "--no-print-directory", "demo"]) as terminal:
                measured.demo.append(terminal.when(view.painted, "the demo's screen") - terminal.began)
                shown = terminal.when(lambda lines: bool(view.run_at_cursor(lines)), "a run of the demo")
                measured.demo_runs.append(shown - terminal.began)
                terminal.press("q")
                terminal.exit_code()
        if number >= 0:
            for name, values in vars(measured).items():
                getattr(found, name).extend(values)
    return found


def _of_newest(lines: Sequence[str], cluster: Hosted) -> bool:
    return bool(view.step_at_cursor(lines)) and cluster.scene.long in view.row_at_cursor(lines)


@contextmanager
def _started(command: Sequence[str], **env: str) -> Iterator[Recorder]:
    with Recorder(command, columns=view.COLUMNS, rows=view.ROWS, env=env) as terminal:
        yield terminal
