"""The scheduler: binds pods to the one node, or says why not.

Checks what a manifest can ask of a node: selector, affinity, tolerations, requests. Words as kube-scheduler's
FailedScheduling events have them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal

from k8stui.embedded.events import Recorder
from k8stui.embedded.objects import (
    Obj,
    condition,
    copied,
    is_deleting,
    is_terminal,
    labels_of,
    name_of,
    namespace_of,
    set_condition,
)
from k8stui.embedded.registry import NODE, POD
from k8stui.embedded.resources import Resources
from k8stui.embedded.selectors import expression_matches
from k8stui.embedded.store import Change
from k8stui.model.quantities import parse_quantity, pod_resources, sum_resources

_UNHELPFUL = "0/1 nodes are available: 1 Preemption is not helpful for scheduling."
_NO_VICTIMS = "0/1 nodes are available: 1 No preemption victims found for incoming pod."


class Scheduler:
    """Binds pending pods when they come and when something that kept them waiting changes."""

    def __init__(self, resources: Resources, recorder: Recorder) -> None:
        self._resources, self._recorder = resources, recorder
        self._unsubscribe: Callable[[], None] | None = None
        self._scheduled = False

    def start(self) -> None:
        """Begin to schedule."""
        self._unsubscribe = self._resources.store.subscribe(self._on_change)

    def stop(self) -> None:
        """Bind nothing any more."""
        if self._unsubscribe:
            self._unsubscribe()

    def _on_change(self, change: Change) -> None:
        relevant = change.kind is NODE or (
            change.kind is POD
            and (
                change.verb != "MODIFIED"
                or is_terminal(change.obj)
                or change.old is None
                or change.old["spec"] != change.obj["spec"]
            )
        )
        if relevant and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._schedule)

    def _schedule(self) -> None:
        self._scheduled = False
        nodes = self._resources.select(NODE)
        pods = self._resources.select(POD)
        waiting = [pod for pod in pods if not pod["spec"].get("nodeName") and not is_deleting(pod)]
        if not waiting or not nodes:
            return
        node = nodes[0]
        bound = [pod for pod in pods if pod["spec"].get("nodeName") == name_of(node) and not is_terminal(pod)]
        used = sum_resources(bound, "requests")
        used["pods"] = Decimal(len(bound))
        for pod in waiting:
            if pod["spec"].get("schedulerName") != "default-scheduler" or pod["spec"].get("schedulingGates"):
                continue
            if why := _unfit(pod, node, used):
                self._refuse(pod, why)
            else:
                self._bind(pod, node)
                for name, amount in _asked(pod).items():
                    used[name] = used.get(name, Decimal(0)) + amount

    def _bind(self, pod: Obj, node: Obj) -> None:
        message = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {name_of(node)}"
        self._recorder.normal(POD, pod, "Scheduled", message, source="default-scheduler")
        # Binding is a subresource of its own: a pod's spec can't be given a node by an update.
        bound = copied(pod)
        bound["spec"]["nodeName"] = name_of(node)
        set_condition(bound["status"], {"type": "PodScheduled", "status": "True", "lastProbeTime": None})
        self._resources.store.replace(POD, bound)

    def _refuse(self, pod: Obj, why: str) -> None:
        told = condition(pod, "PodScheduled")
        if told and told.get("message") == why:
            return
        self._recorder.warning(POD, pod, "FailedScheduling", why, source="default-scheduler")
        unschedulable = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": why,
            "lastProbeTime": None,
        }
        self._resources.change(POD, pod, lambda obj: set_condition(obj["status"], unschedulable), subresource="status")


def _asked(pod: Obj) -> dict[str, Decimal]:
    return {**pod_resources(pod, "requests"), "pods": Decimal(1)}


def _unfit(pod: Obj, node: Obj, used: dict[str, Decimal]) -> str:
    """Return the sentence why the pod does not fit, empty when it does."""
    reasons = [*_node_reasons(pod, node)]
    unhelpful = bool(reasons)
    if not reasons:
        allocatable = (node.get("status") or {}).get("allocatable") or {}
        for name, amount in sorted(_asked(pod).items()):
            if amount and used.get(name, Decimal(0)) + amount > parse_quantity(allocatable.get(name, "0")):
                reasons.append("Too many pods" if name == "pods" else f"Insufficient {name}")
                unhelpful = unhelpful or amount > parse_quantity(allocatable.get(name, "0"))
    if not reasons:
        return ""
    preemption = _UNHELPFUL if unhelpful else _NO_VICTIMS
    return f"0/1 nodes are available: {', '.join(f'1 {r}' for r in reasons)}. preemption: {preemption}"


def _node_reasons(pod: Obj, node: Obj) -> list[str]:
    spec, labels = pod["spec"], labels_of(node)
    tolerations = spec.get("tolerations") or []
    if (node.get("spec") or {}).get("unschedulable"):
        cordoned = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
        if not any(_tolerates(t, cordoned) for t in tolerations):
            return ["node(s) were unschedulable"]
    for taint in (node.get("spec") or {}).get("taints") or []:
        if taint.get("effect") != "PreferNoSchedule" and not any(_tolerates(t, taint) for t in tolerations):
            return [f"node(s) had untolerated taint {{{taint.get('key')}: {taint.get('value') or ''}}}"]
    selected = all(labels.get(key) == value for key, value in (spec.get("nodeSelector") or {}).items())
    if not selected or not _affinity_allows(spec, labels):
        return ["node(s) didn't match Pod's node affinity/selector"]
    return []


def _affinity_allows(spec: Obj, labels: dict[str, str]) -> bool:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not required:
        return True
    terms = required.get("nodeSelectorTerms") or []
    return any(
        bool(term.get("matchExpressions")) and all(expression_matches(e, labels) for e in term["matchExpressions"])
        for term in terms
    )


def _tolerates(toleration: Obj, taint: Obj) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")
