"""What a run's master costs, read from outside: the cluster's node is this machine, so its process is in our /proc."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import cpu_seconds

INTERVAL = 0.2
"""Seconds between two looks; memory is a high-water mark that the kernel keeps, CPU lacks at most the last of them."""


@dataclass(frozen=True)
class MasterCost:
    """What the process had used when it was last seen.

    Attributes:
        memory_mib: Largest resident memory in MiB.
        cpu: Processor time in seconds, user and system.
    """

    memory_mib: float
    cpu: float


class MasterWatch:
    """Looks at one run's master until it ends. Start `watch` as a task; `cost` is what is known so far."""

    def __init__(self) -> None:
        self.run = ""
        self.cost: MasterCost | None = None

    async def watch(self) -> None:
        """Look, as long as the process lives."""
        pid: int | None = None
        while True:
            if pid is None and self.run:
                pid = _find(self.run)
            if pid is not None:
                try:
                    self.cost = _read(pid)
                except (OSError, ValueError, KeyError):
                    return
            await asyncio.sleep(INTERVAL)


def _find(run: str) -> int | None:
    wanted = f"K8STUI_RUN={run}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            if (entry / "cmdline").read_bytes().rstrip(b"\0").endswith(b"\0master") and wanted in (
                entry / "environ"
            ).read_bytes().split(b"\0"):
                return int(entry.name)
    return None


def _read(pid: int) -> MasterCost:
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    return MasterCost(int(status["VmHWM"].split()[0]) / 1024, cpu_seconds(pid))
