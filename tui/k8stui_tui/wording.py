"""What went wrong, and what to do about it, in our own words: with commands as the person would type them."""

from __future__ import annotations

from k8stui.model.errors import as_told
from k8stui_tui.program import as_called


def error_lines(error: Exception) -> list[str]:
    """Any error in lines, a defect of ours included."""
    told = as_told(error)
    return [*as_called(told.message).splitlines(), *as_called(told.hint).splitlines()]


def error_line(error: Exception) -> str:
    """The same in one line."""
    return " ".join(error_lines(error))
