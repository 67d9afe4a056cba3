"""Aligned keys and columns as plain lines. Every value passes `harmless` here, whatever a cluster's texts hold.

A block is a list of pairs; a value is a text, several lines, or a block of its own, which stands indented below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from k8stui.control.words.harmless import harmless
from k8stui.control.words.spans import age, iso

Value: TypeAlias = "str | Sequence[str] | Block"
Block: TypeAlias = "Sequence[tuple[str, Value]]"

_INDENT = "  "
_GAP = 2


def block_lines(block: Block, *, indent: int = 0) -> list[str]:
    """The lines of a block, keys aligned; pairs without a value are left out."""
    shown = [(key, value) for key, value in block if value]
    flat = [len(key) for key, value in shown if not _is_block(value)]
    wide = max(flat, default=0) + 1 + _GAP
    lines = []
    for key, value in shown:
        prefix = _INDENT * indent
        if isinstance(value, str):
            lines.append(f"{prefix}{f'{harmless(key)}:'.ljust(wide)}{harmless(value)}".rstrip())
        elif _is_block(value):
            lines.append(f"{prefix}{harmless(key)}:")
            lines += block_lines(value, indent=indent + 1)  # type: ignore[arg-type]  # _is_block has looked
        else:
            heads = [f"{harmless(key)}:", *[""] * (len(value) - 1)]
            lines += [
                f"{prefix}{head.ljust(wide)}{harmless(str(one))}".rstrip()
                for head, one in zip(heads, value, strict=True)
            ]
    return lines


def table_lines(titles: Sequence[str], rows: Iterable[Sequence[str]], *, indent: int = 1) -> list[str]:
    """The lines of a table with a header; the last column is as long as it is."""
    texts = [[harmless(cell) for cell in row] for row in (titles, *rows)]
    wide = [max(len(row[index]) for row in texts) for index in range(len(titles))]
    prefix = _INDENT * indent
    return [
        (prefix + "  ".join(cell.ljust(space) for cell, space in zip(row, wide, strict=True))).rstrip() for row in texts
    ]


def moment(then: float | None, now: float) -> str:
    """A time and how long ago it was: `2026-11-24T04:00:00.000Z (4m12s ago)`."""
    return f"{iso(then)} ({age(then, now)} ago)" if then is not None else ""


def pairs(found: dict[str, str] | None, *, longest: int = 300) -> list[str]:
    """Labels or annotations, one a line; a long value is cut off."""
    return [f"{key}={cut(str(value), longest)}" for key, value in sorted((found or {}).items())]


def cut(text: str, longest: int) -> str:
    """The beginning of a text that is longer, and how long it is."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def _is_block(value: Value) -> bool:
    return not isinstance(value, str) and bool(value) and isinstance(value[0], tuple)
