"""A program of the bench that holds a cluster, in a process of its own: it is told lines, and tells JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.errors import BenchError


class Hosting:
    """The program, while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def told(self) -> dict[str, Any]:
        """What it says next.

        Raises:
            BenchError: It says nothing more; why stands on standard error.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            raise BenchError(f"the cluster did not start: it said {line!r}") from None
        return told

    def say(self, command: str) -> float:
        """Tell it something; gives when, on the clock of `time.perf_counter`."""
        now = time.perf_counter()
        if self._process.stdin:
            self._process.stdin.write(f"{command}\n")
            self._process.stdin.flush()
        return now

    def end(self) -> None:
        """Tell it nothing any more."""
        if self._process.stdin:
            self._process.stdin.close()


@contextmanager
def hosting(module: str, *arguments: str) -> Iterator[Hosting]:
    """Start the program of a module; it ends when nobody can tell it anything any more."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Hosting(process)
        finally:
            if process.stdin:
                process.stdin.close()
