"""`k8stui.report`: what a step says of itself while it runs reaches the master without the step ever waiting for it.

The first report starts a thread, which sends the newest of all that was said over the handover's channel, at most once
a second; a step that reports nothing pays nothing. Where the master was not offered or does not answer, nothing is
sent. In any other process than a step's, the author's own included, the arguments are checked and that is all.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

from ..wire.handover import HandoverError, tell
from ..wire.progress import Progress
from . import step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping

TIMEOUT = 2.0
"""Seconds the master has for each answer: nobody waits for it, so it may take its time."""

MISSES = 6
"""Reports in a row that did not arrive before this step sends no more."""

PAUSES = (1.0, 30.0)
"""Least and most seconds between two reports; each one that does not arrive doubles them."""

MAX_WARNINGS = 10


def report(progress: float | None = None, **metrics: float | str) -> None:
    """Tell how far this step is and what it has measured, for everybody who looks at the run.

    Each value stands until it is told anew. It never raises and never waits; a value that cannot be used is left out,
    with one line in the step's log.

    Args:
        progress: From 0 to 1.
        metrics: At most 20 finite numbers, or texts of up to 80 characters; names of up to 40. `message` is shown
            without its name.
    """
    try:
        _reporter.take(progress, metrics)
    except Exception as error:  # an author's step must not fail because of what it tells about itself
        _warn("%s: %s" % (type(error).__name__, error))


def _warn(sentence: str) -> None:
    try:
        sys.stderr.write("k8stui: report: %s\n" % sentence)
    except (OSError, ValueError, AttributeError):
        return  # closed, or none at all


class Reporter:
    """Keeps what a process has said, and sends the newest.

    Args:
        attempt: Of this process: `pod`, `master`, `key`; empty in one that runs no attempt.
        said: Where it keeps what was said, as `Progress.to_json` writes it; the runner looks there at the end.
        sleep: Makes the pauses between two reports.
    """

    def __init__(
        self, attempt: dict[str, str], said: dict[str, object], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._attempt = attempt
        self._said = said
        self._sleep = sleep
        self._warned: set[str] = set()
        self.forked()

    def forked(self) -> None:
        """Begin anew in a child process, where neither the thread nor the state of its lock survives."""
        self._lock = threading.RLock()  # a signal's handler may report while a report is being taken
        self._known = Progress()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, progress: object, metrics: Mapping[str, object]) -> None:
        """Keep what can be used and say what cannot; wake the thread."""
        with self._lock:
            found, problems = self._known.merged(progress, metrics)
            for name, sentence in problems.items():
                if name not in self._warned and len(self._warned) < MAX_WARNINGS:
                    self._warned.add(name)
                    _warn(sentence)
            if not self._attempt:
                return
            self._known = found
            self._said.update(found.to_json())
            if not (self._attempt["master"] and self._attempt["key"]):
                return
            self._news.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._send, name="k8stui report", daemon=True)
                self._thread.start()

    def _send(self) -> None:
        news, misses = self._news, 0
        while misses < MISSES:
            news.wait()
            news.clear()
            with self._lock:
                text = json.dumps(self._known.to_json(), separators=(",", ":"))
            try:
                pause = tell(self._attempt["master"], self._attempt["key"], self._attempt["pod"], text, TIMEOUT)
                misses = 0
            except HandoverError:
                misses, pause = misses + 1, 0.0
                news.set()  # what did not arrive is still worth telling
            self._sleep(min(max(pause, PAUSES[0] * 2**misses), PAUSES[1]))


_reporter = Reporter(step.attempt, step.said)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reporter.forked)
