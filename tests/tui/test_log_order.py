"""Lines of a log that come late: where their times say, without moving who reads."""

from __future__ import annotations

import pytest

from tests.tui.loglines import line, note, pane, texts
from tests.tui.stage import SIZE, Stage, drawn, settled, style_of


async def test_a_late_line_is_put_where_its_time_says() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(1), line(2), line(5)])
        view.append([line(6), line(3, source="test"), line(0)])
        await settled(pilot)
        assert texts(view) == ["line 0", "line 1", "line 2", "line 3", "line 5", "line 6"]
        assert drawn(view)[:6] == texts(view)


async def test_notes_without_a_time_stay_where_they_came() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(1), note("some lines may be missing here"), line(4)])
        view.append([note("the stream broke")])
        view.append([line(2)])
        await settled(pilot)
        assert texts(view) == ["line 1", "some lines may be missing here", "line 2", "line 4", "the stream broke"]
        assert style_of(view, 1, "some lines may be missing here").color == view.style_of("caution").color


@pytest.mark.parametrize("wrap", [False, True])
async def test_late_lines_do_not_move_a_reader(wrap: bool) -> None:
    async with Stage(view := pane(wrap=wrap)).run_test(size=SIZE) as pilot:
        view.append([line(number * 2, f"line {number} " + "x" * (number * 7 % 100)) for number in range(100)])
        await pilot.press("pageup", "pageup", "pageup")
        before = drawn(view)
        above = [line(number, "late " * 20) for number in (11, 13, 15)]
        below = [line(number, "late " * 20) for number in (195, 197)]
        view.append([*above, *below])
        await settled(pilot)
        assert drawn(view) == before
        assert (view.new_below, len(view.entries)) == (2, 105)


async def test_late_lines_in_sight_are_drawn_in_place() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(number) for number in range(0, 100, 2)])
        await pilot.press("k", "k", "k")
        top = drawn(view)[0]
        view.append([line(83)])
        await settled(pilot)
        assert drawn(view)[0] == top
        assert drawn(view)[drawn(view).index("line 82") + 1] == "line 83"


async def test_a_late_line_in_a_full_log_drops_the_oldest() -> None:
    async with Stage(view := pane(cap=5)).run_test(size=SIZE) as pilot:
        view.append([line(number) for number in (1, 2, 4, 5, 6)])
        view.append([line(3), line(0)])
        await settled(pilot)
        assert texts(view) == ["line 2", "line 3", "line 4", "line 5", "line 6"]
        assert view.dropped == 2
        view.append([line(2.5)])
        assert texts(view)[:2] == ["line 2.5", "line 3"]
