"""The border between text from a cluster and the terminal: every cell and every log line passes here.

The rules themselves stand in `k8stui.control.words.harmless`: `python file.py` prints logs without this package.
"""

from __future__ import annotations

import unicodedata

from k8stui.control.words.harmless import harmless, harmless_line

__all__ = ["cell", "clip", "log_line", "width"]


def log_line(text: str) -> str:
    """A log line without escape sequences, colours included; tabs stay."""
    return harmless_line(text)


def cell(text: str) -> str:
    """Text for one table cell or one line of a sentence: line breaks and tabs become single spaces."""
    return harmless(" ".join(text.split()) if "\n" in text or "\t" in text or "\r" in text else text)


def width(text: str) -> int:
    """How many terminal columns a harmless text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def clip(text: str, columns: int) -> str:
    """The text in at most that many columns, with `…` where something was cut off."""
    if width(text) <= columns:
        return text
    if columns <= 0:
        return ""
    kept, used = [], 0
    for character in text:
        used += _columns(character)
        if used > columns - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"
