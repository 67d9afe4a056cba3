"""What is read off a screen of the control center."""

from __future__ import annotations

from k8stui_tui.theme.glyphs import UNICODE


def on_step(text: str) -> str:
    """The step in the breadcrumb; empty while the keys go to the table."""
    crumbs = text.splitlines()[0].split("   ")[1].split(UNICODE.crumb)
    return crumbs[2].strip() if len(crumbs) > 2 else ""
