"""Where the cursor of a table is while its first rows arrive: on the first one, until somebody has put it elsewhere."""

from __future__ import annotations

import pytest
from textual.events import Click

from k8stui_tui.widgets.picking import PickView
from tests.tui.stage import SIZE, Stage, settled
from tests.tui.tables import many, row, rows, table


async def test_while_rows_arrive_a_cursor_that_nobody_touched_stays_on_the_first() -> None:
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        view.arriving = True
        for keys in ("m", "cm", "acm"):
            view.update_rows(rows(*keys))
            assert (view.cursor_key, view.cursor_line) == (keys[0], 0)
        view.arriving = False
        view.update_rows(rows("new", *"acm"))
        await settled(pilot)
        assert (view.cursor_key, view.cursor_line) == ("a", 1)
        assert [message.key for message in app.heard(PickView.Highlighted)] == ["m", "c", "a"]


@pytest.mark.parametrize(("key", "kept"), [("j", "n"), ("G", "o"), ("enter", "m"), ("space", "n")])
async def test_one_that_somebody_touched_keeps_its_row_while_others_arrive(key: str, kept: str) -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.arriving = True
        view.update_rows(rows(*"mno"))
        await pilot.press(key)
        view.update_rows(rows(*"abmnoz"))
        await settled(pilot)
        assert view.cursor_key == kept


async def test_so_does_one_that_was_clicked_at_or_sent_to_its_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.arriving = True
        view.update_rows(rows(*"mno"))
        await pilot.click(view, offset=(4, 2))
        view.update_rows(rows(*"amno"))
        assert view.cursor_key == "n"
        view.let_go()
        view.go_to("o")
        view.update_rows(rows(*"aamno"[1:], "z"))
        await settled(pilot)
        assert view.cursor_key == "o"


async def test_who_reads_further_down_is_not_brought_back_to_the_first_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.arriving = True
        view.update_rows(many(100, 100))
        view.scroll_to(y=40, animate=False)
        await settled(pilot)
        view.update_rows(many(200))
        await settled(pilot)
        assert (view.top, view.cursor_key) == (140, "r100")


async def test_another_list_that_arrives_begins_at_its_first_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.arriving = True
        view.update_rows(rows(*"ab"))
        await pilot.press("j")
        view.let_go()
        view.update_rows(rows(*"xab"))
        assert view.cursor_key == "x"
        await pilot.press("j")
        view.update_rows([])
        view.let_go()
        view.update_rows(rows(*"xab"))
        await settled(pilot)
        assert view.cursor_key == "x"


async def test_an_order_that_somebody_wants_is_shown_from_its_first_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows([row("b", age=2), row("c", age=1), row("a", age=3)])
        await pilot.press("o", "o")
        assert (view.sorting, view.cursor_key) == (("name", False), "a")
        await pilot.press("j", "o")
        await settled(pilot)
        assert (view.sorting, view.cursor_key) == (("age", False), "b")


async def test_rows_that_arrive_in_an_order_of_somebodys_own_leave_the_cursor_on_its_first() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.arriving = True
        view.update_rows([row("b", age=2), row("c", age=1)])
        view.sort_by("age", falling=True)
        view.update_rows([row("b", age=2), row("c", age=1), row("a", age=3)])
        await settled(pilot)
        assert (view.cursor_key, view.cursor_line) == ("a", 0)


async def test_one_that_somebody_put_on_a_row_goes_back_there_when_all_rows_went_and_come_again() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(rows(*"abcd"))
        await pilot.press("j", "j")
        view.update_rows([])
        view.update_rows(rows(*"ab"))
        assert view.cursor_key == "a"
        view.update_rows(rows(*"abcd"))
        await settled(pilot)
        assert view.cursor_key == "c"
        view.update_rows([])
        view.update_rows(rows(*"abd"))
        await pilot.press("j")
        view.update_rows(rows(*"abcd"))
        await settled(pilot)
        assert view.cursor_key == "b"


async def test_a_double_click_opens_what_the_first_click_was_at_whatever_comes_between() -> None:
    async with (app := Stage(view := table())).run_test(size=SIZE) as pilot:
        view.update_rows(rows(*"abc"))
        await pilot.click(view, offset=(4, 2))
        view.update_rows(rows(*"xyabc"))
        await settled(pilot)
        view._forward_event(Click(view, 4, 2, 0, 0, 1, shift=False, meta=False, ctrl=False, chain=2))
        await settled(pilot)
        assert [message.key for message in app.heard(PickView.Selected)] == ["b"]
