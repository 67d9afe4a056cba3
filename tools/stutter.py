"""Finds races: runs a command and stops random ones of its processes for a moment, over and over.

    .venv/bin/python -m tools.stutter -- .venv/bin/python -m pytest -n3 tests/faults
    .venv/bin/python -m tools.stutter -- make test-cluster

A test that took two things for simultaneous sees them far apart. It is no load: what waits for long enough passes. What
fails under it waits for something that need not happen, or is a fault of ours. In tests/terminal alone a failure may
mean nothing: a program that is continued takes its terminal once more, and tests there count that. Linux only.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> Iterator[int]:
    """All processes below one, at this moment."""
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from descendants(child)


def tell(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def main() -> int:
    """Run the command; gives its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.stutter", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stop", type=float, default=1.2, help="seconds that processes stand still, at the most")
    parser.add_argument("--go", type=float, default=1.0, help="seconds between, at the most")
    parser.add_argument("--share", type=float, default=0.4, help="of the processes, from 0 to 1")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    with subprocess.Popen(asked.command) as running:  # noqa: S603 - the developer's own command
        while running.poll() is None:
            chosen = [pid for pid in descendants(running.pid) if random.random() < asked.share]  # noqa: S311 - no secret
            try:
                tell(chosen, signal.SIGSTOP)
                time.sleep(random.uniform(0, asked.stop))  # noqa: S311 - no secret
            finally:
                tell(chosen, signal.SIGCONT)
            time.sleep(random.uniform(0, asked.go))  # noqa: S311 - no secret
        return running.returncode


if __name__ == "__main__":
    sys.exit(main())
