"""The events of an object as the end of its description."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui.control.diagnosis.around import one_line
from k8stui.control.events.reading import Event
from k8stui.control.words.layout import table_lines
from k8stui.control.words.spans import age


def event_lines(events: Sequence[Event], now: float) -> list[str]:
    """A table of events, the oldest first; or that there are none, which after an hour is the ordinary case."""
    if not events:
        return ["Events: none (Kubernetes keeps them for an hour)"]
    rows = [
        (
            one.type,
            one.reason,
            age(one.time, now) + (f" ({one.count} times)" if one.count > 1 else ""),
            one_line(one.message),
        )
        for one in events
    ]
    return ["Events:", *table_lines(("TYPE", "REASON", "AGE", "MESSAGE"), rows)]
