"""What Kubernetes itself said about an object: its events, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import EVENTS
from k8stui.control.words.spans import epoch


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


async def events_of(
    cluster: Cluster, kind: str, name: str, *, namespace: str | None = None, uid: str = ""
) -> list[Event]:
    """The events of one object (`Pod`, `Job` …); Kubernetes keeps them for an hour.

    Args:
        cluster: Where.
        kind: Of the object.
        name: Its name.
        namespace: The context's when None.
        uid: Only of that very object, and not of an earlier one of the same name.
    """
    fields = f"involvedObject.kind={kind},involvedObject.name={name}"
    fields += f",involvedObject.uid={uid}" if uid else ""
    found = await cluster.list(EVENTS, namespace=namespace, fields=fields)
    return sorted(map(read_event, found), key=lambda event: event.time or 0)


def read_event(event: dict[str, Any]) -> Event:
    """An event as the API sends it, in either of its two shapes (core/v1, events.k8s.io/v1)."""
    series = event.get("series") or {}
    seen = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return Event(
        time=epoch(seen or event["metadata"].get("creationTimestamp")),
        type=event.get("type") or "",
        reason=event.get("reason") or "",
        message=event.get("message") or "",
        count=series.get("count") or event.get("count") or 1,
    )
