"""An event, or what is wrong, as a text to read. Pure."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from k8stui.control.words.spans import age
from k8stui_tui.program import as_called

if TYPE_CHECKING:
    from k8stui.control.events.lines import EventLine
    from k8stui.control.troubles.trouble import Trouble

MOST_MEMBERS = 100


def event_text(line: EventLine, now: float, columns: int) -> str:
    """All that there is to know of an event.

    Args:
        line: Which one.
        now: Seconds since the epoch.
        columns: Room for a line; longer ones go on below.
    """
    event = line.event
    often = f", {event.count} times" if event.count > 1 else ""
    seen = f"last {age(event.time, now)} ago{often}" if event.time else often.lstrip(", ")
    facts = (("object", line.object), ("namespace", line.namespace), ("run", line.run), ("seen", seen),
             ("from", line.source))  # fmt: skip
    told = "   ".join(f"{name} {text}" for name, text in facts if text)
    return "\n".join([*_filled(event.message, columns), "", *_filled(told, columns)])


def trouble_text(one: Trouble, columns: int, *, namespaces: bool) -> str:
    """What is wrong, what to do about it, what that rests on, and which objects it is about.

    Args:
        one: Which trouble.
        columns: Room for a line; longer ones go on below.
        namespaces: Whether these are told with the names.
    """
    lines = _filled(f"{one.subject} {one.sentence}", columns)
    lines += _filled(f"What to do: {as_called(one.advice)}", columns) if one.advice else []
    for line in one.evidence:
        lines += _filled(line, columns, "  ")
    if len(one.members) > 1:
        shown = one.members[:MOST_MEMBERS]
        more = len(one.members) - len(shown)
        names = [f"{each.namespace}/{each.name}" if namespaces and each.namespace else each.name for each in shown]
        lines += _filled(" ".join([*names, *([f"and {more} more"] if more else [])]), columns, "  ")
    return "\n".join(lines)


def _filled(text: str, columns: int, indent: str = "") -> list[str]:
    return wrap(text, max(columns, 20), initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
