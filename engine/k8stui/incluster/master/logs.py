"""Copies the steps' logs to the master's own, so that `kubectl logs job/RUN` shows the whole run.

A step that is over within a moment is read once, when it has ended: following it would cost the API server a
connection for nothing. A longer one is followed. A broken stream goes on after the last line that was copied.
"""

import queue
import re
import sys
import threading
import time
from typing import Dict, Optional, Set, Tuple

from ..contract.names import STEP_CONTAINER
from .kube import Kube, KubeError

STREAMS = 32
"""Logs followed at a time; the rest are read as places become free, from their beginning."""

PATIENCE = 1.0  # seconds a step runs before it is worth following
SILENCE = 3600.0
TRIES = 5
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

say_lock = threading.Lock()


def say(text: str) -> None:
    """One line of the master's own log."""
    with say_lock:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


class LogCopier:
    """Copies logs in a few threads of its own."""

    def __init__(self, kube: Kube) -> None:
        self._kube = kube
        self._work: "queue.SimpleQueue[Tuple[str, str]]" = queue.SimpleQueue()
        self._waiting: Dict[str, Tuple[str, float]] = {}
        self._taken: Set[str] = set()
        self._threads = 0
        self._open = 0
        self._lock = threading.Condition()

    def running(self, pod: str, step: str, now: float) -> None:
        """A step's container runs: it is followed when it still does in a moment."""
        if pod not in self._taken and pod not in self._waiting:
            self._waiting[pod] = (step, now + PATIENCE)

    def ended(self, pod: str, step: str) -> None:
        """A step's container has ended: what was not followed is read now."""
        if pod not in self._taken:
            self._waiting.pop(pod, None)
            self._take(pod, step)

    def silent(self, pod: str) -> None:
        """A step is known to have written nothing: its log need not be read."""
        self._taken.add(pod)
        self._waiting.pop(pod, None)

    def due(self) -> Optional[float]:
        """When `follow` has something to do."""
        return min((since for _, since in self._waiting.values()), default=None)

    def follow(self, now: float) -> None:
        """Follow the steps that have run for a moment."""
        for pod, (step, since) in list(self._waiting.items()):
            if since <= now:
                del self._waiting[pod]
                self._take(pod, step)

    def finish(self, timeout: float) -> None:
        """Wait until everything taken is copied, for at most so many seconds."""
        deadline = time.monotonic() + timeout
        with self._lock:
            while self._open and time.monotonic() < deadline:
                self._lock.wait(deadline - time.monotonic())
            if self._open:
                say("k8stui: the logs of %d pods are not complete here; they are in the pods themselves" % self._open)

    def _take(self, pod: str, step: str) -> None:
        self._taken.add(pod)
        with self._lock:
            self._open += 1
            if self._open > self._threads and self._threads < STREAMS:
                self._threads += 1
                threading.Thread(target=self._run, name="log", daemon=True).start()
        self._work.put((pod, step))

    def _run(self) -> None:
        while True:
            pod, step = self._work.get()
            try:
                self._copy(pod, step)
            finally:
                with self._lock:
                    self._open -= 1
                    self._lock.notify_all()

    def _copy(self, pod: str, step: str) -> None:
        since, tries, problem = "", 0, ""
        path = self._kube.path("pods", pod, "log")
        while tries < TRIES:
            query = {"container": STEP_CONTAINER, "follow": "true", "timestamps": "true"}
            resumed = since
            if resumed:
                query["sinceTime"] = resumed
            try:
                for raw in self._kube.stream(path, query, SILENCE):
                    stamp, _, line = raw.decode("utf-8", "replace").rstrip("\n").partition(" ")
                    if stamp > resumed:
                        say("[%s] %s" % (step, CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)))
                        since, tries = stamp, 0
            except KubeError as error:
                if error.status == 404:
                    problem = "its pod is gone"
                    break
                problem = error.message
            except OSError as error:
                problem = str(error)
            else:
                return
            tries += 1
            time.sleep(min(0.2 * 2**tries, 3.0))
        say("k8stui: the log of step %s (pod %s) could not be copied to its end: %s" % (step, pod, problem))
