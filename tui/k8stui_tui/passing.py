"""Codes for the terminal behind a multiplexer, which keeps those that it doesn't know. Pure.

tmux passes on what is wrapped for it where its option `allow-passthrough` is on; GNU screen always does, in pieces.
"""

from __future__ import annotations

from collections.abc import Mapping

_PIECE = 252  # with the four bytes round it, what screen has taken since its first versions


def between(environ: Mapping[str, str]) -> str:
    """The multiplexer that we run in; empty for none."""
    return "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""


def passed_on(code: str, environ: Mapping[str, str]) -> str:
    """A code as it must be sent to reach the terminal."""
    kind = between(environ)
    if kind == "tmux":
        return "\x1bPtmux;" + code.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if kind == "screen":
        return "".join(f"\x1bP{code[start : start + _PIECE]}\x1b\\" for start in range(0, len(code), _PIECE))
    return code
