"""What a pod's JSON says about the attempt it carries: pure, and the only place where a pod is read.

The outcome comes from the step's own container, never from the pod's phase: a mesh sidecar may keep a pod "Running" for
ever. Whether an end was the step's own failure or a disruption decides which budget pays for it
(Kubernetes docs, "Disruptions": the `DisruptionTarget` condition; reasons of the kubelet for pods it ends itself).
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, Optional

from ..wire.report import Report
from .names import LABEL_ATTEMPT, STEP_CONTAINER

Json = Dict[str, Any]

NEVER_STARTED = "ContainerStatusUnknown"
"""Reason of a container that its node came back without, or whose pod was deleted before it had started."""

DISRUPTION_REASONS = frozenset(
    ("Evicted", "Preempting", "Preempted", "NodeLost", "NodeShutdown", "Terminated", "Shutdown", "NodeAffinity")
    + (NEVER_STARTED,)
)
"""Reasons of pods, or their containers, that their node or the scheduler ended, not their program."""

REJECTION_REASONS = re.compile(r"^(OutOf|Unexpected)")
"""The kubelet refused the pod before it ran (`OutOfcpu`, `UnexpectedAdmissionError`)."""

WAITING_PROBLEMS = re.compile(r"(BackOff|Err|Error|InvalidImageName|ErrImageNeverPull)$|^Err")
"""Reasons of a waiting container that are worth telling."""


@dataclass(frozen=True)
class PodFacts:
    """One look at one pod.

    Attributes:
        name: Its name.
        uid: Its uid.
        attempt: The attempt it carries.
        node: Where it is, empty when it is not scheduled yet.
        created: When it was created.
        started: When the step's container started.
        finished: When the step's container ended.
        running: The container runs.
        ended: The container ended, or never will start.
        exit_code: Of the container.
        reason: Kubernetes' reason for the end or for waiting.
        message: Kubernetes' sentence on it.
        disrupted: The end came from outside: eviction, preemption, node loss, deletion.
        deleting: The pod is being deleted.
        eviction: The disruption was an eviction or preemption, not a deletion by hand.
        report: What the runner said before it ended.
    """

    name: str
    uid: str
    attempt: int
    node: str = ""
    created: Optional[float] = None
    started: Optional[float] = None
    finished: Optional[float] = None
    running: bool = False
    ended: bool = False
    exit_code: Optional[int] = None
    reason: str = ""
    message: str = ""
    disrupted: bool = False
    deleting: bool = False
    eviction: bool = False
    report: Optional[Report] = None


def read_pod(pod: Json) -> PodFacts:
    """The facts of a step's pod, as it stands in a list or a watch."""
    meta, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    container = _container(status)
    state = container.get("state") or {}
    terminated = state.get("terminated")
    waiting = state.get("waiting") or {}
    running = state.get("running")
    disruption = _disruption(status)
    deleting = bool(meta.get("deletionTimestamp"))
    if terminated is not None and not deleting and _last_word_is_due(status, terminated):
        running, terminated = terminated, None
    reason, message = status.get("reason") or "", status.get("message") or ""
    exit_code = None
    report = None
    ended = terminated is not None or status.get("phase") in ("Succeeded", "Failed") and not running
    if terminated is not None:
        exit_code = terminated.get("exitCode")
        report = read_report(terminated.get("message") or "")
        reason = reason or terminated.get("reason") or ""
        message = message or ("" if report else terminated.get("message") or "")
    elif ended and status.get("phase") == "Succeeded":
        exit_code = 0
    elif ended:
        message = message or _failed_init(status)
    elif not running:
        reason, message = _why_waiting(status, waiting)
    if deleting and disruption is None and reason == NEVER_STARTED:
        reason = message = ""
    eviction = disruption is not None or reason in DISRUPTION_REASONS or bool(REJECTION_REASONS.match(reason))
    if disruption is not None and not status.get("reason"):
        reason, message = disruption.get("reason") or reason, disruption.get("message") or message
    since = (running or terminated or {}).get("startedAt")
    return PodFacts(
        name=meta["name"],
        uid=meta.get("uid") or "",
        attempt=int((meta.get("labels") or {}).get(LABEL_ATTEMPT) or 0),
        node=spec.get("nodeName") or "",
        created=parse_time(meta.get("creationTimestamp")),
        started=parse_time(since),
        finished=parse_time((terminated or {}).get("finishedAt")),
        running=bool(running),
        ended=ended,
        exit_code=exit_code,
        reason=reason,
        message=message,
        disrupted=ended and exit_code != 0 and (eviction or deleting),
        deleting=deleting,
        eviction=eviction,
        report=report,
    )


def read_report(message: str) -> Optional[Report]:
    """The runner's report in a termination message; None when the message is anything else."""
    if not message.startswith("{"):
        return None
    try:
        return Report.from_json(json.loads(message))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


@lru_cache(4096)
def parse_time(text: Optional[str]) -> Optional[float]:
    """Seconds since the epoch of a Kubernetes time (`2026-11-24T14:02:30Z`); None for none."""
    if not text:
        return None
    from calendar import timegm

    places = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))  # strptime would take four times as long
    return float(timegm(tuple(int(text[begin:end]) for begin, end in places)))


def _container(status: Json) -> Json:
    for container in status.get("containerStatuses") or ():
        if container.get("name") == STEP_CONTAINER:
            found: Json = container
            return found
    return {}


def _last_word_is_due(status: Json, terminated: Json) -> bool:
    """Whether the kubelet has yet to say why the pod ends.

    When it ends a pod itself (pressure, preemption, node shutdown), it reports the containers' ends first and holds
    phase and reason back until it is done with the pod; a failure of the container's own comes with its phase at once.
    """
    if status.get("phase") != "Running" or terminated.get("exitCode") == 0 or _disruption(status):
        return False
    ends = [(one.get("state") or {}).get("terminated") for one in status.get("containerStatuses") or ()]
    return all(ends) and read_report(terminated.get("message") or "") is None


def _disruption(status: Json) -> Optional[Json]:
    for condition in status.get("conditions") or ():
        if condition.get("type") == "DisruptionTarget" and condition.get("status") == "True":
            found: Json = condition
            return found
    return None


def _why_waiting(status: Json, waiting: Json) -> "tuple[str, str]":
    for container in status.get("initContainerStatuses") or ():
        found = (container.get("state") or {}).get("waiting") or {}
        if WAITING_PROBLEMS.search(found.get("reason") or ""):
            return found["reason"], "init container %s: %s" % (container["name"], found.get("message") or "")
    reason = waiting.get("reason") or ""
    if reason and WAITING_PROBLEMS.search(reason):
        return reason, waiting.get("message") or ""
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return condition.get("reason") or "", condition.get("message") or ""
    return reason, waiting.get("message") or ""


def _failed_init(status: Json) -> str:
    for container in status.get("initContainerStatuses") or ():
        found = (container.get("state") or {}).get("terminated") or {}
        if found.get("exitCode"):
            told = "init container %s: exit code %s" % (container["name"], found["exitCode"])
            return ": ".join(part for part in (told, found.get("message")) if part)
    return ""
