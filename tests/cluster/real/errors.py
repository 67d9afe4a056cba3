"""The one error of this tool: a sentence for the person at the terminal and what to do about it."""

from __future__ import annotations


class RealClusterError(Exception):
    """The real cluster can't be built, started, found or stopped; `hint` says what to do, or is empty."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
