"""The parent of a step whose log is archived: it passes on what the step writes, at once, and has its end.

A parent, because a thread of the step's own would stand still in native code and end with a crash. The step has the
processor first: its parent is nice, and imports what archives (`archiving`) when there is something to keep.
"""

from __future__ import annotations

import os
import select
import signal
import time

from .forking import PASSED_ON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

    from .archiving import Archive

PAUSE = 5.0
"""Seconds after the first output, when the archive begins."""

EARLY = 1 << 20
"""Bytes of output with which it begins earlier."""

CHUNK = 1 << 16

REST = 1 << 20
"""Bytes that can be in a pipe, and are read of it when the step has ended: its children may go on writing."""


def supervise(child: int, sources: Mapping[int, int], archive: Callable[[], Archive]) -> int:
    """Be the parent of a step, with `PASSED_ON` blocked until now, until it has ended; gives the exit code.

    Args:
        child: The step's process.
        sources: What it writes can be read at these descriptors, and goes to those.
        archive: Gives what takes that.

    Returns:
        The step's, or 128 and its signal.
    """
    supervisor = Supervisor(child, sources, archive)
    for number in PASSED_ON:
        signal.signal(number, supervisor.pass_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
    return supervisor.run()


class Supervisor:
    """Passes signals to a step, and on what it writes; see `supervise`."""

    def __init__(self, child: int, sources: Mapping[int, int], archive: Callable[[], Archive]) -> None:
        self._child, self._sources, self._make = child, sources, archive
        self._archive: Archive | None = None
        self._early: list[tuple[int, bytes, float]] = []
        self._size, self._due = 0, 0.0
        self._soon = self._broken = False
        self._status: int | None = None

    def pass_on(self, number: int, _: object) -> None:
        """A signal's handler: the step gets it, too."""
        self._soon = True  # what it has written until now is kept soon
        if self._status is None:
            os.kill(self._child, number)

    def run(self) -> int:
        """Until the step has ended; gives the exit code."""
        waking, wake = os.pipe()
        for end in (waking, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the poll
        poll = select.poll()
        for descriptor in (waking, *self._sources):
            poll.register(descriptor, select.POLLIN)
        rest = REST * len(self._sources)
        while rest > 0:
            # The end is looked for first: all that was written before it can then be read without waiting.
            ended = self._ended()
            ready = [descriptor for descriptor, _ in poll.poll(0 if ended else self._wait())]
            if waking in ready:
                ready.remove(waking)
                os.read(waking, CHUNK)
            if ended and not ready:
                break
            for descriptor in sorted(ready):
                data = os.read(descriptor, CHUNK)
                if not data:
                    poll.unregister(descriptor)
                    continue
                write(self._sources[descriptor], data)
                rest -= len(data) if ended else 0
                self._guarded(self._take, descriptor, data, time.time())
            if not ended:
                self._guarded(self._keep)
        self._guarded(self._finish)
        code = self._status or 0
        return 128 + os.WTERMSIG(code) if os.WIFSIGNALED(code) else os.WEXITSTATUS(code)

    def _ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._child, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is not None

    def _guarded(self, work: Callable[..., None], *args: Any) -> None:
        """Whatever becomes of the archive, the step goes on, and what it writes is passed on."""
        if self._broken:
            return
        try:
            work(*args)
        except Exception as error:
            self._broken = True
            told = "k8stui: the log is not archived to its end: %s: %s\n" % (type(error).__name__, error)
            write(2, told.encode("utf-8", "replace"))

    def _wait(self) -> float | None:
        """Milliseconds until `_keep` has something to do; None until something is written."""
        if self._broken:
            return None
        if self._archive is not None:
            return self._archive.wait(time.monotonic(), soon=self._soon)
        return max(0.0, self._due - time.monotonic()) * 1000 if self._early else None

    def _take(self, source: int, data: bytes, now: float) -> None:
        if self._archive is not None:
            self._archive.take(source, data, now)
            return
        if not self._early:
            self._due = time.monotonic() + PAUSE
        self._early.append((source, data, now))
        self._size += len(data)

    def _keep(self) -> None:
        if self._archive is not None:
            self._archive.keep(time.monotonic(), soon=self._soon)
        elif self._early and (self._soon or self._size >= EARLY or time.monotonic() >= self._due):
            self._begin().keep(float("inf"))

    def _begin(self) -> Archive:
        if self._archive is None:
            self._archive = self._make()
            for one in self._early:
                self._archive.take(*one)
            self._early = []
        return self._archive

    def _finish(self) -> None:
        if self._early or self._archive is not None:
            self._begin().finish()


def write(descriptor: int, data: bytes) -> None:
    """All of it, unless nobody takes it any more."""
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError:
        return
