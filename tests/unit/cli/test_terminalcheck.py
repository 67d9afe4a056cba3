"""What the doctor says of a terminal."""

from __future__ import annotations

import pytest

from k8stui.control.doctor.finding import Finding, Level
from k8stui_tui.terminalcheck import Terminal, terminal_findings
from k8stui_tui.termkinds import is_mouseless

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_US.UTF-8"}


def _warnings(terminal: Terminal) -> list[str]:
    return [one.sentence for one in terminal_findings(terminal) if one.level is Level.WARNING]


def test_a_good_terminal_is_told_in_one_line() -> None:
    told = "xterm-256color, 120x40, 16 million colours, UTF-8, mouse"
    assert terminal_findings(Terminal(GOOD, (120, 40))) == [Finding("terminal", Level.OK, told)]


@pytest.mark.parametrize(
    ("environ", "size", "words"),
    [
        ({"TERM": "screen", "COLORTERM": ""}, (80, 24), "TERM=screen tells of 16 colours only"),
        ({"LANG": "C"}, (80, 24), "the locale is not UTF-8: lines and marks are drawn in ASCII"),
        ({}, (60, 20), "60x20 is small: below 80x24 texts are cut off"),
        ({"TERM": "dumb"}, (80, 24), "TERM is dumb: the screens cannot be drawn"),
    ],
)
def test_what_a_terminal_lacks_is_a_warning(environ: dict[str, str], size: tuple[int, int], words: str) -> None:
    assert _warnings(Terminal({**GOOD, **environ}, size)) == [words]


def test_no_colours_on_purpose_are_no_warning() -> None:
    assert not _warnings(Terminal({**GOOD, "NO_COLOR": "1"}, (80, 24)))


def test_tmux_that_keeps_mouse_and_escape_is_told() -> None:
    assert _warnings(Terminal(GOOD, (80, 24), tmux=(False, 500))) == [
        "tmux keeps the mouse to itself",
        "tmux holds back the escape key for 500 ms",
    ]
    assert not _warnings(Terminal(GOOD, (80, 24), tmux=(True, 20)))


def test_without_a_terminal_nothing_is_said_of_it() -> None:
    assert [one.level for one in terminal_findings(Terminal(GOOD, None))] == [Level.UNKNOWN]


def test_the_mouse_is_left_alone_in_gnu_screen_only() -> None:
    assert is_mouseless({"TERM": "screen.xterm-256color"})
    assert is_mouseless({"TERM": "xterm", "STY": "1.pts-0.host"})
    assert not is_mouseless({"TERM": "screen-256color", "TMUX": "/tmp/x"})
    assert not is_mouseless({"TERM": "xterm-256color"})
