"""Pods and events of a real cluster (Kubernetes 1.34, containerd 1.6), and what the rules say of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Diagnosis
from k8stui.control.diagnosis.pods import diagnose_pod
from k8stui.control.events.reading import Event, read_event
from k8stui.control.words.spans import epoch

Json = dict[str, Any]

NOW = 1_764_082_500.0
"""About a minute after the pods of the recording were made."""

NODE: Json = {
    "metadata": {"name": "node-1", "labels": {"kubernetes.io/os": "linux", "pool": "cpu"}},
    "status": {"allocatable": {"cpu": "2", "memory": "24632896Ki", "pods": "240"}},
}


@cache
def recording() -> dict[str, Json]:
    """The recorded pods with their events, by the pod's name."""
    lines = (Path(__file__).parent / "real_pods.jsonl").read_text(encoding="utf-8").splitlines()
    return {found["name"]: found for found in map(json.loads, lines)}


def real_pod(name: str) -> Json:
    """A recorded pod."""
    pod: Json = recording()[name]["pod"]
    return pod


def around(name: str, **more: Any) -> Around:
    """What was recorded around a pod, a minute after it was made."""
    found = recording()[name]
    now = (epoch(found["pod"]["metadata"]["creationTimestamp"]) or 0) + 60
    return Around(now, events=tuple(map(read_event, found["events"])), **more)


def diagnosed(name: str, **more: Any) -> Diagnosis:
    """The diagnosis of a recorded pod."""
    return diagnose_pod(real_pod(name), around(name, **more))


def pod(*, labels: dict[str, str] | None = None, spec: Json | None = None, **status: Any) -> Json:
    """A pod with one container, `main`."""
    base: Json = {"restartPolicy": "Never", "nodeName": "node-1", "containers": [{"name": "main", "image": "x:1"}]}
    meta = {"name": "train-0", "namespace": "ml", "uid": "u-train-0", "labels": labels or {}}
    return {"metadata": meta, "spec": {**base, **(spec or {})}, "status": status}


def event(reason: str, message: str, *, kind: str = "Warning", seconds: float = 10, count: int = 1) -> Event:
    """An event of some seconds before `NOW`."""
    return Event(NOW - seconds, kind, reason, message, count)
