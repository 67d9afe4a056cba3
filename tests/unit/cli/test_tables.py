"""Tables are aligned, harmless and fitted to a terminal, whole without one."""

from __future__ import annotations

from k8stui_tui.cli.tables import Column, render
from k8stui_tui.sanitize import cell, clip, log_line, width

COLUMNS = [Column("POD", flexible=True), Column("STATUS"), Column("AGE", right=True)]


def test_numbers_stand_right_and_nothing_trails() -> None:
    lines = render([Column("A"), Column("N", right=True), Column("B")], [("x", "1", ""), ("yy", "100", "z")])
    assert lines == ["A     N  B", "x     1", "yy  100  z"]


def test_a_terminal_cuts_flexible_columns_only() -> None:
    lines = render(COLUMNS, [("a-very-long-name-of-a-pod", "running", "4m12s")], columns_wide=30)
    assert lines[1] == "a-very-long-n…  running  4m12s"
    assert all(width(line) <= 30 for line in lines)


def test_what_cannot_be_cut_stays_whole() -> None:
    assert render([Column("STATUS")], [("succeeded",)], columns_wide=4)[1] == "succeeded"


def test_without_a_terminal_nothing_is_cut() -> None:
    name = "x" * 500
    assert render(COLUMNS, [(name, "running", "1s")])[1].startswith(name)


def test_a_hostile_name_stays_in_its_cell() -> None:
    lines = render(COLUMNS, [("evil\x1b[2J\nroot", "running", "1s"), ("b", "failed", "2s")])
    assert lines[1:] == ["evil root  running   1s", "b          failed    2s"]


def test_wide_characters_keep_the_columns_aligned() -> None:
    lines = render(COLUMNS, [("東京", "running", "1s"), ("abcd", "failed", "2s")])
    assert [width(line) for line in lines[1:]] == [18, 18]


def test_a_painted_status_does_not_move_the_columns() -> None:
    painted = render(COLUMNS, [("a", "running", "1s")], paint=lambda text: f"<{text}>")
    assert painted[1] == "a    <running>   1s"


def test_clip_counts_columns_and_marks_the_cut() -> None:
    assert [clip("東京都", 4), clip("abc", 3), clip("abcd", 3), clip("abc", 0)] == ["東…", "abc", "ab…", ""]


def test_a_cell_is_one_line_and_a_log_line_keeps_tabs() -> None:
    assert cell("a\n\tb") == "a b"
    assert log_line("a\tb\x1b[31m!") == "a\tb!"
