"""A table of lines: cursor and marks follow their rows, nothing jumps, and only what changed is drawn."""

from __future__ import annotations

import time

import pytest

from k8stui_tui.theme.glyphs import ASCII
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable, Row
from tests.tui.stage import SIZE, Repaints, Stage, drawn, settled, styled
from tests.tui.tables import PAGE, many, row, rows, table


async def test_rows_stand_under_their_titles_in_aligned_columns() -> None:
    async with Stage(view := table()).run_test(size=(30, 4)) as pilot:
        view.update_rows([row("etl", "failed", 1200), row("train", "running", 5)])
        await settled(pilot)
        assert drawn(view) == [
            "  STATUS   NAME           AGE",
            "▌ failed   etl          1200s",
            "  running  train           5s",
            "",
        ]


async def test_the_cursor_follows_its_row_when_rows_come_before_it() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(rows("a", "b", "c"))
        await pilot.press("j")
        view.update_rows(rows("new", "a", "b", "c"))
        await settled(pilot)
        assert (view.cursor_key, view.cursor_line) == ("b", 2)
        assert drawn(view)[3].startswith("▌")


async def test_the_cursor_of_a_row_that_went_takes_the_next_one() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(rows("a", "b", "c", "d"))
        view.go_to("c")
        view.update_rows(rows("b", "d"))
        await settled(pilot)
        assert view.cursor_key == "d"
        view.update_rows(rows("b"))
        assert view.cursor_key == "b"
        view.update_rows([])
        await settled(pilot)
        assert view.cursor_key == ""


async def test_each_new_row_under_the_cursor_is_told_once() -> None:
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        view.update_rows(rows("a", "b"))
        view.update_rows(rows("z", "a", "b"))
        await pilot.press("j", "j", "j")
        assert [message.key for message in app.heard(PickView.Highlighted)] == ["a", "b"]


async def test_what_is_read_stays_in_place_when_rows_come_above_it() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(100, 100))
        await pilot.press("G", "k", "k")
        before = drawn(view)[1:]
        view.update_rows(many(150, 50))
        await settled(pilot)
        assert drawn(view)[1:] == before


async def test_a_reader_who_scrolled_away_from_the_cursor_is_not_moved() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(100, 100))
        await pilot.press("j", "j")
        view.scroll_to(y=40, animate=False)
        await settled(pilot)
        before = drawn(view)[1:]
        view.update_rows([*many(30, 70), *many(100, 100)[5:]])
        await settled(pilot)
        assert drawn(view)[1:] == before
        await pilot.press("j")
        assert view.cursor_in_sight


async def test_at_the_top_new_rows_are_let_in() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(100, 100))
        view.update_rows(many(101, 99))
        await settled(pilot)
        assert view.top == 0
        assert "r099" in drawn(view)[1]


async def test_marks_follow_their_rows_and_end_with_them() -> None:
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        view.update_rows(rows("a", "b", "c"))
        await pilot.press("space", "j", "space")
        assert view.targets == ("a", "c")
        view.update_rows(rows("c", "b", "a"))
        assert view.targets == ("c", "a")
        view.update_rows(rows("b", "a"))
        await settled(pilot)
        assert [message.marks for message in app.heard(PickView.MarksChanged)] == [{"a"}, {"a", "c"}, {"a"}]
        assert drawn(view)[2].startswith(" *")


async def test_an_act_without_marks_is_about_the_cursor() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        assert not view.targets
        view.update_rows(rows("a", "b"))
        await pilot.press("space", "u", "j")
        assert view.targets == ("b",)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["G"], 99), (["G", "g"], 0), (["ctrl+d"], PAGE // 2), (["end", "ctrl+u"], 99 - PAGE // 2),
        (["pagedown"], PAGE - 1), (["k"], 0), (["G", "j"], 99), (["down", "down", "up"], 1), (["ctrl+f", "ctrl+b"], 0),
    ],
)  # fmt: skip
async def test_keys_move_the_cursor_and_it_stays_in_sight(keys: list[str], line: int) -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(100))
        await pilot.press(*keys)
        await settled(pilot)
        assert view.cursor_line == line
        assert view.cursor_in_sight


async def test_keys_in_an_empty_table_do_nothing() -> None:
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        await pilot.press("j", "k", "G", "g", "space", "u", "enter", "o", "O", "pagedown")
        await settled(pilot)
        assert app.told == []
        assert view.cursor_key == ""


async def test_enter_and_a_double_click_open_a_row() -> None:
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        view.update_rows(rows("a", "b", "c"))
        await pilot.press("j", "enter")
        await pilot.click(view, offset=(5, 3))
        assert view.cursor_key == "c"
        await pilot.double_click(view, offset=(5, 1))
        assert [message.key for message in app.heard(PickView.Selected)] == ["b", "a"]


async def test_an_empty_table_says_why_until_there_is_a_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert drawn(view)[2:4] == ["  No runs yet.", "  Start one: k8stui run FILE"]
        view.set_empty("No runs match.")
        await settled(pilot)
        assert drawn(view)[2:4] == ["  No runs match.", ""]
        view.update_rows(rows("a"))
        await settled(pilot)
        assert drawn(view)[2:4] == ["", ""]
        view.update_rows([])
        await settled(pilot)
        assert drawn(view)[2] == "  No runs match."


async def test_one_changed_cell_draws_one_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(50))
        await settled(pilot)
        with Repaints(view) as repaints:
            changed = many(50)
            changed[3] = row("r003", "failed")
            view.update_rows(changed)
            await pilot.pause()
        assert set(repaints.rows) == {4}
        await settled(pilot)


async def test_time_is_asked_for_only_where_somebody_looks() -> None:
    asked: list[str] = []
    now = 0

    def renewed(one: Row) -> Row:
        asked.append(one.key)
        return row(one.key, age=now)

    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(given := many(50), renewed)
        now = 7
        view.update_rows(given, renewed)
        await settled(pilot)
        assert all(line.endswith(" 7s") for line in drawn(view)[1:])
        assert len(set(asked)) == PAGE
        await pilot.press("G")
        await settled(pilot)
        assert drawn(view)[-1].endswith(" 7s")


async def test_what_is_out_of_sight_changes_without_drawing() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(50))
        await settled(pilot)
        with Repaints(view) as repaints:
            view.update_rows(many(60))
            await pilot.pause()
        assert repaints.rows == []
        assert view.max_scroll_y == 60 - PAGE
        await settled(pilot)


async def test_the_cursor_draws_the_two_rows_it_concerns() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(many(50))
        await settled(pilot)
        with Repaints(view) as repaints:
            await pilot.press("j")
            await pilot.pause()
        assert set(repaints.rows) == {1, 2}
        await settled(pilot)


async def test_columns_widen_for_wider_cells_and_stay_so() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows([row("a", "failed")])
        narrow = drawn(view)[0].index("NAME")
        view.update_rows([row("a", "terminating")])
        await settled(pilot)
        wide = drawn(view)[0].index("NAME")
        view.update_rows([row("a", "failed")])
        await settled(pilot)
        assert (narrow, wide, drawn(view)[0].index("NAME")) == (10, 15, 15)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2Jowned", "\x1b]52;c;aGk=\x07", "a\nb\tc", "[red]x[/red]", "[@click=app.quit]x[/]", "東京" * 4,
        "e\u0301" * 9, "abc\u202etxt.exe", "\u200b\u200d\ufe0f", "\u2764\ufe0f" * 2, "\U0001f469\u200d\U0001f680",
        "\ud800",
    ],
)  # fmt: skip
async def test_hostile_text_is_harmless_and_keeps_columns_aligned(hostile: str) -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows([Row("a", (Cell(hostile), Cell("name"), Cell("1s"))), row("b", age=1)])
        await settled(pilot)
        first, second = view.render_line(1), view.render_line(2)
        assert first.cell_length == second.cell_length == view.columns
        start = second.text.index("b ")
        assert first.crop(start, start + 4).text == "name"
        assert first.text.endswith("  1s")
        assert all(ord(character) >= 32 and not 0x7F <= ord(character) < 0xA0 for character in first.text)


async def test_markup_is_text() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(rows("[red]x[/red]"))
        await settled(pilot)
        assert "[red]x[/red]" in drawn(view)[1]


async def test_a_smaller_terminal_keeps_the_cursor_in_sight_and_drops_what_matters_least() -> None:
    columns = (Column("name", "NAME", flex=1), Column("node", "NODE", drop=2), Column("age", "AGE", right=True, drop=1))
    async with Stage(view := LineTable(columns)).run_test(size=(60, 20)) as pilot:
        view.update_rows([Row(f"r{n}", (Cell(f"r{n}"), Cell("node-1"), Cell("1s"))) for n in range(40)])
        view.go_to("r18")
        await pilot.resize_terminal(14, 6)
        await settled(pilot)
        assert view.cursor_in_sight
        assert drawn(view)[0].split() == ["NAME", "AGE"]
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert drawn(view)[0].split() == ["NAME", "NODE", "AGE"]


async def test_ascii_terminals_get_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8STUI_ASCII", "1")
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        view.update_rows([row("x" * 100), *many(50)])
        view.sort_by("age")
        await pilot.press("space")
        await settled(pilot)
        assert view.glyphs is ASCII
        whole = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert whole.isascii()
        assert "#" in whole


async def test_without_colours_the_cursor_is_reversed() -> None:
    async with Stage(view := table(), theme="ansi").run_test(size=SIZE) as pilot:
        view.update_rows(rows("a", "b"))
        await settled(pilot)
        assert all(style.reverse for _, style in styled(view, 1))
        assert not any(style.reverse for _, style in styled(view, 2))


async def test_a_view_without_focus_shows_where_its_cursor_is() -> None:
    first, second = table(), table()
    async with Stage(first, second).run_test(size=SIZE) as pilot:
        first.update_rows(rows("a", "b"))
        second.update_rows(rows("c", "d"))
        await settled(pilot)
        second.focus()
        await settled(pilot)
        assert (drawn(first)[1][0], drawn(second)[1][0]) == ("▌", "▌")
        assert styled(first, 1)[-1][1] != styled(second, 1)[-1][1]


async def test_ten_thousand_rows_come_and_change_without_a_pause() -> None:
    async with Stage(view := table()).run_test(size=(120, 40)) as pilot:
        given = [row(f"run-{number:05}", age=number) for number in range(10_000)]
        begun = time.thread_time()
        view.update_rows(given)
        view.update_rows([row("new"), *given])
        view.sort_by("age", falling=True)
        view.go_to("run-05000")
        spent = time.thread_time() - begun
        await settled(pilot)
        assert "run-05000" in "".join(drawn(view))
        # 0.02 s where it was measured; DataTable needs 2.9 s to remove 500 rows.
        assert spent < 10.0
