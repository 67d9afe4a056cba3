"""Pods as they are shown: one status word for each, whoever made them."""

from __future__ import annotations

from typing import Any

from k8stui.incluster.contract import names
from k8stui.incluster.contract.podfacts import PodFacts, parse_time, read_pod
from k8stui.incluster.contract.states import StepState
from k8stui.model.views import AttemptView, PodView
from k8stui.model.zenmllabels import RUN_NAME, STEP_NAME

STOPPING = "stopping"
"""A pod that is being deleted and whose container has not ended yet."""

ENDED_PODS = frozenset({StepState.SUCCEEDED.value, StepState.FAILED.value, StepState.EVICTED.value})
"""Statuses of pods whose containers run no more."""

NOT_STARTED = frozenset({StepState.QUEUED.value, StepState.STARTING.value})
"""Statuses of pods whose containers have not run yet."""

LONGEST_STEP = 1_000
"""Characters of a step's name that are looked at; nobody has chosen a longer one."""

_DIGITS = 9
"""Of the number of an attempt."""

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


def pod_view(pod: dict[str, Any]) -> PodView:
    """The view of a pod's JSON, of k8stui's pods and of any other."""
    meta, status = pod["metadata"], pod.get("status") or {}
    labels = meta.get("labels") or {}
    ours = labels.get(names.LABEL_MANAGED_BY) == names.MANAGER
    facts = _facts(pod, ours=ours)
    step = (
        ((meta.get("annotations") or {}).get(names.ANNOTATION_STEP) or "")[:LONGEST_STEP]
        or labels.get(names.LABEL_STEP)
        or labels.get(STEP_NAME)
        or ""
    )
    return PodView(
        name=meta["name"],
        namespace=meta.get("namespace") or "",
        uid=facts.uid,
        status=_status(facts),
        phase=status.get("phase") or "",
        run=labels.get(names.LABEL_RUN_ID) or labels.get(names.LABEL_RUN) or labels.get(RUN_NAME) or "",
        pipeline=labels.get(names.LABEL_PIPELINE) or "",
        step=step,
        attempt=facts.attempt or None,
        component=labels.get(names.LABEL_COMPONENT, "") if ours else "",
        node=facts.node,
        ip=status.get("podIP") or "",
        restarts=sum(container.get("restartCount") or 0 for container in status.get("containerStatuses") or ()),
        created=facts.created,
        started=facts.started,
        finished=facts.finished,
        exit_code=facts.exit_code,
        reason=facts.reason,
        message=facts.report.sentence() if facts.report and facts.report.error else facts.message,
        silent=bool(facts.report and facts.report.silent),
        scheduled=_scheduled(status),
    )


def _scheduled(status: dict[str, Any]) -> float | None:
    """When a pod was given a node."""
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "True":
            return parse_time(condition.get("lastTransitionTime"))
    return None


def attempt_view(pod: PodView) -> AttemptView:
    """The attempt a step's pod carries."""
    return AttemptView(
        attempt=pod.attempt or 1,
        pod=pod.name,
        state=StepState.STOPPED if pod.status == STOPPING else StepState(pod.status),
        **pod.model_dump(include={"uid", "node", "created", "started", "finished", "exit_code", "reason", "message"}),
    )


def main_container(pod: dict[str, Any]) -> str:
    """The container whose outcome and log count: ours by its name, else the annotated default, else the first."""
    meta = pod["metadata"]
    listed: list[str] = [container.get("name") or "" for container in (pod.get("spec") or {}).get("containers") or ()]
    preferred = (names.STEP_CONTAINER, names.MASTER_CONTAINER, (meta.get("annotations") or {}).get(_DEFAULT_CONTAINER))
    return next((name for name in preferred if name in listed), listed[0] if listed else "")


def _facts(pod: dict[str, Any], *, ours: bool) -> PodFacts:
    # `read_pod` looks at the container of a step; any other pod is shown to it with its main container in that place.
    main, status, meta = main_container(pod), pod.get("status") or {}, pod["metadata"]
    statuses = [
        dict(container, name=names.STEP_CONTAINER)
        for container in status.get("containerStatuses") or ()
        if container.get("name") == main
    ]
    labels = dict(meta.get("labels") or {})
    number = str(labels.get(names.LABEL_ATTEMPT, ""))
    if not ours or not number.isdecimal() or len(number) > _DIGITS:
        labels.pop(names.LABEL_ATTEMPT, None)
    return read_pod(dict(pod, metadata=dict(meta, labels=labels), status=dict(status, containerStatuses=statuses)))


def _status(facts: PodFacts) -> str:
    if facts.ended:
        if facts.exit_code == 0:
            return StepState.SUCCEEDED.value
        if facts.eviction:
            return StepState.EVICTED.value
        ended = StepState.STOPPED if facts.disrupted else StepState.FAILED
        return ended.value
    if facts.deleting:
        return STOPPING
    if facts.running:
        return StepState.RUNNING.value
    pending = StepState.STARTING if facts.node else StepState.QUEUED
    return pending.value
