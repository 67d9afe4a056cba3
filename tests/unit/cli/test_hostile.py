"""Whatever a cluster says, nothing of it acts on the terminal, and structured output stays what it claims to be."""

from __future__ import annotations

import json

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from k8stui_tui.cli.colours import painter
from k8stui_tui.cli.output import Format, json_text, shown, structured
from k8stui_tui.sanitize import cell, log_line

HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\x00\x07\x1b\x7f\x80\x9b\x9d\u202e\u2066\u200b\ufeff\r\n[]"),
    ),
    max_size=40,
)
ACTING = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff",
}


@given(HOSTILE)
@example("\x1b]52;c;aGk=\x07")
@example("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\")
@example("a\u202egnp.exe\u200b")
@example("\x9b31mred")
def test_no_text_acts_on_the_terminal(text: str) -> None:
    assert ACTING.isdisjoint(cell(text))
    assert (ACTING - {"\t"}).isdisjoint(log_line(text))
    for form, read in ((Format.JSON, json.loads), (Format.YAML, yaml.safe_load)):
        told = structured([{"name": text, "labels": {text: [text, None]}}], form)
        assert (ACTING - {"\n"}).isdisjoint(told)
        assert read(told) == [{"name": text, "labels": {text: [text, None]}}]
        assert (ACTING - {"\n"}).isdisjoint(shown(told))
    assert (ACTING - {"\n", "\t"}).isdisjoint(shown(text))


def test_of_escape_sequences_only_our_own_colours_are_printed() -> None:
    paint = painter(on=True)
    text = f"{paint('failed', 'failed')} \x1b[2J\x1b[8mhidden\x1b]52;c;aGk=\x07 {paint('step:x', 'x')}"
    assert shown(text) == f"{paint('failed', 'failed')} hidden {paint('step:x', 'x')}"


def test_json_has_no_words_that_other_programs_do_not_know() -> None:
    told = json_text({"loss": float("nan"), "most": [float("inf"), 0.5], "text": "\U000e0041\u061c\ud800"})
    assert json.loads(told, parse_constant=str) == {
        "loss": None, "most": [None, 0.5], "text": "\U000e0041\u061c\ud800",
    }  # fmt: skip
    assert told.isascii()
