"""From a key to the screen that it changed: in the list of runs, the tree of steps and the logs, at rest and not."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.screens import view
from tests.bench.screens.recorder import Recorder

PAGE_DOWN, PAGE_UP, LEFT, RIGHT, BACK_TAB = "\x1b[6~", "\x1b[5~", "\x1b[D", "\x1b[C", "\x1b[Z"

RUNS = ["j"] * 12 + ["k"] * 6 + [PAGE_DOWN] * 4 + [PAGE_UP] * 2 + ["G", "k", "g", "j"]
STEPS = ["j"] * 12 + ["k"] * 6 + [PAGE_DOWN] * 4 + [PAGE_UP] * 2 + ["G", "k", "g", LEFT, RIGHT]
LOGS = ["k"] * 12 + ["j"] * 6 + [PAGE_UP] * 4 + [PAGE_DOWN] * 2 + ["g", "j"]
FILTER = "status:failed"

HELD = ("runs", "steps", "logs", "filter")
"""What the promise is about; the others open a pane or a screen."""

PAUSES = (0.06, 0.35)
"""Seconds between two keys: as fast as one is repeated, to somebody who reads. Random in between, always the same."""

Sight = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Latencies:
    """Seconds from key to screen, by what they were pressed in.

    Attributes:
        calm: While nothing changes.
        busy: While much does.
    """

    calm: dict[str, list[float]]
    busy: dict[str, list[float]]


def measure_keys(terminal: Recorder) -> dict[str, list[float]]:
    """Press keys in each pane; the screen is the Runs screen with the cursor on the long run.

    Raises:
        BenchError: A key changed nothing.
    """
    chance = random.Random(7)

    def pressed(key: str, sight: Sight) -> float:
        time.sleep(chance.uniform(*PAUSES))
        before: list[str] = []

        def differs(lines: Sequence[str]) -> bool:
            return sight(lines) != before[0]

        terminal.catch_up()
        before.append(sight(terminal.lines()))
        began = terminal.press(key)
        return terminal.when(differs, f"{key!r} changes {before[0]!r}") - began

    found = {"runs": [pressed(key, view.run_at_cursor) for key in RUNS]}
    found["filter"] = [pressed("/", view.prompt), *(pressed(key, view.prompt) for key in FILTER)]
    pressed("\x1b", view.prompt)
    pressed("g", view.run_at_cursor)
    terminal.when(lambda lines: bool(view.step_at_cursor(lines)), "the steps are there again")
    terminal.when(lambda lines: bool(view.first_log_line(lines).strip()), "the logs are there again")
    found["panes"] = [pressed(BACK_TAB, view.active_pane)]
    pressed("k", view.first_log_line)  # From here on it is not followed: only keys move it.
    found["logs"] = [pressed(key, view.first_log_line) for key in LOGS]
    pressed("G", view.first_log_line)
    found["panes"] += [pressed("\t", view.active_pane), pressed("\t", view.active_pane)]
    found["steps"] = [pressed(key, view.step_at_cursor) for key in STEPS]
    found["panes"].append(pressed(BACK_TAB, view.active_pane))
    found["help"] = [pressed("?", _shown), pressed("q", _shown)]
    return found


def _shown(lines: Sequence[str]) -> str:
    return "help" if "Keys and commands" in "\n".join(lines[:8]) else ""
