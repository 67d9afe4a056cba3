"""Why a pod that has a node does not run yet: its containers' waiting reasons, its volumes, its init containers.

The kubelet puts some causes into the status and others into events only (volumes, the pod's sandbox); after a restart
of the kubelet the status says `ContainerCreating` of everything, and only the events tell.
"""

from __future__ import annotations

import re

from k8stui.control.diagnosis import images
from k8stui.control.diagnosis.around import Around, Json, container_of, log_of, one_line
from k8stui.control.diagnosis.exits import ended
from k8stui.control.diagnosis.finding import Cause, Level
from k8stui.control.words.spans import epoch, span

_NO_OBJECT = re.compile(r'(?P<kind>configmap|secret) "(?P<name>[^"]+)" not found', re.IGNORECASE)
_NO_KEY = re.compile(r"couldn't find key (?P<key>\S+) in (?P<kind>ConfigMap|Secret) (?P<name>\S+)")
_VOLUME = re.compile(r'volume "(?P<name>[^"]+)"')
_UNHAPPY_EVENTS = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady")
_TRANSIENT = "timed out waiting for the condition"
"""The kubelet's caches were not filled yet, or a mount of an earlier message took its time: no cause of its own."""

_KINDS = {"configmap": "ConfigMap", "secret": "Secret"}


def starting(pod: Json, around: Around) -> Cause:
    """The cause behind a pod whose container has a node and does not run yet."""
    status = pod.get("status") or {}
    for container in status.get("initContainerStatuses") or ():
        cause = _init(pod, container, around)
        if cause:
            return cause
    statuses = status.get("containerStatuses") or ()
    for container in statuses:
        waiting = (container.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") not in (None, "", "ContainerCreating", "PodInitializing"):
            return stuck(pod, container, around)
    return _from_events(pod, around) or _quiet(pod, around, seen=bool(statuses))


def stuck(pod: Json, container: Json, around: Around) -> Cause:
    """The cause behind a container's waiting reason."""
    name = container["name"]
    waiting = (container.get("state") or {}).get("waiting") or {}
    reason, message = str(waiting.get("reason") or ""), str(waiting.get("message") or "")
    said = f"container {name}: {reason}{f': {one_line(message)}' if message else ''}"
    if reason in images.REASONS:
        return images.unpullable(pod, name, reason, message, around)
    if reason == "CrashLoopBackOff":
        return restarting(pod, container, around).resting_on(said)
    cause = lacks(message)
    if cause is None and "runAsNonRoot" in message:
        cause = Cause(
            Level.STUCK,
            "it must not run as root, and its image does",
            "Set runAsUser to a user other than 0, or use an image with a user of its own.",
        )
    if cause is None:
        cause = Cause(Level.STUCK, f"its container cannot be started ({reason}: {one_line(message)})")
    return cause.resting_on(said)


def restarting(pod: Json, container: Json, around: Around, *, what: str = "its container") -> Cause:
    """A container that ends again and again: how often, and how it ended last."""
    last = (container.get("lastState") or {}).get("terminated") or (container.get("state") or {}).get("terminated")
    times = int(container.get("restartCount") or 0)
    often = f"{what} {container['name']} ended {times + 1} times and is started again"
    if not last:
        return Cause(Level.STUCK, often)
    if last.get("exitCode") == 0:
        return Cause(Level.STUCK, f"{often}, though it ends well", "A program that is meant to end needs a Job.")
    cause = ended(
        pod,
        container["name"],
        code=last.get("exitCode"),
        reason=str(last.get("reason") or ""),
        message=str(last.get("message") or ""),
        report=None,
        around=around,
    )
    log = f"See what it said last: {log_of(pod, container['name'])} --previous"
    return Cause(Level.STUCK, f"{often}; last time: {cause.words}", log, cause.evidence)


def _init(pod: Json, container: Json, around: Around) -> Cause | None:
    """What an init container makes the pod wait for; None when it is done or not at its turn yet."""
    state = container.get("state") or {}
    name = container["name"]
    waiting, ended_badly = state.get("waiting") or {}, (state.get("terminated") or {}).get("exitCode")
    if ended_badly or waiting.get("reason") == "CrashLoopBackOff":
        return restarting(pod, container, around, what="its init container")
    if waiting.get("reason") not in (None, "", "PodInitializing", "ContainerCreating"):
        cause = stuck(pod, container, around)
        return Cause(cause.level, f"init container {name}: {cause.words}", cause.advice, cause.evidence)
    sidecar = container_of(pod, name).get("restartPolicy") == "Always"
    if "running" in state and not sidecar:
        since = epoch((state["running"] or {}).get("startedAt"))
        for_how_long = f", for {span(around.now - since)} now" if since else ""
        log = f"See what it does: {log_of(pod, name)}"
        return Cause(Level.WAITING, f"its init container {name} runs first{for_how_long}", log)
    return None


def lacks(message: str) -> Cause | None:
    """The cause in a message about a ConfigMap, a Secret or a key of one that is missing; None for any other."""
    key = _NO_KEY.search(message)
    if key:
        name = key["name"].rpartition("/")[2]
        return Cause(
            Level.STUCK,
            f"{key['kind']} {name} has no key {key['key']}",
            f"Add the key, or correct the reference to it: kubectl describe {key['kind'].lower()} {name}",
        )
    found = _NO_OBJECT.search(message)
    if found:
        kind = found["kind"].lower()
        return Cause(
            Level.STUCK,
            f"{_KINDS[kind]} {found['name']} does not exist",
            f"Create it, or correct the reference to it: kubectl get {kind}s",
        )
    return None


def _from_events(pod: Json, around: Around) -> Cause | None:
    failure = images.pull_failure(around)
    if failure:
        found = re.search(r'[Ff]ailed to pull image "([^"]+)"', failure.message)
        spec = pod.get("spec") or {}
        every = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
        owner = next((one["name"] for one in every if found and one.get("image") == found[1]), every[0]["name"])
        return images.unpullable(pod, owner, failure.reason, failure.message, around)
    event = next(
        (one for one in reversed(around.events) if one.reason in _UNHAPPY_EVENTS and _TRANSIENT not in one.message),
        None,
    )
    if event is None:
        return _config(around)
    volume = _VOLUME.search(event.message)
    lacking = lacks(event.message)
    evidence = (around.tell(event),)
    if lacking:
        where = f"its volume {volume['name']} cannot be mounted: " if volume else ""
        return Cause(Level.STUCK, where + lacking.words, lacking.advice, evidence)
    if event.reason == "FailedCreatePodSandBox":
        return Cause(
            Level.STUCK,
            f"the node cannot set up the pod's network or sandbox: {_end(event.message)}",
            "See the node and its network plugin: kubectl describe node",
            evidence,
        )
    if volume:
        words = f"its volume {volume['name']} cannot be {'attached' if 'Attach' in event.reason else 'mounted'}"
        return Cause(Level.STUCK, f"{words}: {_end(event.message)}", "See kubectl describe pod and pvc.", evidence)
    return Cause(Level.STUCK, one_line(event.message), "", evidence)


def _config(around: Around) -> Cause | None:
    """A container that cannot be made, told by events alone."""
    failure = around.last("Failed")
    cause = lacks(failure.message) if failure else None
    return cause.resting_on(around.tell(failure)) if cause else None


def _end(message: str) -> str:
    """The end of a chain of causes, which says what happened; the `Output:` of a mount command, where there is one."""
    output = re.search(r"Output: (.+)", message)
    if output:
        return one_line(output[1]).rpartition(": ")[2]
    said = one_line(message).partition('" : ')[2] or one_line(message)
    return said if len(said) <= 200 else "… " + said[-200:]


def _quiet(pod: Json, around: Around, *, seen: bool) -> Cause:
    """Nothing is wrong, or nobody says so."""
    node = pod["spec"].get("nodeName") or ""
    known = {one["metadata"]["name"] for one in around.nodes or ()}
    if around.nodes is not None and node not in known:
        return Cause(
            Level.STUCK,
            f"node {node} does not exist",
            "Delete the pod; where its manifest sets nodeName, correct that.",
        )
    pulling = around.last("Pulling", "Pulled")
    if pulling and pulling.reason == "Pulling" and pulling.time:
        image = re.search(r'"([^"]+)"', pulling.message)
        return Cause(
            Level.WAITING,
            f"node {node} has been pulling image {image[1] if image else ''} for {span(around.now - pulling.time)}",
            "",
            (around.tell(pulling),),
        )
    if not seen:
        return Cause(
            Level.WAITING,
            f"node {node} has not begun with it yet",
            "If it stays so, the node's kubelet is not at work: kubectl describe node " + node,
        )
    return Cause(Level.WAITING, f"its container is being created on node {node}")
