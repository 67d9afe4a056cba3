"""A program on a real pseudo-terminal, its screen read by a terminal emulator (pyte)."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import ClassVar, Self

import pyte

PATIENCE = 100.0
"""Seconds to wait for something that should appear."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "ctrl+c": "\x03",
    "backspace": "\x7f",
}

ALTERNATE_SCREEN, MAIN_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"


_OWN_TERMINAL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the controlling one of the program's session, as a login does: that is where signals come from.

Of them, one is not left ignored as by whoever started the tests with nohup.
"""


class Terminal:
    """A program and its terminal; a context manager that ends the program.

    Attributes:
        output: Everything the program wrote.
    """

    WRAPPER: ClassVar[Sequence[str]] = (sys.executable, "-c", _OWN_TERMINAL)
    """What the program is started by."""

    def __init__(
        self, command: Sequence[str], *, columns: int = 120, rows: int = 40, env: Mapping[str, str] | None = None
    ) -> None:
        self._command, self._columns, self._rows = list(command), columns, rows
        self._env = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            **(env or {}),
        }
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)
        self._dropped = threading.Event()
        self._idle = threading.Event()  # nothing was read that is not on the screen yet
        self._idle.set()
        self.output = bytearray()

    def __enter__(self) -> Self:
        self.master, slave = pty.openpty()
        self._set_size(slave)
        self.before = termios.tcgetattr(slave)
        self._slave = slave
        self.process = subprocess.Popen(
            [*self.WRAPPER, *self._command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._env,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._slave)
        self._reader.join(PATIENCE)
        if not self._dropped.is_set():
            os.close(self.master)

    @property
    def text(self) -> str:
        """The screen as it is now."""
        with self._lock:
            return self._displayed

    @property
    def _displayed(self) -> str:
        return "\n".join(self._screen.display)

    @property
    def after(self) -> list[object]:
        """The terminal's modes now; those it began with are `before`."""
        return list(termios.tcgetattr(self._slave))

    @property
    def cursor_hidden(self) -> bool:
        """Whether the program left the cursor hidden."""
        with self._lock:
            return bool(self._screen.cursor.hidden)

    def send(self, *keys: str) -> None:
        """Press keys: names of `KEYS`, or text as it is."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())

    def wait_for(self, *words: str, seconds: float = PATIENCE) -> str:
        """Wait until all words are on the screen; gives the screen."""
        return self.wait_until(lambda text: all(word in text for word in words), f"{words} on screen", seconds)

    def wait_until(self, holds: Callable[[str], bool], what: str, seconds: float = PATIENCE) -> str:
        """Wait until the screen is as it should be; gives the screen."""
        deadline = time.monotonic() + seconds
        with self._moved:
            while not holds(text := self._displayed):
                left, ended = deadline - time.monotonic(), self.process.poll() is not None
                moved = self._moved.wait(min(max(left, 0), 1.0))
                if (left <= 0 or (ended and not moved)) and not holds(self._displayed):
                    raise AssertionError(f"never: {what}. The screen:\n{text}")
            return text

    def overwrite(self, text: str) -> None:
        """Write to the terminal as another program: the text is all that is on the screen."""
        os.write(self._slave, f"\x1b[2J\x1b[H{text}".encode())

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal larger or smaller, as its window would."""
        with self._lock:
            self._columns, self._rows = columns, rows
            self._screen.resize(rows, columns)
        self._set_size(self.master)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def drop(self) -> None:
        """Close the terminal under the program, as a window that is closed."""
        self._dropped.set()
        self._reader.join(PATIENCE)
        os.close(self.master)

    def exit_code(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended, and all that it wrote is on the screen; gives its exit code."""
        code = self.process.wait(seconds)
        read, patient_until = -1, 0.0
        while not self._dropped.is_set() and (select.select([self.master], [], [], 0.1)[0] or not self._idle.is_set()):
            if len(self.output) > read:
                read, patient_until = len(self.output), time.monotonic() + 1.0
            elif time.monotonic() > patient_until:
                break  # nobody reads any more
            time.sleep(0.01)
        return code

    def _set_size(self, descriptor: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", self._rows, self._columns, 0, 0))

    def _read(self) -> None:
        while not self._dropped.is_set():
            if not select.select([self.master], [], [], 0.1)[0]:
                continue
            self._idle.clear()
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            self._take(data)
            self._idle.set()
            if not data:
                return

    def _take(self, data: bytes) -> None:
        """Show what the program wrote; nothing when it has closed the terminal."""
        with self._moved:
            if data:
                self.output += data
                self._stream.feed(data)
            self._moved.notify_all()
