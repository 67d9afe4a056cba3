"""What Kubernetes itself said about an object: its events, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import EVENTS
from k8stui.control.spans import epoch


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        time: When it was last seen, seconds since the epoch.
        type: `Normal` or `Warning`.
        reason: One word: `FailedScheduling`.
        message: The sentence to it.
        count: How often it was seen.
    """

    time: float | None
    type: str
    reason: str
    message: str
    count: int


async def events_of(cluster: Cluster, kind: str, name: str, *, namespace: str | None = None) -> list[Event]:
    """The events of one object (`Pod`, `Job` …); Kubernetes keeps them for an hour."""
    fields = f"involvedObject.kind={kind},involvedObject.name={name}"
    found = await cluster.list(EVENTS, namespace=namespace, fields=fields)
    return sorted(map(_event, found), key=lambda event: event.time or 0)


def _event(event: dict[str, Any]) -> Event:
    series = event.get("series") or {}
    seen = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return Event(
        time=epoch(seen or event["metadata"].get("creationTimestamp")),
        type=event.get("type") or "",
        reason=event.get("reason") or "",
        message=event.get("message") or "",
        count=series.get("count") or event.get("count") or 1,
    )
