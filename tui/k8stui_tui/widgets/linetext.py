"""Texts of lines as they are kept and drawn. Pure."""

from __future__ import annotations

import re

from k8stui.cluster.lines import MARK, MARKED
from k8stui_tui.sanitize import log_line

_CUT = re.compile(MARK, re.ASCII)

LONGEST = 16_384
"""Characters of a line that are kept: whoever writes megabytes in one line must not freeze the screen."""


def shown_text(text: str) -> str:
    """A line as it is drawn: harmless, with tabs as spaces."""
    return text if text.isascii() and text.isprintable() else log_line(text).expandtabs(4)


def shortened(text: str) -> str:
    """A line with no more characters than are kept, and how many there were besides."""
    if len(text) <= LONGEST:
        return text
    # What was cut off before it came here is told in bytes at its end.
    found = _CUT.search(text, len(text) - MARKED)
    mark = found[0] if found else ""
    over = len(text) - len(mark) - LONGEST
    return f"{text[:LONGEST]} [{over:,} more characters]{mark}" if over > 0 else text
