"""Diagnoses and events as texts to read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from k8stui.control.words.spans import age
from k8stui_tui.program import as_called

if TYPE_CHECKING:
    from k8stui.control.diagnosis.finding import Diagnosis
    from k8stui.control.events.reading import Event


def diagnoses_text(found: Sequence[Diagnosis], columns: int) -> str:
    """Each with what to do about it and what it rests on, the worst first.

    Args:
        found: What was found.
        columns: Room for a line; longer sentences go on below, indented.
    """
    parts = []
    for one in found:
        lines = [_filled(f"{one.subject}: {one.sentence}", "", columns)]
        lines += [_filled(f"What to do: {as_called(one.advice)}", "  ", columns)] if one.advice else []
        lines += [_filled(line, "    ", columns) for line in one.evidence]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _filled(text: str, indent: str, columns: int) -> str:
    return fill(text, max(columns, 20), initial_indent=indent, subsequent_indent=indent + "  ")


def events_text(events: Sequence[Event], now: float) -> str:
    """As `kubectl get events` shows them, the newest last."""
    if not events:
        return "Kubernetes said nothing about it within the last hour, for which it keeps events."
    rows = [(age(event.time, now), event.type, event.reason, f"{event.count}x", event.message) for event in events]
    heads = ("LAST SEEN", "TYPE", "REASON", "COUNT", "MESSAGE")
    wide = [max(len(row[column]) for row in (heads, *rows)) for column in range(4)]
    return "\n".join("  ".join([*map(str.ljust, row[:4], wide), row[4]]) for row in (heads, *rows))
