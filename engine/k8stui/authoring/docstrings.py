"""What an author wrote about a pipeline and its parameters: Google's `Args:` sections and Sphinx' `:param name:`."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"^(Args|Arguments|Parameters):\s*$")
_ENTRY = re.compile(r"^(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_FIELD = re.compile(r"^:param\s+(?:[^:]*\s)?(\w+)\s*:\s*(.*)$")


def first_line(doc: str | None) -> str:
    """The first line that is not empty; empty when there is none."""
    return next((line.strip() for line in (doc or "").splitlines() if line.strip()), "")


def arguments(doc: str | None) -> dict[str, str]:
    """What a docstring says of each argument, in one line, by its name."""
    found: dict[str, list[str]] = {}
    lines = inspect.cleandoc(doc or "").splitlines()
    current: list[str] | None = None
    inside, entry_indent = False, -1
    for line in lines:
        indent, text = len(line) - len(line.lstrip()), line.strip()
        field = _FIELD.match(text)
        if field:
            inside, entry_indent = False, indent
            current = found.setdefault(field[1], [field[2]])
        elif _SECTION.match(line):
            inside, entry_indent, current = True, -1, None
        elif text and indent == 0:
            inside, current = False, None
        elif inside and text and (entry_indent < 0 or indent <= entry_indent):
            entry_indent = indent
            entry = _ENTRY.match(text)
            current = found.setdefault(entry[1], [entry[2]]) if entry else None
        elif current is not None and text:
            current.append(text)
        elif not text and not inside:
            current = None
    return {name: " ".join(part for part in parts if part) for name, parts in found.items()}
