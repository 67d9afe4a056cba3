"""From a change of status in the cluster to the screen that shows it: of a run in the table, of a step in the tree."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from tests.bench.screens import view
from tests.bench.screens.hosted import Hosted
from tests.bench.screens.keys import BACK_TAB
from tests.bench.screens.recorder import Recorder

ROUNDS = 16


@dataclass(frozen=True)
class Changes:
    """Seconds, one for each change.

    Attributes:
        run: A run's record tells another state.
        step: A step's pod succeeds.
    """

    run: list[float]
    step: list[float]


def measure_changes(cluster: Hosted, terminal: Recorder, rounds: int = ROUNDS) -> Changes:
    """Change one after the other and see it come; the keys go to the table, with the cursor on the long run.

    Raises:
        BenchError: A change does not come to the screen.
    """
    chance = random.Random(11)
    runs, steps = [], []
    visible = cluster.scene.short[: rounds // 2]
    for number in range(rounds):
        run, state = visible[number % len(visible)], "pending" if number < len(visible) else "running"
        time.sleep(chance.uniform(0.3, 0.6))
        terminal.catch_up()
        began = cluster.tell(run, state)
        shown = terminal.when(lambda lines: view.status_of_run(lines, run) == state, f"{run} {state}")  # noqa: B023 - called at once
        runs.append(shown - began)
    terminal.press("\t")
    terminal.when(lambda lines: view.active_pane(lines) == "STEPS", "the keys go to the steps")
    for step in list(cluster.scene.running)[:rounds]:
        _go_to(terminal, step)
        time.sleep(chance.uniform(0.3, 0.6))
        terminal.catch_up()
        began = cluster.end(step)
        shown = terminal.when(lambda lines: view.status_of_step(lines, step) == "succeeded", step)  # noqa: B023 - called at once
        steps.append(shown - began)
    terminal.press(BACK_TAB)
    terminal.settle()
    return Changes(runs, steps)


def _go_to(terminal: Recorder, step: str) -> None:
    terminal.press(f"/{step}")
    terminal.when(lambda lines: step in view.step_at_cursor(lines), f"the cursor on {step}")
    terminal.press("enter")
    terminal.settle()
    terminal.press("\x1b")  # or the next one would be typed behind it
    terminal.when(lambda lines: step in view.step_at_cursor(lines), f"the cursor on {step} among all")
    terminal.settle()
