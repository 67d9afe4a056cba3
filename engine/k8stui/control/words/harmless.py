r"""Makes text from a cluster harmless before it reaches a terminal.

Names, messages and log lines are written by programs that may not mean well: an escape sequence can move the cursor,
rename the window, fill the clipboard or answer a prompt, and a bidirectional control can make a line read differently
from what it says. Whole sequences are removed (ECMA-48; "Control Sequences" of xterm), other controls are shown as
`\x07`, so that no text is hidden. Variation selectors go too: terminals disagree on how wide they make a character.
"""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"""
      (?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]) [^\x07\x1b\x90\x98\x9c-\x9f]*+  # OSC, DCS, SOS, PM, APC and text
      (?:\x07|\x1b\\|\x9c)
    | (?:\x1b\[|\x9b) [0-?]* [ -/]* [@-~]?                                          # CSI: colours, cursor, modes
    | \x1b [ -/]* [0-~]?                                                             # the rest of ECMA-48
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""What changes how a text is read or laid out and is not seen itself, for a set of characters in a pattern."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def harmless(text: str) -> str:
    """The text as one line that any terminal can be given; tabs stay, other controls become visible escapes."""
    if text.isascii() and text.isprintable():
        return text
    text = _SEQUENCE.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return _CONTROL.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    known = {"\n": "\\n", "\r": "\\r"}
    return known.get(match[0], f"\\x{ord(match[0]):02x}")


def harmless_line(text: str) -> str:
    r"""A log line: as `harmless`, and of a progress bar drawn with carriage returns only what stood there last."""
    return harmless(overwritten(text.rstrip("\r\n")))


def overwritten(text: str) -> str:
    """Of what carriage returns drew over each other, what a person would have seen last."""
    if "\r" not in text:
        return text
    # Who ends a progress bar wipes it out with blanks, or goes back to the beginning.
    return next((part for part in reversed(text.split("\r")) if part.strip()), "")
