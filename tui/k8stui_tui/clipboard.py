"""What a terminal is sent so that it puts a text into its clipboard: OSC 52. Pure.

It is the one way out of a host that is reached by SSH. Only the key for it sends any, and `copy = false` in the config
file none at all.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from k8stui.model.errors import InvalidInputError
from k8stui_tui.passing import between, passed_on

LONGEST = 74_994
"""Bytes of a text: with them the code is 100,000 bytes long, and terminals drop longer ones without a word."""


def clipboard(text: str, environ: Mapping[str, str]) -> str:
    """The bytes for a terminal, as text.

    Raises:
        InvalidInputError: The text is too long.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > LONGEST:
        raise InvalidInputError(
            f"Nothing was copied: these are {len(data):,} bytes, and terminals take {LONGEST:,} at once.",
            hint="Make it less by a filter or a smaller window, or save it to a file.",
        )
    code = f"\x1b]52;c;{base64.b64encode(data).decode()}\x07"
    # A multiplexer either takes the code itself (tmux: set-clipboard on) or passes on what is wrapped.
    return code + passed_on(code, environ) if between(environ) else code
