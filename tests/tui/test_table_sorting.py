"""Sorting tables: by a title, by keys, and while rows change."""

from __future__ import annotations

from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import LineTable
from tests.tui.stage import SIZE, Stage, drawn, settled
from tests.tui.tables import many, row, rows, table


async def test_a_title_sorts_and_sorts_the_other_way() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows([row("b", age=2), row("c", age=None), row("a", age=10)])
        await pilot.click(view, offset=(SIZE[0] - 3, 0))
        assert [one.key for one in view.rows] == ["b", "a", "c"]
        assert drawn(view)[0].endswith("↑AGE")
        await pilot.click(view, offset=(SIZE[0] - 3, 0))
        await settled(pilot)
        assert [one.key for one in view.rows] == ["a", "b", "c"]
        assert drawn(view)[0].endswith("↓AGE")


async def test_keys_sort_by_one_column_after_another_and_then_not() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(rows("b", "a"))
        seen = []
        for _ in range(4):
            await pilot.press("o")
            seen.append(view.sorting)
        assert seen == [("status", False), ("name", False), ("age", False), None]
        await pilot.press("o", "O")
        assert view.sorting == ("status", True)
        assert [one.key for one in view.rows] == ["b", "a"]


async def test_a_sorted_table_stays_sorted_and_the_cursor_on_its_row() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        view.update_rows(rows("b", "d"))
        view.sort_by("name")
        view.go_to("d")
        view.update_rows(rows("d", "c", "b", "a"))
        await settled(pilot)
        assert [one.key for one in view.rows] == ["a", "b", "c", "d"]
        assert view.cursor_line == 3


async def test_the_sign_of_sorting_neither_cuts_nor_moves_a_title() -> None:
    async with Stage(view := LineTable((Column("s", "STATUS"), Column("t", "T", flex=1)))).run_test(size=SIZE) as pilot:
        plain = drawn(view)[0]
        view.sort_by("s")
        await settled(pilot)
        assert plain == "  STATUS  T"
        assert drawn(view)[0] == "  STATUS↑ T"


async def test_a_sorted_table_takes_changed_rows_where_they_stand_and_moves_those_that_sort_otherwise_now() -> None:
    async with Stage(view := table()).run_test(size=SIZE) as pilot:
        given = many(50)
        view.update_rows(given)
        view.sort_by("name", falling=True)
        view.action_first()
        await settled(pilot)
        for place, other in ((47, row("r047", "failed")), (3, row("r003", "failed"))):
            given = [*given[:place], other, *given[place + 1 :]]
            view.update_rows(given)
            assert list(view.rows) == given[::-1]
        assert view.cursor_key == "r049"
        view.sort_by("status")
        given = [*given[:47], row("r047", "running"), *given[48:]]
        view.update_rows(given)
        assert [one.key for one in view.rows[:3]] == ["r003", "r000", "r001"]
        assert [view.line_of(one.key) for one in view.rows] == list(range(50))
        await settled(pilot)
