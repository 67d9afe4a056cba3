"""What widgets draw: texts with a role, fitted into columns.

Texts may hold anything: they are made harmless here, at the moment they are drawn. Widths are Rich's, because Textual's
compositor places characters by them.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from k8stui_tui.sanitize import cell as harmless_cell


class Cell(NamedTuple):
    """One text of a line.

    Attributes:
        text: Whatever it is; line breaks become spaces.
        role: How it looks, one of `theme.roles.ROLES`; empty for plain.
    """

    text: str
    role: str = ""


EMPTY = Cell("")


def shown_width(text: str) -> int:
    """Columns that a text takes once it is harmless."""
    return len(text) if text.isascii() and text.isprintable() else cell_len(harmless_cell(text))


def fitted(text: str, columns: int, *, right: bool = False, more: str = "…", tail: int = 0) -> str:
    """The harmless text in exactly that many columns.

    Args:
        text: Anything.
        columns: How many; 0 gives an empty text.
        right: Align right, for numbers and times.
        more: What stands where a text was cut.
        tail: Columns of its end that a text keeps when it is cut, for names that differ at their ends.
    """
    if not (text.isascii() and text.isprintable()):
        text = harmless_cell(text)
    size = len(text) if text.isascii() else cell_len(text)
    if size > columns:
        if 0 < tail < columns - 1:
            end = _ending(text, tail)
            return set_cell_size(text, columns - 1 - cell_len(end)) + more + end
        return set_cell_size(text, columns - 1) + more if columns > 1 else (more if columns == 1 else "")
    fill = " " * (columns - size)
    return fill + text if right else text + fill


def _ending(text: str, columns: int) -> str:
    """As much of the end of a text as fits into that many columns."""
    end = text[-columns:]
    while cell_len(end) > columns:
        end = end[1:]
    return end
