"""Recordings are asciinema casts, version 2: a header, then what the terminal was sent and when."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyte

from tools.record import Beat, decoded, record

ASKS = "print('Name? ', end='', flush=True); print('\\x1b[1m✓\\x1b[0m', input()[::-1], flush=True); input()"

STORY = (
    Beat(("Name?",), keys=("Grüße", "enter"), speed=8.0),
    Beat(("✓ eßürG",), keys=("enter",), chapter="the answer"),
)


def test_a_recording_plays_what_was_on_the_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-c", ASKS]
    record(command, STORY, target := tmp_path / "new" / "a.cast", title="Asked", size=(60, 5), pace=0)
    header, *events = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    assert (header["version"], header["width"], header["height"], header["title"]) == (2, 60, 5, "Asked")
    times = [at for at, _, _ in events]
    assert times == sorted(times)
    assert times[0] >= 0
    assert [text for _, code, text in events if code == "m"] == ["the answer"]
    stream = pyte.Stream(screen := pyte.Screen(60, 5))
    for _, code, text in events:
        assert code in {"o", "m"}
        stream.feed(text if code == "o" else "")
    assert [line.rstrip() for line in screen.display[:2]] == ["Name? Grüße", "✓ eßürG"]


def test_a_character_that_came_in_two_parts_is_whole() -> None:
    told = [(0.5, "o", b"a\xe2\x9c"), (0.75, "m", b"here"), (1.0, "o", b"\x93"), (2.0, "o", b"")]
    assert list(decoded(told)) == [(0.5, "o", "a"), (0.75, "m", "here"), (1.0, "o", "✓")]
