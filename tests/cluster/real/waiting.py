"""Bounded waits on a condition, so that nothing here ever sleeps for a guessed time or hangs for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

from .errors import RealClusterError

INTERVAL = 0.05
"""Seconds between two looks; short against the start of the fastest component."""


def wait_until(condition: Callable[[], bool], *, what: str, timeout: float, hint: str = "") -> None:
    """Return as soon as `condition` holds.

    Raises:
        RealClusterError: it does not hold after `timeout` seconds; the message names `what` was waited for.
    """
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise RealClusterError(f"Waited {timeout:.0f} s in vain for {what}.", hint=hint)
        time.sleep(INTERVAL)
