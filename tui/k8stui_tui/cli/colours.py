"""Colours of the plain command line: few, from the terminal's own sixteen, and only where a person looks.

A state is always a word as well. NO_COLOR (no-color.org) and TERM=dumb are honoured.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Mapping
from typing import TextIO

_STATES = {
    "succeeded": "32",
    "cached": "32",
    "running": "36",
    "starting": "36",
    "failed": "31",
    "evicted": "33",
    "retrying": "33",
    "stopping": "33",
    "paused": "33",
    "stopped": "33",
    "ok": "32",
    "warning": "33",
    "problem": "31",
    "unknown": "2",
    "dim": "2",
}
_STEPS = ("36", "35", "34", "33", "32", "96", "95", "94")

COLOUR = re.compile(f"(\x1b\\[(?:0|{'|'.join({*_STATES.values(), *_STEPS})})m)")
"""What a painter writes; a group, so that splitting keeps it."""


def coloured(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this stream wants colours."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def painter(*, on: bool) -> Callable[[str, str], str]:
    """A painter for `k8stui.control.scripts.narrate`: colours by state, and one of eight for each step."""

    def paint(role: str, text: str) -> str:
        code = _code(role) if on else ""
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    return paint


def _code(role: str) -> str:
    if role.startswith("step:"):
        return _STEPS[zlib.crc32(role.encode("utf-8", "replace")) % len(_STEPS)]
    return _STATES.get(role, "")
