"""The diagnosis of one pod, ours or anybody's: which rules apply follows from its state."""

from __future__ import annotations

from dataclasses import replace

from k8stui.control.diagnosis import scheduling
from k8stui.control.diagnosis.around import Around, Json
from k8stui.control.diagnosis.disruptions import disrupted
from k8stui.control.diagnosis.exits import ended
from k8stui.control.diagnosis.finding import Cause, Diagnosis, Level
from k8stui.control.diagnosis.starting import restarting, starting
from k8stui.control.pods.views import STOPPING, main_container, pod_view
from k8stui.control.words.spans import age, epoch, span
from k8stui.incluster.contract.podfacts import read_report
from k8stui.incluster.contract.states import StepState
from k8stui.model.views import PodView


def diagnose_pod(pod: Json, around: Around) -> Diagnosis:
    """What is the matter with a pod, or that nothing is.

    Args:
        pod: As the API sends it.
        around: What else is known.
    """
    view = pod_view(pod)
    state, cause = pod_cause(pod, view, around)
    return Diagnosis.of(f"pod {view.name}", state, cause)


def pod_cause(pod: Json, view: PodView, around: Around) -> tuple[str, Cause]:
    """The state of a pod, as it is shown, and the cause of it."""
    restarted = _restarted(pod)
    if restarted and view.status != STOPPING:
        return StepState.STARTING.value, restarting(pod, restarted, around)
    match view.status:
        case StepState.SUCCEEDED.value:
            return view.status, Cause(Level.FINE, _when(view, around.now))
        case StepState.EVICTED.value:
            return view.status, disrupted(pod, view.reason, view.message, view.node, around)
        case StepState.STOPPED.value:
            return view.status, _deleted(pod, view, around)
        case StepState.FAILED.value:
            return view.status, _failed(pod, view, around)
        case StepState.RUNNING.value:
            return view.status, _running(pod, view, around)
        case StepState.QUEUED.value:
            return view.status, _queued(pod, view, around)
        case _ if view.status == STOPPING:
            return view.status, _stopping(pod, view, around)
    return view.status, starting(pod, around)


def _restarted(pod: Json) -> Json | None:
    """A container that has ended, or waits to be started again, in a pod that restarts its containers."""
    if (pod["spec"].get("restartPolicy") or "Always") == "Never":
        return None
    status = pod.get("status") or {}
    if status.get("phase") in ("Succeeded", "Failed"):
        return None
    for container in status.get("containerStatuses") or ():
        state = container.get("state") or {}
        if "terminated" in state or (state.get("waiting") or {}).get("reason") == "CrashLoopBackOff":
            return dict(container)
    return None


def _failed(pod: Json, view: PodView, around: Around) -> Cause:
    status = pod.get("status") or {}
    for container in status.get("initContainerStatuses") or ():
        terminated = (container.get("state") or {}).get("terminated") or {}
        if terminated.get("exitCode"):
            cause = _end_of(pod, container["name"], terminated, "", around)
            return Cause(
                cause.level, f"init container {container['name']}: {cause.words}", cause.advice, cause.evidence
            )
    main = main_container(pod)
    statuses = {one.get("name"): one for one in status.get("containerStatuses") or ()}
    terminated = ((statuses.get(main) or {}).get("state") or {}).get("terminated")
    if terminated is None:
        # It never came to a container: the pod's own words are all there is.
        return ended(pod, main, code=None, reason=view.reason, message=view.message, report=None, around=around)
    return _end_of(pod, main, terminated, str(status.get("reason") or ""), around)


def _end_of(pod: Json, container: str, terminated: Json, reason: str, around: Around) -> Cause:
    message = str(terminated.get("message") or "")
    return ended(
        pod,
        container,
        code=terminated.get("exitCode"),
        reason=reason or str(terminated.get("reason") or ""),
        message=message,
        report=read_report(message),
        around=around,
    )


def _queued(pod: Json, view: PodView, around: Around) -> Cause:
    spec = pod["spec"]
    if spec.get("schedulingGates"):
        return scheduling.gated(pod)
    event = around.last("FailedScheduling")
    condition = view.message if view.reason == "Unschedulable" else ""
    said = condition or (event.message if event else "")
    if said:
        return scheduling.unschedulable(pod, said, around).resting_on(
            f"condition PodScheduled: {condition}" if condition else "", around.tell(event)
        )
    other = spec.get("schedulerName")
    if other and other != "default-scheduler":
        return Cause(
            Level.WAITING,
            f"scheduler {other} has not looked at it yet",
            f"If it stays so, no scheduler {other} runs in this cluster: correct schedulerName.",
        )
    return Cause(
        Level.WAITING,
        f"the scheduler has not looked at it yet{_since(view.created, around.now)}",
        "If it stays so, the cluster's scheduler is not at work.",
    )


def _running(pod: Json, view: PodView, around: Around) -> Cause:
    probe = around.last("Unhealthy")
    ready = next((one for one in _conditions(pod) if one.get("type") == "Ready"), {})
    if ready.get("status") == "False" and probe is not None:
        return Cause(
            Level.WAITING,
            f"on node {view.node}, but not ready: {' '.join(probe.message.split()).rstrip(':')}",
            "See in its log what it waits for.",
            (around.tell(probe),),
        )
    words = f"on node {view.node}{_since(view.started, around.now)}"
    if view.restarts:
        words += f", restarted {view.restarts} times"
    return Cause(Level.FINE, words)


def _deleted(pod: Json, view: PodView, around: Around) -> Cause:
    cause = disrupted(pod, "deleted", "", view.node, around)
    holders = pod["metadata"].get("finalizers")
    return (
        replace(cause, words=f"{cause.words}; finalizers hold its object: {', '.join(holders)}") if holders else cause
    )


def _stopping(pod: Json, view: PodView, around: Around) -> Cause:
    since = epoch(pod["metadata"].get("deletionTimestamp"))
    holders = pod["metadata"].get("finalizers") or ()
    late = since is not None and around.now > since  # the deletion's time is when the grace period ends
    if holders and late:
        return Cause(
            Level.STUCK,
            f"it is being deleted and waits for its finalizers: {', '.join(holders)}",
            "Whoever set a finalizer takes it away when it is done; see that it is at work.",
        )
    if late and since is not None and around.now - since > _SLOW:
        return Cause(
            Level.STUCK,
            f"it was to be gone {span(around.now - since)} ago, and node {view.node} has not said that it ended",
            f"See whether the node is there: kubectl get node {view.node}",
        )
    return Cause(Level.WAITING, "it is being deleted and has its grace period to end")


_SLOW = 30.0
"""Seconds after the grace period in which a node that is at work has told of a pod's end."""


def _conditions(pod: Json) -> list[Json]:
    return list((pod.get("status") or {}).get("conditions") or ())


def _when(view: PodView, now: float) -> str:
    took = f"in {span(view.finished - view.started)}" if view.finished and view.started else ""
    ago = f"{age(view.finished, now)} ago" if view.finished else ""
    return " ".join(filter(None, (took, f"on node {view.node}" if view.node else "", ago)))


def _since(then: float | None, now: float) -> str:
    return f" for {span(now - then)}" if then else ""
