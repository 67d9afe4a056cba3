"""What this terminal can show of the screens. Pure but for `look`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from k8stui.control.doctor.finding import Finding, Level
from k8stui_tui.termkinds import is_mouseless, undrawable
from k8stui_tui.theme.glyphs import ASCII, ASCII_VARIABLE, glyphs
from k8stui_tui.theme.themes import few_colours

SMALLEST = (80, 24)
"""Columns and rows at which the screens are at home."""

SLUGGISH = 100
"""Milliseconds that tmux may hold back the escape key without it feeling slow."""

_CHECK = "terminal"


@dataclass(frozen=True)
class Terminal:
    """What is known of it.

    Attributes:
        environ: The environment.
        size: Columns and rows; None where there is no terminal.
        tmux: Whether tmux passes the mouse on, and for how many milliseconds it holds back the escape key; None
            outside tmux, or where it does not say.
    """

    environ: Mapping[str, str]
    size: tuple[int, int] | None
    tmux: tuple[bool, int] | None = None


def look(environ: Mapping[str, str] | None = None) -> Terminal:
    """Look at the terminal of this process."""
    environ = os.environ if environ is None else environ
    if not sys.stdout.isatty():
        return Terminal(environ, None)
    size = shutil.get_terminal_size()
    return Terminal(environ, (size.columns, size.lines), _ask_tmux() if environ.get("TMUX") else None)


def _ask_tmux() -> tuple[bool, int] | None:
    command = ["tmux", "display-message", "-p", "#{mouse} #{escape-time}"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=2, check=True)  # noqa: S603 - constant
        mouse, delay = told.stdout.split()
        return mouse in ("1", "on"), int(delay)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def terminal_findings(terminal: Terminal) -> list[Finding]:
    """What the screens lack here."""
    if terminal.size is None:
        return [Finding(_CHECK, Level.UNKNOWN, "not looked at: the output is no terminal")]
    if why := undrawable(terminal.environ):
        told = f"{why}: the screens cannot be drawn"
        return [Finding(_CHECK, Level.WARNING, told, "Use another terminal, or set TERM to what it is")]
    return [*_shown(terminal, terminal.environ["TERM"]), *_tmux(terminal)]


def _shown(terminal: Terminal, name: str) -> Iterator[Finding]:
    environ, (columns, rows) = terminal.environ, terminal.size or SMALLEST
    if environ.get("NO_COLOR"):
        colours = "no colours (NO_COLOR)"
    elif few_colours(environ):
        colours = "16 colours"
        fix = (
            'set -g default-terminal "tmux-256color" in ~/.tmux.conf'
            if environ.get("TMUX")
            else ("Set TERM to what the terminal is, such as xterm-256color, if it can show more")
        )
        yield Finding(_CHECK, Level.WARNING, f"TERM={name} tells of 16 colours only", fix)
    else:
        true = environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}
        colours = "16 million colours" if true else "256 colours"
    plain = glyphs(environ) is ASCII
    if plain and not environ.get(ASCII_VARIABLE):
        told = "the locale is not UTF-8: lines and marks are drawn in ASCII"
        yield Finding(_CHECK, Level.WARNING, told, "export LC_ALL=C.UTF-8, if the terminal can show it")
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        told = f"{columns}x{rows} is small: below {SMALLEST[0]}x{SMALLEST[1]} texts are cut off"
        yield Finding(_CHECK, Level.WARNING, told, "Make the window larger, or its font smaller")
    mouse = "no mouse" if is_mouseless(environ) else "mouse"
    yield Finding(_CHECK, Level.OK, f"{name}, {columns}x{rows}, {colours}, {'ASCII' if plain else 'UTF-8'}, {mouse}")


def _tmux(terminal: Terminal) -> Iterator[Finding]:
    if terminal.tmux is None:
        return
    mouse, delay = terminal.tmux
    if not mouse:
        yield Finding(_CHECK, Level.WARNING, "tmux keeps the mouse to itself", "set -g mouse on in ~/.tmux.conf")
    if delay > SLUGGISH:
        told = f"tmux holds back the escape key for {delay} ms"
        yield Finding(_CHECK, Level.WARNING, told, "set -g escape-time 20 in ~/.tmux.conf")
