"""Text from a cluster cannot act on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.words.harmless import harmless, harmless_line


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]52;c;cm0gLXJm\x1b\\clipboard", "clipboard"),
        ("\x1bP+q544e\x1b\\dcs", "dcs"),
        ("\x9b2Jc1", "c1"),
        ("unended \x1b]0;title", "unended 0;title"),
        ("\x9dunended \x9d0;title\x9c", "\\x9dunended "),
        ("\x1bcreset", "reset"),
        ("bell\x07", "bell\\x07"),
        ("two\nlines", "two\\nlines"),
        ("tab\there", "tab\there"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("heart \u2764\ufe0f", "heart \u2764"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("Zürich 東京", "Zürich 東京"),
    ],
)
def test_sequences_go_and_controls_become_visible(hostile: str, shown: str) -> None:
    assert harmless(hostile) == shown


@pytest.mark.parametrize("piece", ["\x9d", "\x90a", "\x1b]", "\x1bP0", "\x1b[", "\x9b0;", "\x1b  "])
def test_a_text_of_nothing_but_beginnings_takes_no_time(piece: str) -> None:
    assert "\x1b" not in harmless(piece * 200_000)


def test_of_a_progress_bar_the_last_state_is_shown() -> None:
    assert harmless_line("10%\r20%\r100% done\r\n") == "100% done"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_no_control_character_survives(text: str) -> None:
    shown = harmless(text)
    assert not any(ord(c) < 32 and c != "\t" for c in shown)
    assert not any(0x7F <= ord(c) <= 0x9F for c in shown)
    shown.encode()
