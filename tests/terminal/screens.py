"""What is read off a screen of the control center, and what is left of it."""

from __future__ import annotations

from k8stui_tui.theme.glyphs import UNICODE
from tests.terminal.terminal import ALTERNATE_SCREEN, MAIN_SCREEN, Terminal


def on_step(text: str) -> str:
    """The step in the breadcrumb; empty while the keys go to the table."""
    crumbs = text.splitlines()[0].split("   ")[1].split(UNICODE.crumb)
    return crumbs[2].strip() if len(crumbs) > 2 else ""


def left_clean(terminal: Terminal, code: int = 0, times: int = 1) -> None:
    """The program ended with that code and left the terminal as it was, which it had taken so many times."""
    assert terminal.exit_code() == code
    output = bytes(terminal.output)
    assert output.count(ALTERNATE_SCREEN) == output.count(MAIN_SCREEN) == times
    assert not terminal.cursor_hidden
    assert terminal.after == terminal.before
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        assert output.rfind(b"\x1b[?" + mode + b"l") >= output.rfind(b"\x1b[?" + mode + b"h")
