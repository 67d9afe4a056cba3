"""Copying: the only code that reaches a clipboard, when a person asks for it, as long as terminals take it."""

from __future__ import annotations

import base64
import re

import pytest

from k8stui.model.errors import InvalidInputError
from k8stui_tui.clipboard import LONGEST, clipboard
from k8stui_tui.config.model import Config
from tests.tui.harness import shown

CODE = "\x1b]52;c;eMOp\x07"


@pytest.mark.parametrize(
    ("environ", "sent"),
    [
        ({}, CODE),
        ({"TMUX": "/tmp/x"}, f"{CODE}\x1bPtmux;\x1b{CODE}\x1b\\"),
        ({"STY": "1.pts"}, f"{CODE}\x1bP{CODE}\x1b\\"),
    ],
    ids=["terminal", "tmux", "screen"],
)
def test_what_the_terminal_is_sent(environ: dict[str, str], sent: str) -> None:
    assert clipboard("xé", environ) == sent


def test_a_text_is_copied_whole_or_not_at_all() -> None:
    text = "x" * LONGEST
    assert len(clipboard(text, {})) == 100_000
    pieces = re.findall(r"\x1bP(.{1,252})\x1b\\", clipboard(text, {"STY": "1"}), re.DOTALL)
    assert base64.b64decode("".join(pieces).removeprefix("\x1b]52;c;").removesuffix("\x07")) == text.encode()
    with pytest.raises(InvalidInputError, match="74,995 bytes"):
        clipboard(text + "x", {})


async def test_the_key_copies_unless_the_config_file_says_no() -> None:
    for wanted, codes, said in (
        (True, 1, "Copied"),
        (False, 0, "Nothing was copied: the config file says copy = false."),
    ):
        async with shown(config=Config(copy=wanted)) as screen:
            sent: list[str] = []
            screen.center.send = sent.append  # type: ignore[assignment, method-assign]  # no terminal
            await screen.press("question_mark")
            assert sent == []
            await screen.press("y")
            await screen.settle()
            assert said in screen.text
            assert [code[:7] for code in sent] == ["\x1b]52;c;"] * codes
