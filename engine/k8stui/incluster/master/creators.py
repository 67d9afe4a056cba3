"""Creates and deletes pods in a few threads, so that a fan-out is not made one round trip after the other."""

import queue
import threading
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional

from ..contract.names import LABEL_RUN_ID
from ..scheduling.budgets import Refusal
from .kube import Kube, KubeError
from .pods import InputsTooLargeError

Json = Dict[str, Any]

THREADS = 8
WEBHOOK_PATIENCE = 30.0
"""Seconds a failing admission webhook is waited for before the startup budget of the step is asked."""


@dataclass(frozen=True)
class Created:
    """A pod is there, or was.

    Attributes:
        step: Its step.
        attempt: Its attempt.
        pod: As it was made; without a uid when it was gone before it was seen.
    """

    step: str
    attempt: int
    pod: Json


@dataclass(frozen=True)
class Refused:
    """A pod was refused."""

    step: str
    attempt: int
    message: str
    why: Refusal


class Creators:
    """A pool whose threads start when there is work for them.

    Args:
        kube: The API.
        tell: Told of each outcome.

    Attributes:
        grace: Seconds that a deleted pod has to end; None for its own setting.
    """

    def __init__(self, kube: Kube, tell: Callable[[Any], None]) -> None:
        self._kube = kube
        self._tell = tell
        self.grace: Optional[int] = None
        self._work: "queue.SimpleQueue[Callable[[], None]]" = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._open = 0

    def create(self, step: str, attempt: int, build: Callable[[], List[Json]], over: Callable[[], bool]) -> None:
        """Create an attempt's objects in order; the last one is the pod.

        They are built when it is their turn, in one of the threads: of a fan-out of thousands there is no room for all.
        `over` says whether the attempt was seen to end: then it is not asked for again where an answer was lost.
        """
        self._put(lambda: self._tell(self._create(step, attempt, build, over)))

    def delete(self, pod: str, uid: str) -> None:
        """Delete a pod, unless it was replaced."""
        self._put(lambda: self._kube.delete("pods", pod, uid, self.grace))

    def _create(self, step: str, attempt: int, build: Callable[[], List[Json]], over: Callable[[], bool]) -> Any:
        try:
            objects = build()
            for one in objects[:-1]:
                self._make("configmaps", one)
            return Created(step, attempt, self._make("pods", objects[-1], over))
        except KubeError as error:
            return Refused(step, attempt, error.why, refusal(error))
        except InputsTooLargeError as error:
            return Refused(step, attempt, str(error), Refusal.FINAL)

    def _make(self, plural: str, body: Json, over: Callable[[], bool] = lambda: False) -> Json:
        try:
            return self._kube.create(plural, body, WEBHOOK_PATIENCE, over)
        except KubeError as error:
            if over():
                return body
            if error.reason != "AlreadyExists":
                raise
            there = self._there(plural, body)
            ours = body["metadata"]["labels"][LABEL_RUN_ID]
            if (there["metadata"].get("labels") or {}).get(LABEL_RUN_ID) != ours:
                raise
            return there  # made by an earlier try whose answer was lost, or by an earlier master

    def _there(self, plural: str, body: Json) -> Json:
        try:
            return self._kube.get(plural, body["metadata"]["name"])
        except KubeError as error:
            if error.status != 404 or plural != "pods":
                raise
            return body  # deleted since: made once more, it would run beside the next attempt

    def _put(self, task: Callable[[], None]) -> None:
        with self._lock:
            self._open += 1
            if self._open > self._threads and self._threads < THREADS:
                self._threads += 1
                threading.Thread(target=self._run, name="creator", daemon=True).start()
        self._work.put(task)

    def _run(self) -> None:
        while True:
            task = self._work.get()
            try:
                task()
            except Exception as error:  # told to the one thread that decides, which ends the program with it
                self._tell(error)
            finally:
                with self._lock:
                    self._open -= 1


def refusal(error: KubeError) -> Refusal:
    """What kind of no the API's answer to a creation is."""
    if not error.passing:
        return Refusal.FINAL
    return Refusal.QUOTA if error.over_quota else Refusal.PASSING
