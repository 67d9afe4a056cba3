"""The Pods screen over ten thousand pods: start, keys, filter, changes and costs, at rest and in a storm."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.crowd.hosted import Crowded
from tests.bench.crowd.objects import DONE, RUNNING, STEPS
from tests.bench.screens import view
from tests.bench.screens.keys import PAGE_DOWN, PAGE_UP, PAUSES
from tests.bench.screens.recorder import Recorder
from tests.bench.screens.rest import Rest, measure_rest
from tests.bench.screens.slow import SlowRecorder
from tests.bench.screens.starting import SCRIPT

COLUMNS, ROWS = 140, 40
STARTS = 5
STORM = 500.0
"""Changes of status a second."""

KEYS = ["j"] * 14 + ["k"] * 6 + [PAGE_DOWN] * 6 + [PAGE_UP] * 3 + ["G", "k", "g", "j"]
FILTERS = ("status:failed", "status:running first_4", "r0150", "!succeeded", "node:node-3")
CHANGES = 16
SLOW_KEYS = ["j"] * 6 + [PAGE_DOWN] * 2 + ["k"] * 4
SHORT = 12.0
"""Seconds of a look at the costs; two of them tell whether memory grows."""

_STILL, _LOOK = 1.0, 0.05

Lines = Sequence[str]


@dataclass
class Felt:
    """What a person feels, at rest or in a storm.

    Attributes:
        rest: Processor, bytes and memory while nobody touches it.
        keys: Seconds from key to screen.
        changes: Seconds from a change of a visible pod to the screen.
        rate: Changes in the cluster a second.
    """

    rest: Rest
    keys: list[float]
    changes: list[float]
    rate: float = 0.0


@dataclass
class OnScreen:
    """All measurements of the screen.

    Attributes:
        rows: Seconds from the start of the process to the first rows, one for each start.
        listed: Seconds from the start to all pods, likewise.
        filters: Seconds from enter to the rows that match.
        calm: While nothing happens.
        storm: While much does.
        slow_keys: Seconds from key to screen over a slow line, in a storm.
        slow_changes: Seconds from a change to the screen over a slow line, in a storm.
    """

    rows: list[float] = field(default_factory=list)
    listed: list[float] = field(default_factory=list)
    filters: list[float] = field(default_factory=list)
    calm: Felt | None = None
    storm: Felt | None = None
    slow_keys: list[float] = field(default_factory=list)
    slow_changes: list[float] = field(default_factory=list)


def measure_screen(cluster: Crowded, starts: int = STARTS) -> OnScreen:
    """Measure all of it.

    Raises:
        BenchError: Something does not come to the screen.
    """
    found = OnScreen()
    for number in range(starts):
        with _started(cluster) as terminal:
            found.rows.append(terminal.when(has_rows, "the first rows") - terminal.began)
            found.listed.append(terminal.when(_all_there(cluster), "all pods") - terminal.began)
            if number == starts - 1:
                terminal.settle(1.0)
                found.calm = _felt(cluster, terminal)
                found.filters = _filtered(terminal)
                with cluster.storm(STORM) as rate:
                    found.storm = _felt(cluster, terminal)
                found.storm.rate = rate[0]
    with SlowRecorder([str(SCRIPT), "--screen", "pods"], columns=COLUMNS, rows=ROWS, env=_env(cluster)) as terminal:
        terminal.when(_all_there(cluster), "all pods over the slow line", seconds=60)
        with cluster.storm(STORM):
            time.sleep(2.0)
            found.slow_keys = _pressed(terminal, SLOW_KEYS, still=_STILL)
            terminal.press("g")
            found.slow_changes = _changed(cluster, terminal, CHANGES // 2)
    return found


def has_rows(lines: Lines) -> bool:
    """Whether there are pods on the screen."""
    return any("first" in line for line in lines[3:8])


def _all_there(cluster: Crowded) -> Callable[[Lines], bool]:
    least = len(cluster.pods)

    def there(lines: Lines) -> bool:
        words = lines[1].replace(",", "").split()
        return any(word.isdecimal() and int(word) >= least for word in words)

    return there


def _env(cluster: Crowded) -> dict[str, str]:
    return {"KUBECONFIG": str(cluster.kubeconfig)}


def _started(cluster: Crowded) -> Recorder:
    return Recorder([str(SCRIPT), "--screen", "pods"], columns=COLUMNS, rows=ROWS, env=_env(cluster))


def _felt(cluster: Crowded, terminal: Recorder) -> Felt:
    rest = measure_rest(terminal, SHORT)
    keys = _pressed(terminal, KEYS)
    terminal.press("g")
    return Felt(rest, keys, _changed(cluster, terminal, CHANGES))


def _pressed(terminal: Recorder, keys: Sequence[str], still: float = 0.0) -> list[float]:
    """Press one after the other, each when the cursor has not moved for so many seconds.

    Over a slow line what the key before has drawn comes in pieces, and would be taken for the answer to the next one.
    """
    chance = random.Random(7)
    found = []
    for key in keys:
        time.sleep(chance.uniform(*PAUSES))
        before = _when_still(terminal, still)
        began = terminal.press(key)
        found.append(terminal.when(lambda lines: _at_cursor(lines) != before, f"{key!r} leaves {before!r}") - began)  # noqa: B023 - called here only
    return found


def _when_still(terminal: Recorder, still: float) -> str:
    terminal.catch_up()
    before, since = _at_cursor(terminal.lines()), time.perf_counter()
    while time.perf_counter() - since < still:
        time.sleep(_LOOK)
        terminal.catch_up()
        if (now := _at_cursor(terminal.lines())) != before:
            before, since = now, time.perf_counter()
    return before


def _at_cursor(lines: Lines) -> str:
    return view.row_at_cursor(lines).split("fan-", 1)[-1].split(" ", 1)[0]


def _changed(cluster: Crowded, terminal: Recorder, rounds: int) -> list[float]:
    """Pods of the newest run, which stand in sight, end and run again."""
    chance, found = random.Random(11), []
    seen = [cluster.pods[STEPS - 2 - place] for place in range(8)]
    terminal.when(lambda lines: all(_status_of(lines, pod) for pod in seen), "the newest run in sight")
    for number in range(rounds):
        pod = seen[number % len(seen)]
        time.sleep(chance.uniform(0.2, 0.5))
        terminal.catch_up()
        status = DONE if _status_of(terminal.lines(), pod) == RUNNING else RUNNING
        began = cluster.turn(pod, status)
        found.append(terminal.when(lambda lines: _status_of(lines, pod) == status, f"{pod} {status}") - began)  # noqa: B023 - called here only
    return found


def _status_of(lines: Lines, pod: str) -> str:
    return next((line[2:].split()[0] for line in lines[3:] if f" {pod} " in line), "")


def _filtered(terminal: Recorder) -> list[float]:
    """From enter to the title that says how many match; what was typed is in the prompt already."""
    found = []
    for text in FILTERS:
        terminal.press("/")
        terminal.settle(0.1)
        for letter in text[:-1]:
            terminal.press(letter)
        terminal.settle(0.4)
        began = terminal.press(text[-1])
        shown = terminal.when(lambda lines: f"/{text}" in lines[1], f"the filter {text}")  # noqa: B023 - called here only
        found.append(shown - began)
        terminal.press("enter")
        terminal.settle(0.2)
        terminal.press("\x1b")
        terminal.settle(0.4)
    return found
