"""A bounded wait on a condition, for what no watch tells: the only place of this suite where time passes idly."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WITHIN = 120.0
"""Seconds any condition may take; the machine has two cores and others use them too."""

PAUSE = 0.2


def eventually(look: Callable[[], T], *, what: str, within: float = WITHIN) -> T:
    """Look until there is something to see; gives what was seen.

    Args:
        look: Gives something true once the condition holds.
        what: The condition in words, for the failure.
        within: Seconds.
    """
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {within:g} s: {what}; seen last: {seen!r}")
        time.sleep(PAUSE)
