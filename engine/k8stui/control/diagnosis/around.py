"""What is known around a pod: its events, the nodes, its claims; each only as far as this user may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from k8stui.control.events.reading import Event
from k8stui.control.words.spans import age
from k8stui.incluster.contract import names

Json = dict[str, Any]


@dataclass(frozen=True)
class Around:
    """What a pod is judged by besides its own JSON.

    Attributes:
        now: Seconds since the epoch.
        events: Of the pod, the oldest first.
        nodes: All nodes; None where this user may not list them.
        claims: What was last said of each PersistentVolumeClaim it waits for, by name.
        pods: Names of other pods that its events speak of, by uid.
    """

    now: float
    events: tuple[Event, ...] = ()
    nodes: tuple[Json, ...] | None = None
    claims: Mapping[str, str] = field(default_factory=dict)
    pods: Mapping[str, str] = field(default_factory=dict)

    def last(self, *reasons: str) -> Event | None:
        """The latest event with one of these reasons."""
        return next((event for event in reversed(self.events) if event.reason in reasons), None)

    def tell(self, event: Event | None) -> str:
        """An event as a line of evidence; empty for none."""
        if event is None:
            return ""
        when = ", ".join(filter(None, (_ago(event.time, self.now), f"{event.count} times" if event.count > 1 else "")))
        return f"event {event.reason}{f' ({when})' if when else ''}: {one_line(event.message)}"


def one_line(text: str) -> str:
    """The text with its line breaks and runs of spaces as single spaces."""
    return " ".join(text.split())


def setting(pod: Json, ours: str, spec: str) -> str:
    """Where a person changes something of a pod: k8stui's setting for its own pods, the manifest's field for others.

    Args:
        pod: The pod.
        ours: The setting within `pod_settings`.
        spec: The field of the manifest.
    """
    labels = pod["metadata"].get("labels") or {}
    if labels.get(names.LABEL_MANAGED_BY) != names.MANAGER:
        return spec
    if labels.get(names.LABEL_COMPONENT) == names.COMPONENT_ORCHESTRATOR:
        return f"orchestrator_pod_settings.{ours}"
    return f"pod_settings.{ours}"


def log_of(pod: Json, container: str = "") -> str:
    """The command that shows what a pod said; empty for one whose name is not known."""
    meta = pod["metadata"]
    labels = meta.get("labels") or {}
    run, step = labels.get(names.LABEL_RUN_ID), (meta.get("annotations") or {}).get(names.ANNOTATION_STEP)
    if run and step and container in ("", names.STEP_CONTAINER):
        return f"k8stui logs {run} --step {step}"
    return f"kubectl logs {meta['name']}{f' -c {container}' if container else ''}" if meta.get("name") else ""


def container_of(pod: Json, name: str) -> Json:
    """A container of a pod's spec, init containers included; empty when there is none of that name."""
    spec = pod.get("spec") or {}
    every = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    return next((one for one in every if one.get("name") == name), {})


def limit_of(container: Json, resource: str) -> str:
    """The limit of a container as it was written; empty for none."""
    return str(((container.get("resources") or {}).get("limits") or {}).get(resource) or "")


def _ago(then: float | None, now: float) -> str:
    told = age(then, now)
    return f"{told} ago" if told else ""
