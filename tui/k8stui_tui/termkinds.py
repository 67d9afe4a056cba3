"""What kinds of terminals there are, by the name that they give themselves. Pure."""

from __future__ import annotations

from collections.abc import Mapping

PLAIN = ("linux", "vt100", "vt102", "vt220", "ansi")
"""Terminals without a mouse, some of which print what they don't know: they are sent nothing that came after them."""


def is_plain(environ: Mapping[str, str]) -> bool:
    """Whether it is one of `PLAIN`."""
    return environ.get("TERM", "") in PLAIN


def is_mouseless(environ: Mapping[str, str]) -> bool:
    """Whether the mouse is left alone: asked for it, GNU screen keeps the escape key until another key comes."""
    return is_plain(environ) or bool(environ.get("STY")) or environ.get("TERM", "").startswith("screen.")


def undrawable(environ: Mapping[str, str]) -> str:
    """Why no screen can be drawn there, in a few words; empty where one can."""
    name = environ.get("TERM", "")
    return f"TERM is {name or 'not set'}" if name in ("", "dumb") else ""
