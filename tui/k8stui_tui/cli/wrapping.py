"""Breaks sentences into lines that fit the terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap

from k8stui_tui.sanitize import width

_NARROWEST = 30
"""Columns of a line at least."""


def wrapped(text: str, *, before: int, hang: str = "") -> list[str]:
    """The text in lines that fit the terminal; whole where the output goes elsewhere.

    Words stay whole, however long: they may be commands.

    Args:
        text: In one line.
        before: Columns that stand before each line.
        hang: What all lines but the first begin with.
    """
    room = max(_NARROWEST, shutil.get_terminal_size().columns - before)
    if not sys.stdout.isatty() or width(text) <= room:
        return [text]
    return textwrap.wrap(text, room, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
