"""How a run pauses: nothing runs any more, so its master suspends its own Job and waits for its end.

A suspended Job keeps no pod, and starts one again when a person lets the run go on. The master does not exit by itself,
because its Job would count that as a failure and wait before it starts the next one.
"""

import queue
import time
from typing import Any, Dict

from ..contract.names import ANNOTATION_REQUEST, REQUEST_PAUSE, record_name
from .inbox import Terminated
from .kube import Kube
from .logs import say
from .setup import Surroundings

PATIENCE = 60.0
"""Seconds for the Job controller to end this pod."""

EXIT_PAUSED = 143
"""As after SIGTERM: not 0, or the Job would be complete."""


def is_asked(annotations: Dict[str, str]) -> bool:
    """Whether a record's annotations ask for a pause."""
    return annotations.get(ANNOTATION_REQUEST) == REQUEST_PAUSE


def suspend(kube: Kube, around: Surroundings, inbox: "queue.SimpleQueue[Any]") -> int:
    """Suspend the Job and wait to be ended by it; returns the exit code.

    A person may have let the run go on in between. Whoever does that takes back the request first and resumes the Job
    then, so a request that stands after the suspension means that the Job will be resumed after it.
    """
    _set_suspended(kube, around.job, True)
    record = kube.get("configmaps", record_name(around.plan.run))
    if not is_asked(record["metadata"].get("annotations") or {}):
        say("k8stui: resumed in the same moment: another master will go on")
        _set_suspended(kube, around.job, False)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if isinstance(inbox.get(timeout=max(0.0, end - time.monotonic())), Terminated):
                break
        except queue.Empty:
            break
    return EXIT_PAUSED


def _set_suspended(kube: Kube, job: str, suspended: bool) -> None:
    kube.patch("jobs", job, {"spec": {"suspend": suspended}})
