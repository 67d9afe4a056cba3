"""From the key to the last of 50,000 lines in the log pane of the real program, beside `kubectl logs`."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.logs.layout import LINES, LONG, SHORT
from tests.bench.machine import cpu_seconds
from tests.bench.screens import view
from tests.bench.screens.recorder import Recorder
from tests.bench.screens.starting import SCRIPT

TYPED, PAUSE = ":abcdef", 0.04
"""What is typed while the lines come, and the seconds between two keys."""

_SETTLED = 1.0


@dataclass(frozen=True)
class Place:
    """Where the pods are, and the kubectl to compare with: paths of a kubeconfig and a program, and a namespace."""

    kubeconfig: str
    namespace: str
    kubectl: str


@dataclass
class PaneTimes:
    """Seconds, one of each for every round.

    Attributes:
        ours: From the key to the last line on the screen, with all of them in the pane.
        kubectl: `kubectl logs` of the same pod, from its start to its end.
        cpu: Processor time of ours meanwhile, the typed keys included.
        kubectl_cpu: That of kubectl.
        keys: From a key that was pressed meanwhile to its letter on the screen.
        memory_mib: Memory of the program after all of it.
    """

    ours: list[float] = field(default_factory=list)
    kubectl: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    kubectl_cpu: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    memory_mib: float = 0.0


def measure_pane(place: Place) -> PaneTimes:
    """Measure both in turn.

    Raises:
        BenchError: The lines do not come.
    """
    found = PaneTimes()
    env = {"KUBECONFIG": place.kubeconfig}
    command = [str(SCRIPT), "--screen", "pods", "--namespace", place.namespace]
    with Recorder(command, columns=160, rows=view.ROWS, env=env) as terminal:
        terminal.when(lambda lines: _selected(lines, SHORT[0]), "the first pod")
        terminal.settle(_SETTLED)
        for pod in LONG:
            took, cpu = _kubectl(place, pod)
            found.kubectl.append(took)
            found.kubectl_cpu.append(cpu)
            cpu = cpu_seconds(terminal.process.pid)
            began = terminal.press("j")
            pressed = []
            for key in TYPED:
                time.sleep(PAUSE)
                pressed.append(terminal.press(key))
            arrived = _arrivals(terminal, pod)
            found.cpu.append(cpu_seconds(terminal.process.pid) - cpu)
            found.ours.append(arrived.pop() - began)
            found.keys += [shown - moment for shown, moment in zip(arrived, pressed, strict=True)]
            terminal.press("escape")
            terminal.when(lambda lines: not _typed(lines).startswith(TYPED[0]), "no prompt")
            terminal.settle()
        found.memory_mib = terminal.memory_mib()
    return found


def _arrivals(terminal: Recorder, pod: str) -> list[float]:
    """When each of the typed keys was on the screen, and when all lines of the pod were."""
    seen: dict[str, float] = {}
    texts = [TYPED[:count] for count in range(1, len(TYPED) + 1)]

    def all_seen(lines: Sequence[str]) -> bool:
        typed = _typed(lines)
        for text in texts:
            if typed.startswith(text):
                seen.setdefault(text, terminal.moment)
        if _all_there(lines, pod):
            seen.setdefault(pod, terminal.moment)
        return len(seen) > len(texts)

    terminal.when(all_seen, f"all lines of {pod}, and {TYPED!r} in the prompt")
    return [seen[text] for text in (*texts, pod)]


def _typed(lines: Sequence[str]) -> str:
    return view.prompt(lines).replace(" ", "")


def _all_there(lines: Sequence[str], pod: str) -> bool:
    text = "\n".join(lines)
    return _selected(lines, pod) and f"{LINES:,} lines" in text and f"epoch {LINES - 1} " in text


def _selected(lines: Sequence[str], pod: str) -> bool:
    return any(f"pod:{pod}" in line for line in lines)


def _kubectl(place: Place, pod: str) -> tuple[float, float]:
    """Seconds that it took, and of processor time."""
    command = [place.kubectl, "--kubeconfig", place.kubeconfig, "--namespace", place.namespace, "logs", pod]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
