"""The machine a measurement was made on, and whether it is calm enough to make one."""

from __future__ import annotations

import asyncio
import compileall
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

CALM = 0.15
"""Share of the processors' time that may be in use when a measurement begins."""

PATIENCE = 20.0
"""Seconds to wait for that; then it begins all the same, and the report says how often."""

_WINDOW = 0.5

_SOURCES = tuple(Path(__file__).parents[2] / room for room in ("engine", "tui"))


def as_installed() -> None:
    """Compile the program's modules, as pip does: with PYTHONDONTWRITEBYTECODE set, every start would do that again."""
    for folder in _SOURCES:
        compileall.compile_dir(folder, quiet=1)


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has taken, in seconds, user and system, all its threads (proc(5))."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Machine:
    """What numbers depend on.

    Attributes:
        cpu: Model of the processor.
        cores: How many of them this process may use.
        memory_gib: Memory in GiB.
        kernel: Release of the Linux kernel.
        python: Version of the interpreter that runs the bench.
    """

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    python: str

    @classmethod
    def this(cls) -> Machine:
        """This machine, from /proc."""
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        kib = int(Path("/proc/meminfo").read_text().split()[1])
        return cls(
            cpu=models[0] if models else platform.machine(),
            cores=len(os.sched_getaffinity(0)),
            memory_gib=kib / 2**20,
            kernel=platform.release(),
            python=platform.python_version(),
        )


async def calm(patience: float = PATIENCE) -> bool:
    """Wait until the machine does little else; False when it does not come to rest in so many seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        busy, total = _ticks()
        await asyncio.sleep(_WINDOW)
        busy_now, total_now = _ticks()
        if busy_now - busy <= CALM * max(1, total_now - total):
            return True
    return False


def _ticks() -> tuple[int, int]:
    """Processor time in use and in all, in clock ticks since boot (proc(5), /proc/stat)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)
