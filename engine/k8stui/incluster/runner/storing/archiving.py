"""Archives what a step writes: parts in the artifact store, each a text of lines with their times.

The last one says that it is the last, so nobody takes for whole what was killed with its container.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time

from ...wire.variables import ENV_STORE, ENV_STORE_SECRETS
from .stores import LOGS, open_store
from .supervising import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from .stores import Store

PART = 1 << 20
"""Bytes of a part, after which the next one begins."""

LONGEST = 1 << 16
"""Bytes of a line, after which the rest is a line of its own."""

ENDING = 1 << 18
"""Bytes of the end of a log that are kept where it is longer than it may be."""

LARGEST = PART + ENDING + 4 * LONGEST
"""Bytes that no part exceeds: one is full by a line, and the last one takes what was kept of the end."""

PAUSES = (5.0, 60.0)
"""Seconds after which a part is kept that is not full: at first, and of a step that runs for long."""

HURRY = 0.5
"""The same for a step that was told to end."""

AGAIN = 15.0
"""Seconds after which a part that could not be kept is tried again."""

PATIENCE = 10.0
"""Seconds that a step that has ended waits for its log to be kept."""


def part_name(uid: str, number: int, *, last: bool = False, left_out: int = 0) -> str:
    """What a part is called, so that a list of names tells whether an archive is whole.

    Args:
        uid: Of the pod.
        number: From 1 on.
        last: Whether the step ended, and nothing comes after it.
        left_out: Bytes of the log that are not in the archive, before this part.
    """
    return "%s.%05d%s%s.log" % (uid, number, ".end" if last else "", "-%d" % left_out if left_out else "")


def log_folder(run: str, owner: str, pod: str) -> str:
    """Where the parts of a pod's log are in the store.

    Args:
        run: Of which run it is.
        owner: Whose, as for artifacts; empty where that is not known.
        pod: Which pod.
    """
    return "%s%s/%s/%s" % (LOGS, run, owner or "-", pod)


class Archive:
    """What is kept of a log: lines become parts in a folder, and a thread puts these into the store.

    Nothing that goes wrong here is the step's failure: it is said in its log.

    Args:
        limit: Bytes of the log that are kept at most.
        uid: Of the pod.
        task: What the step was told.
        home: A folder of our own.
    """

    def __init__(self, limit: int, uid: str, task: Mapping[str, Any], home: str) -> None:
        self._limit, self._uid, self._task, self._home = limit, uid, task, home
        self._open: dict[int, bytes] = {}  # lines that have begun, by where they come from
        self._part: list[bytes] = []
        self._size = self._kept = self._number = 0
        self._ending: list[bytes] = []
        self._ending_size = self._left_out = 0
        self._began = self._since = time.monotonic()
        self._parts: "queue.SimpleQueue[tuple[str, str]]" = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._problem = ""
        self._owner = ""

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

    def wait(self, now: float, *, soon: bool) -> float | None:
        """Milliseconds until `keep` has something to do; None for as long as nothing is written."""
        return max(0.0, self._due(soon) - now) * 1000 if self._part else None

    def keep(self, now: float, *, soon: bool = False) -> None:
        """Hand over what was written when it is time, or enough of it.

        Args:
            now: As time.monotonic() counts.
            soon: The step was told to end.
        """
        if self._part and (self._size >= PART or now >= self._due(soon)):
            self._close()

    def _due(self, soon: bool) -> float:
        pause = min(max(PAUSES[0], (self._since - self._began) / 20), PAUSES[1])
        return self._since + (HURRY if soon else pause)

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
            write(
                2,
                ("k8stui: the log is not archived, or not to its end: %s\n" % self._problem).encode("utf-8", "replace"),
            )

    def _add(self, lines: list[bytes], now: float) -> None:
        if not lines:
            return
        if not self._part:
            self._since = time.monotonic()
        whole, fraction = divmod(int(now * 1e6), 1000000)
        stamp = b"%s.%06d000Z " % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)).encode(), fraction)
        for line in lines:
            text = stamp + line + b"\n"
            if self._kept + len(text) <= self._limit - ENDING and not self._ending:
                self._part.append(text)
                self._size += len(text)
                self._kept += len(text)
                if self._size >= PART:
                    self._close()
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
        path = os.path.join(self._home, "log", name)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
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
        store: Store | None = None
        name = ""
        while ".end" not in name:
            name, path = self._parts.get()
            while True:
                over = self._over.is_set()
                try:
                    if store is None:
                        store = self._store()
                    store.put_file(log_folder(self._task["run"], self._owner, self._task["pod"]) + "/" + name, path)
                    break
                except Exception as error:
                    if over:
                        self._problem = self._problem or str(error)
                        return
                    self._over.wait(AGAIN)
            os.unlink(path)

    def _store(self) -> Store:
        given, secrets = json.loads(os.environ[ENV_STORE]), json.loads(os.environ.get(ENV_STORE_SECRETS) or "{}")
        self._owner = given.get("owner") or ""
        options = dict(given.get("options") or {}, **secrets)
        return open_store(given["path"], options, self._home, self._task["image"], install=False)
