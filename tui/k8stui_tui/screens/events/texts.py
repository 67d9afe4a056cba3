"""An event as a text to read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.control.spans import age

if TYPE_CHECKING:
    from k8stui.control.eventlines import EventLine


def event_text(line: EventLine, now: float) -> str:
    """All that there is to know of an event.

    Args:
        line: Which one.
        now: Seconds since the epoch.
    """
    event = line.event
    often = f", {event.count} times" if event.count > 1 else ""
    seen = f"last {age(event.time, now)} ago{often}" if event.time else often.lstrip(", ")
    facts = [
        ("object", line.object),
        ("namespace", line.namespace),
        ("run", line.run),
        ("seen", seen),
        ("from", line.source),
    ]
    lines = [event.message, "", *(f"{name:<11}{text}" for name, text in facts if text)]
    return "\n".join(lines)
