"""When images were pulled, as the kubelet's events tell: nothing else does. Kubernetes keeps them for an hour.

`Pulled` says how long it took ("Successfully pulled image … in 2.31s (2.31s including waiting)"), to the second when it
ended; an image that was there is told as one that is "already present on machine".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import EVENTS
from k8stui.control.events.reading import read_event

PULLING, PULLED = "involvedObject.kind=Pod,reason=Pulling", "involvedObject.kind=Pod,reason=Pulled"
"""Field selectors of the two kinds of events."""

_TOOK = (re.compile(r"\(([0-9.hmnuµs]+) including waiting\)"), re.compile(r" in ([0-9.hmnuµs]+)(?: |$)"))
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|µs|us|ns|m|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@dataclass(frozen=True)
class Pull:
    """One pull of an image for a pod.

    Attributes:
        uid: Of the pod.
        begin: When it began.
        end: When the image was there; None while it is pulled, as far as events tell.
    """

    uid: str
    begin: float
    end: float | None


async def read_pulls(cluster: Cluster, *, namespace: str | None = None) -> dict[str, tuple[Pull, ...]]:
    """The pulls that events still tell of, by the uid of their pod.

    Raises:
        K8stuiError: Events cannot be read.
    """
    found: list[dict[str, Any]] = []
    for fields in (PULLING, PULLED):
        found += await cluster.list(EVENTS, namespace=namespace, fields=fields)
    return pulls_of(found)


def pulls_of(events: Iterable[dict[str, Any]]) -> dict[str, tuple[Pull, ...]]:
    """The pulls of all pods that these events tell of, each pod's in their order."""
    begun: dict[tuple[str, str], float] = {}
    pulls: dict[tuple[str, str], Pull] = {}
    for raw in events:
        event, about = read_event(raw), raw.get("involvedObject") or {}
        uid = str(about.get("uid") or "")
        key = (uid, str(about.get("fieldPath") or ""))
        if event.time is None or not uid:
            continue
        if event.reason == "Pulling":
            begun[key] = event.time
        elif event.reason == "Pulled" and (took := pull_seconds(event.message)) is not None:
            pulls[key] = Pull(uid, event.time - took, event.time)
    for key, begin in begun.items():
        known = pulls.get(key)
        if known is None or (known.end is not None and begin > known.end):
            pulls[key] = Pull(key[0], begin, None)
    found: dict[str, list[Pull]] = {}
    for pull in sorted(pulls.values(), key=lambda pull: pull.begin):
        found.setdefault(pull.uid, []).append(pull)
    return {uid: tuple(some) for uid, some in found.items()}


def pull_seconds(message: str) -> float | None:
    """How long a pull took, the wait for other pulls included; None for an image that was there already."""
    told = next(filter(None, (pattern.search(message) for pattern in _TOOK)), None)
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(told[1])) if told else None
