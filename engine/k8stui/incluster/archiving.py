"""Archives what a step writes: the step goes on in a child process, and its parent passes on and keeps what it writes.

A parent, because a thread of the step's own would stand still in native code and end with a crash. What is written goes
to the container's own output first, as it is. The archive is parts in the artifact store, each a text of lines with
their times; the last one says that it is the last, so nobody takes for whole what was killed with its container.
"""

from __future__ import annotations

import os
import queue
import select
import signal
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping

    from .artifacts import Artifacts

PART = 1 << 20
"""Bytes of a part, after which the next one begins."""

LONGEST = 1 << 16
"""Bytes of a line, after which the rest is a line of its own."""

ENDING = 1 << 18
"""Bytes of the end of a log that are kept where it is longer than it may be."""

PAUSES = (5.0, 60.0)
"""Seconds after which a part is kept that is not full: at first, and of a step that runs for long."""

HURRY = 0.5
"""The same for a step that was told to end."""

AGAIN = 15.0
"""Seconds after which a part that could not be kept is tried again."""

PATIENCE = 30.0
"""Seconds that a step that has ended waits for its log to be kept."""

CHUNK = 1 << 16

PASSED_ON = (signal.SIGTERM, signal.SIGINT)
"""Signals that the step gets instead of its parent."""


def part_name(uid: str, number: int, *, last: bool = False, left_out: int = 0) -> str:
    """What a part is called, so that a list of names tells whether an archive is whole.

    Args:
        uid: Of the pod.
        number: From 1 on.
        last: Whether the step ended, and nothing comes after it.
        left_out: Bytes of the log that are not in the archive, before this part.
    """
    return "%s.%05d%s%s.log" % (uid, number, ".end" if last else "", "-%d" % left_out if left_out else "")


def supervise(child: int, sources: Mapping[int, int], archive: Archive) -> int:
    """Be the parent of a step until it has ended; gives the exit code, 128 + n after signal n.

    Args:
        child: The step's process.
        sources: What it writes can be read at these descriptors, and goes to those.
        archive: Takes what it writes.
    """
    supervisor = Supervisor(child, sources, archive)
    for number in PASSED_ON:
        signal.signal(number, supervisor.pass_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
    return supervisor.run()


class Supervisor:
    """The parent of a step: passes signals to it, and on what it writes, and ends as it did; see `supervise`."""

    def __init__(self, child: int, sources: Mapping[int, int], archive: Archive) -> None:
        self._child, self._sources, self._archive = child, sources, archive
        self._status: int | None = None

    def pass_on(self, number: int, _: object) -> None:
        """A signal's handler: the step gets it, too, and what it has written until now is kept soon."""
        self._archive.hurry()
        if self._status is None:
            os.kill(self._child, number)

    def run(self) -> int:
        """Until the step's process has ended; gives the exit code."""
        waking, wake = os.pipe()
        for end in (waking, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the poll
        poll = select.poll()
        for descriptor in (waking, *self._sources):
            poll.register(descriptor, select.POLLIN)
        while True:
            # The end is looked for first: all that was written before it can then be read without waiting.
            ended = self._ended()
            ready = [descriptor for descriptor, _ in poll.poll(0 if ended else self._archive.wait(time.monotonic()))]
            if waking in ready:
                ready.remove(waking)
                os.read(waking, CHUNK)
            for descriptor in sorted(ready):
                data = os.read(descriptor, CHUNK)
                if not data:
                    poll.unregister(descriptor)
                    continue
                _write(self._sources[descriptor], data)
                self._archive.take(descriptor, data, time.time())
            self._archive.keep(time.monotonic())
            if ended and not ready:
                break
        self._archive.finish()
        code = self._status or 0
        return 128 + os.WTERMSIG(code) if os.WIFSIGNALED(code) else os.WEXITSTATUS(code)

    def _ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._child, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is not None


class Archive:
    """What is kept of a log: lines become parts in a folder, and a thread puts these into the store.

    Nothing that goes wrong here is the step's failure: it is said in its log.

    Args:
        limit: Bytes of the log that are kept at most.
        uid: Of the pod.
        home: A folder of our own, which is made when it is needed.
        store: Opens the store.
    """

    def __init__(self, limit: int, uid: str, home: str, store: Callable[[], Artifacts]) -> None:
        self._limit, self._uid, self._home, self._store = limit, uid, home, store
        self._open: dict[int, bytes] = {}  # lines that have begun, by where they come from
        self._part: list[bytes] = []
        self._size = self._kept = self._number = 0
        self._ending: list[bytes] = []
        self._ending_size = self._left_out = 0
        self._began = time.monotonic()
        self._due = 0.0
        self._hurried = False
        self._parts: "queue.SimpleQueue[tuple[str, str]]" = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._problem = ""

    def take(self, source: int, data: bytes, now: float) -> None:
        """What was written; `now` in seconds since the epoch."""
        lines = (self._open.pop(source, b"") + data).split(b"\n")
        rest = lines.pop()
        while len(rest) >= LONGEST:
            lines.append(rest[:LONGEST])
            rest = rest[LONGEST:]
        if rest:
            self._open[source] = rest
        self._add(lines, now)

    def hurry(self) -> None:
        """The end is near: what was written is kept soon."""
        self._hurried, self._due = True, 0.0

    def wait(self, now: float) -> float | None:
        """Milliseconds until `keep` has something to do; None for as long as nothing is written."""
        return max(0.0, self._due - now) * 1000 if self._part else None

    def keep(self, now: float) -> None:
        """Hand over what was written when it is time, or enough of it; `now` as time.monotonic() counts."""
        if self._part and (now >= self._due or self._size >= PART):
            self._close()

    def finish(self) -> None:
        """The step has ended: keep the rest, and say what could not be kept."""
        self._add([line for line in self._open.values() if line], time.time())
        if not self._number and not self._part:
            return  # It wrote nothing.
        if self._left_out and self._part:
            self._close()
        self._part += self._ending
        self._close(last=True)
        self._over.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)
            if self._thread.is_alive():
                self._problem = self._problem or "the store has not taken it within %d s" % PATIENCE
        if self._problem:
            _write(2, ("k8stui: the log is not archived, or not to its end: %s\n" % self._problem).encode())

    def _add(self, lines: list[bytes], now: float) -> None:
        if not lines:
            return
        if not self._part:
            now_here = time.monotonic()
            pause = min(max(PAUSES[0], (now_here - self._began) / 20), PAUSES[1])
            self._due = now_here + (HURRY if self._hurried else pause)
        whole, fraction = divmod(int(now * 1e6), 1000000)
        stamp = b"%s.%06dZ " % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)).encode(), fraction)
        for line in lines:
            text = stamp + line + b"\n"
            if self._kept + len(text) <= self._limit - ENDING and not self._ending:
                self._part.append(text)
                self._size += len(text)
                self._kept += len(text)
                continue
            self._ending.append(text)
            self._ending_size += len(text)
        gone = 0
        while self._ending_size > ENDING:
            self._ending_size -= len(self._ending[gone])
            self._left_out += len(self._ending[gone])
            gone += 1
        del self._ending[:gone]

    def _close(self, *, last: bool = False) -> None:
        self._number += 1
        name = part_name(self._uid, self._number, last=last, left_out=self._left_out if last else 0)
        path = os.path.join(self._home, name)
        try:
            os.makedirs(self._home, exist_ok=True)
            with open(path, "wb") as file:
                file.writelines(self._part)
        except OSError as error:
            self._problem = self._problem or str(error)
        else:
            self._parts.put((name, path))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="k8stui archive", daemon=True)
                self._thread.start()
        self._part, self._size = [], 0

    def _run(self) -> None:
        """Put the parts into the store in their order; one that is not taken waits, and those behind it."""
        opened: Artifacts | None = None
        name = ""
        while ".end" not in name:
            name, path = self._parts.get()
            while True:
                over = self._over.is_set()
                try:
                    if opened is None:
                        opened = self._store()
                    opened.keep_log(name, path)
                    break
                except Exception as error:
                    if over:
                        self._problem = self._problem or str(error)
                        return
                    self._over.wait(AGAIN)
            os.unlink(path)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError:
        return  # nobody takes it any more
