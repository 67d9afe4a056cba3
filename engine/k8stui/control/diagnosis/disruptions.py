"""Why a pod was ended from outside: evictions, preemption, lost nodes, refusals by a node, deletions.

Words: the kubelet's eviction manager and admission, the conditions `DisruptionTarget` (Kubernetes docs, "Disruptions",
"Pod disruption conditions").
"""

from __future__ import annotations

import re

from k8stui.control.diagnosis.around import Around, Json, one_line, setting
from k8stui.control.diagnosis.finding import Cause, Level

_LOW = re.compile(r"The node was low on resource: (?P<resource>[\w-]+)\.(?P<rest>.*)", re.DOTALL)
_CONDITION = re.compile(r"The node had condition: \[(?P<conditions>[^\]]*)\]")
_OWN_LIMIT = re.compile(
    r"(?:ephemeral local storage usage exceeds the total limit of containers (?P<pod>\S+?)\.?\s*$"
    r'|exceeded its local ephemeral storage limit "(?P<container>[^"]+)"'
    r'|Usage of EmptyDir volume "(?P<volume>[^"]+)" exceeds the limit "(?P<size>[^"]+)")'
)
PREEMPTOR = re.compile(r"Preempted by (?:a )?pod (?P<pod>\S+)")
"""The scheduler's event on a pod that had to go; the other pod is told by its uid."""

_NO_ROOM = re.compile(
    r"enough resource: (?P<resource>[^,]+), requested: (?P<asked>\d+), used: (?P<used>\d+), capacity: (?P<all>\d+)"
)


def disrupted(pod: Json, reason: str, message: str, node: str, around: Around) -> Cause:
    """The cause of an end from outside.

    Args:
        pod: The pod, or a stand-in with metadata alone where it is gone.
        reason: Kubernetes' word: `Evicted`, `PreemptionByScheduler`, `deleted`.
        message: Its sentence.
        node: Where the pod was; empty when that is not known.
        around: With the pod's events.
    """
    there = f"node {node}" if node else "its node"
    cause = _evicted(pod, reason, message, there) or _others(reason, message, there, around)
    if cause is None:
        told = f"{reason}: {one_line(message)}" if message else reason
        cause = Cause(Level.FAILED, f"it was ended from outside ({told})")
    said = f"{reason}: {one_line(message)}" if message else ""
    return cause.resting_on(said, around.tell(around.last("Evicted", "Preempted", "TaintManagerEviction")))


def _evicted(pod: Json, reason: str, message: str, there: str) -> Cause | None:
    resources = setting(pod, "resources", "resources")
    own = _OWN_LIMIT.search(message)
    if own:
        if own["volume"]:
            what = f"its volume {own['volume']} grew beyond its limit of {own['size']}"
        else:
            what = f"it wrote more to its disk than its limit of {own['pod'] or own['container']}"
        return Cause(
            Level.FAILED,
            f"{what}, so {there} evicted it",
            f"Raise ephemeral-storage in {resources}, or write to a volume of its own.",
        )
    low = _LOW.search(message)
    if low:
        return Cause(
            Level.FAILED,
            f"{there} ran low on {low['resource']} and evicted it",
            f"Request as much {low['resource']} as it uses in {resources}: pods over their request go first.",
        )
    condition = _CONDITION.search(message)
    if condition:
        return Cause(
            Level.FAILED,
            f"{there} took no pods: {condition['conditions']}",
            "Free the node, or use others: kubectl describe nodes",
        )
    room = _NO_ROOM.search(message)
    if room or reason.startswith("OutOf"):
        what = room["resource"] if room else reason.removeprefix("OutOf")
        return Cause(
            Level.FAILED,
            f"{there} refused it: by then it had no {what} left",
            "Another pod took the place between the scheduler's choice and the start; a new attempt finds another.",
        )
    if reason == "Evicted":
        return Cause(Level.FAILED, f"{there} evicted it: {one_line(message)}" if message else f"{there} evicted it")
    return None


def _others(reason: str, message: str, there: str, around: Around) -> Cause | None:
    if reason in ("PreemptionByScheduler", "Preempting", "Preempted"):
        event = around.last("Preempted")
        by = PREEMPTOR.search(event.message) if event else None
        which = f", {around.pods.get(by['pod'], by['pod'])}" if by and by["pod"] != "on" else ""
        return Cause(
            Level.FAILED,
            f"it had to make room for a pod of higher priority{which}",
            "Give it a higher priority class (priorityClassName), or more room to the cluster.",
        )
    for reasons, words, advice in _WORDS:
        if reason in reasons:
            return Cause(Level.FAILED, words.format(there=there), advice)
    if reason == "TerminationByKubelet":
        return Cause(Level.FAILED, f"{there} ended it: {one_line(message)}")
    if reason.startswith(("Unexpected", "NodeAffinity")):
        return Cause(Level.FAILED, f"{there} refused it: {one_line(message) or reason}")
    return None


_WORDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("EvictionByEvictionAPI",),
        "somebody evicted it, as kubectl drain and autoscalers do",
        "To have fewer of these, protect it by a PodDisruptionBudget or do-not-evict annotations.",
    ),
    (
        ("DeletionByTaintManager",),
        "{there} got a taint that it does not tolerate",
        "See the taints: kubectl describe nodes",
    ),
    (
        ("DeletionByPodGC", "NodeLost", "ContainerStatusUnknown"),
        "{there} was lost",
        "See whether the node is back: kubectl get nodes",
    ),
    (
        ("NodeShutdown", "Terminated", "Shutdown"),
        "{there} was shut down",
        "On spot or preemptible nodes this is normal.",
    ),
    (("deleted",), "its pod was deleted", "Somebody deleted it; the cluster's audit log tells who."),
)
"""Reasons that say all."""
