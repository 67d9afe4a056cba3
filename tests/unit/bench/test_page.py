"""docs/performance.md is written by several benches, each its own section."""

from __future__ import annotations

from pathlib import Path

from tests.bench.page import ENGINE, PAGE, SCREENS, Section, Table, write
from tests.bench.rows import HEAD, milliseconds, row


def _section(title: str, value: float) -> Section:
    told = row("a key", 0.030, [value], milliseconds)
    return Section(title, f"How {title} was measured.", (Table("Promises", HEAD, [told.cells]),), [("memory", "1 GiB")])


def test_a_bench_rewrites_its_own_section_and_no_other(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write(_section(SCREENS, 0.010), page)
    write(_section(ENGINE, 0.011), page)
    write(_section(SCREENS, 0.031), page)
    text = page.read_text()
    assert text.index(f"## {ENGINE}") < text.index(f"## {SCREENS}")
    assert text.count(f"## {SCREENS}") == text.count("# Performance") == 1
    assert "| a key | <= 30 ms | 11 ms |  | met |" in text
    assert "| a key | <= 30 ms | 31 ms |  | NOT MET |" in text
    assert "10 ms" not in text


def test_writing_a_section_again_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text())
    write(_section(ENGINE, 0.011), page)
    once = page.read_text()
    write(_section(ENGINE, 0.011), page)
    assert page.read_text() == once
    assert f"## {SCREENS}" in once


def test_a_bar_is_met_up_to_itself() -> None:
    assert row("", 2.0, [1.0, 2.0, 3.0], str).met
    assert row("", 2.0, [1.0, 2.1, 3.0], str).met is False
    assert row("", None, [1.0], str).met is None
