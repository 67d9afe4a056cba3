"""Events as texts to read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui.control.events import Event
from k8stui.control.spans import age


def events_text(events: Sequence[Event], now: float) -> str:
    """As `kubectl get events` shows them, the newest last."""
    if not events:
        return "Kubernetes said nothing about it within the last hour, for which it keeps events."
    rows = [(age(event.time, now), event.type, event.reason, f"{event.count}x", event.message) for event in events]
    heads = ("LAST SEEN", "TYPE", "REASON", "COUNT", "MESSAGE")
    wide = [max(len(row[column]) for row in (heads, *rows)) for column in range(4)]
    return "\n".join("  ".join([*map(str.ljust, row[:4], wide), row[4]]) for row in (heads, *rows))
