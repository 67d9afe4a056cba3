"""A terminal that remembers when each piece of output came; what it shows is worked out only when somebody looks.

A terminal emulator in Python takes longer for a screen than the program under measurement does, so it must not run
before the clock was read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.bench.errors import BenchError
from tests.bench.machine import cpu_seconds
from tests.terminal.terminal import KEYS, Terminal

PATIENCE = 30.0

QUIET = 0.25
"""Seconds without output after which a screen is taken to be complete."""


class Recorder(Terminal):
    """A program on a terminal, with the time of everything it writes.

    Attributes:
        began: When it was started, on the clock of `time.perf_counter`.
        bytes: How many bytes it has written.
        moment: When the piece of output came that was shown last.
    """

    WRAPPER: ClassVar[Sequence[str]] = ()

    def __init__(
        self, command: Sequence[str], *, columns: int, rows: int, env: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(command, columns=columns, rows=rows, env=env)
        self._pieces: list[tuple[float, bytes]] = []
        self._shown = 0
        self.bytes = 0
        self.moment = 0.0
        self.began = time.perf_counter()

    def _take(self, data: bytes) -> None:
        now = time.perf_counter()
        with self._moved:
            self._pieces.append((now, data))
            self.bytes += len(data)
            self._moved.notify_all()

    def press(self, key: str) -> float:
        """Press a key; gives when."""
        now = time.perf_counter()
        os.write(self.master, KEYS.get(key, key).encode())
        return now

    def catch_up(self) -> None:
        """Show all that has come until now."""
        for _ in self._news():
            pass

    def lines(self) -> list[str]:
        """The screen as it was when it was last looked at."""
        return list(self._screen.display)

    def when(self, holds: Callable[[Sequence[str]], bool], what: str, *, seconds: float = PATIENCE) -> float:
        """When the screen became as it should be: the time of the piece of output that made it so.

        Raises:
            BenchError: It did not within so many seconds.
        """
        deadline = time.perf_counter() + seconds
        while True:
            for moment in self._news():
                if holds(self._screen.display):
                    return moment
            with self._moved:
                left = deadline - time.perf_counter()
                if left <= 0:
                    screen = "\n".join(self._screen.display)
                    raise BenchError(f"not within {seconds:g} s: {what}. The screen:\n{screen}")
                if self._shown == len(self._pieces):
                    self._moved.wait(min(left, 0.5))

    def settle(self, quiet: float = QUIET, *, seconds: float = PATIENCE) -> None:
        """Wait until nothing was written for a while.

        Raises:
            BenchError: It never ends.
        """
        deadline = time.perf_counter() + seconds
        with self._moved:
            while True:
                count = len(self._pieces)
                if not self._moved.wait_for(lambda: len(self._pieces) > count, quiet):  # noqa: B023 - called here only
                    break
                if time.perf_counter() > deadline:
                    last = b"".join(data for _, data in self._pieces[-3:])
                    raise BenchError(f"the program still writes after {seconds:g} s, last {last!r}")
        self.catch_up()

    def cpu(self) -> float:
        """Processor time the program has used, in seconds, user and system, all its threads."""
        return cpu_seconds(self.process.pid)

    def memory_mib(self) -> float:
        """Memory it holds now, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def _news(self) -> Iterator[float]:
        """Show what came since the last look, piece by piece; gives the time of each that is shown now."""
        while True:
            with self._moved:
                if self._shown == len(self._pieces):
                    return
                moment, data = self._pieces[self._shown]
                self._shown += 1
            if not data:
                raise BenchError(f"the program ended. The screen:\n{self.text}")
            self._stream.feed(data)
            self.moment = moment
            yield moment
