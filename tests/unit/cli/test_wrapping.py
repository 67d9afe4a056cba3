"""Sentences fit the terminal, and are whole for programs."""

from __future__ import annotations

import sys

import pytest

from k8stui_tui.cli.wrapping import wrapped

SENTENCE = "quota pods of the namespace is used up: kubectl describe quota pods-of-the-team-with-a-long-name -n ml"


def test_lines_fit_beside_what_stands_before_them_and_words_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    lines = wrapped(SENTENCE, before=20, hang="  ")
    assert " ".join(line.strip() for line in lines) == SENTENCE
    assert max(map(len, lines)) <= 40
    assert all(line.startswith("  ") for line in lines[1:])
    monkeypatch.setenv("COLUMNS", "10")
    assert "  pods-of-the-team-with-a-long-name" in wrapped(SENTENCE, before=20, hang="  ")
    assert wrapped("short", before=2) == ["short"]


def test_for_programs_nothing_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    assert wrapped(SENTENCE, before=2) == [SENTENCE]
