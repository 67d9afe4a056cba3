"""What the program costs while nobody touches it: processor time and bytes, at rest and while much changes."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.bench.screens.recorder import Recorder

SECONDS = 20.0


@dataclass(frozen=True)
class Rest:
    """What so many seconds cost.

    Attributes:
        cpu: Share of one processor.
        bytes: To the terminal, a second.
        memory_mib: Memory held at the end, in MiB.
    """

    cpu: float
    bytes: float
    memory_mib: float


def measure_rest(terminal: Recorder, seconds: float = SECONDS) -> Rest:
    """Let the program be for so many seconds."""
    cpu, written, began = terminal.cpu(), terminal.bytes, time.perf_counter()
    time.sleep(seconds)
    took = time.perf_counter() - began
    return Rest((terminal.cpu() - cpu) / took, (terminal.bytes - written) / took, terminal.memory_mib())
