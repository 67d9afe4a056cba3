"""Parts of a text that look different from the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from k8stui_tui.widgets.lines import Piece

Mark = tuple[int, int, str]
"""Where in a text a part begins and ends, and its role."""


def marked(text: str, begin: int, end: int, role: str, marks: Iterable[Mark]) -> list[Piece]:
    """A part of a text in pieces.

    Args:
        text: The whole text.
        begin: Where the part begins.
        end: Where it ends.
        role: Of what is not marked.
        marks: By their beginnings; where they overlap, the first one counts.
    """
    found: list[Piece] = []
    done = begin
    for first, last, mark in marks:
        # They may begin before the part or end behind it.
        start, stop = max(done, first), min(end, last)
        if start < stop:
            found += [(text[done:start], role), (text[start:stop], mark)]
            done = stop
    return [*found, (text[done:end], role)]
