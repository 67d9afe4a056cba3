"""Tables as text: aligned columns without drawn lines, harmless cells, fitted to the terminal when there is one.

Piped output is never cut off: what a script reads must be whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from k8stui_tui.sanitize import cell, clip, width

GAP = "  "
_NARROWEST = 6


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: In capitals, as kubectl does.
        right: Align right, for numbers and times.
        flexible: May be cut off when the terminal is too narrow; the widest of them first.
    """

    title: str
    right: bool = False
    flexible: bool = False


def render(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    columns_wide: int | None = None,
    paint: Callable[[str], str] | None = None,
) -> list[str]:
    """The lines of a table, header first.

    Args:
        columns: What there is.
        rows: One text for each column; they may hold anything.
        columns_wide: Columns of the terminal; None when there is none.
        paint: Colours the text of a padded cell in the column STATUS.
    """
    texts = [[cell(text) for text in row] for row in rows]
    wide = [max([width(column.title), *(width(row[index]) for row in texts)]) for index, column in enumerate(columns)]
    if columns_wide is not None:
        _fit(columns, wide, columns_wide)
    header = [_pad(column.title, space, column) for column, space in zip(columns, wide, strict=True)]
    lines = [GAP.join(header).rstrip()]
    for row in texts:
        padded = [
            _pad(clip(text, space), space, column) for text, space, column in zip(row, wide, columns, strict=True)
        ]
        if paint:
            padded = [
                paint(text) if column.title == "STATUS" else text for text, column in zip(padded, columns, strict=True)
            ]
        lines.append(GAP.join(padded).rstrip())
    return lines


def _pad(text: str, space: int, column: Column) -> str:
    fill = " " * (space - width(text))
    return fill + text if column.right else text + fill


def _fit(columns: Sequence[Column], wide: list[int], room: int) -> None:
    """Narrow the flexible columns, the widest first, until the line fits or nothing can give any more."""
    flexible = [index for index, column in enumerate(columns) if column.flexible]
    while flexible:
        excess = sum(wide) + len(GAP) * (len(wide) - 1) - room
        widest = max(flexible, key=wide.__getitem__)
        least = max(_NARROWEST, width(columns[widest].title))
        if excess <= 0 or wide[widest] <= least:
            return
        others = [wide[index] for index in flexible if index != widest]
        # Down to the next widest at once, then evenly.
        step = max(1, min(excess, wide[widest] - max([least, *others])))
        wide[widest] -= step
