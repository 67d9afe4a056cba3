"""What a terminal is sent so that it shows a notification: OSC 9 and OSC 777. Pure.

OSC 9 is iTerm2's, OSC 777 came with urxvt; terminals that know neither ignore them.
"""

from __future__ import annotations

from collections.abc import Mapping

from k8stui_tui.passing import passed_on
from k8stui_tui.sanitize import cell, clip

_ENDED = {"succeeded": "has succeeded", "failed": "has failed", "stopped": "was stopped"}

LONGEST = 200
"""Columns of a notification: what is longer, desktops cut off anyway."""

_BELL = "\x07"


def end_of(run: str, state: str) -> str:
    """What is said of a run that has ended in that state."""
    return f"Run {run} {_ENDED.get(state, 'is ' + state)}"


def notification(kind: str, title: str, text: str, environ: Mapping[str, str]) -> str:
    """The bytes for a terminal, as text; empty where none are wanted.

    Args:
        kind: `off`, `osc9` or `osc777`.
        title: Who says it.
        text: What is said; may hold anything.
        environ: Tells whether a multiplexer is between.
    """
    # A semicolon would end the field that it stands in.
    said = clip(cell(text), LONGEST).replace(";", ",")
    begin = {"osc9": f"9;{title}: {said}", "osc777": f"777;notify;{title};{said}"}.get(kind)
    if begin is None:
        return ""
    return passed_on(f"\x1b]{begin}{_BELL}", environ)
