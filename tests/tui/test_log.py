"""A log that is followed: late lines find their place, and a reader is never moved."""

from __future__ import annotations

import time

import pytest
from textual.events import MouseScrollUp

from k8stui_tui.widgets.linetext import LONGEST
from k8stui_tui.widgets.log import LogPane, source_colour
from k8stui_tui.widgets.reading import ReadView
from tests.tui.loglines import PAGE, line, lines, pane, texts
from tests.tui.stage import SIZE, Repaints, Stage, drawn, settled, style_of


async def test_the_newest_line_stays_in_sight() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        for first in range(0, 100, 10):
            view.append(lines(first, first + 10))
            await settled(pilot)
            assert drawn(view)[min(first + 9, PAGE - 1)] == f"line {first + 9}"
        assert view.following


async def test_a_reader_who_scrolled_up_is_not_moved_and_told_what_comes_below() -> None:
    async with (app := Stage(view := pane())).run_test(size=SIZE) as pilot:
        view.append(lines(0, 100))
        await pilot.press("k", "k")
        before = drawn(view)
        view.append(lines(100, 130))
        await settled(pilot)
        assert drawn(view) == before
        assert (view.following, view.new_below) == (False, 30)
        assert app.heard(ReadView.Info)[-1].view.info == "30 new below · 130 lines"
        await pilot.press("G")
        await settled(pilot)
        assert (view.following, view.new_below, drawn(view)[-1]) == (True, 0, "line 129")
        assert view.info == "following · 130 lines"


async def test_a_reader_is_not_moved_when_old_lines_are_dropped() -> None:
    async with Stage(view := pane(cap=100)).run_test(size=SIZE) as pilot:
        view.append(lines(0, 100))
        await pilot.press("pageup", "pageup")
        before = drawn(view)
        view.append(lines(100, 140))
        await settled(pilot)
        assert drawn(view) == before
        assert (len(view.entries), view.dropped) == (100, 40)
        view.append(lines(140, 200))
        await settled(pilot)
        assert drawn(view)[0] == "line 100"


async def test_follow_pauses_and_takes_up_again() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append(lines(0, 50))
        await pilot.press("f")
        before = drawn(view)
        view.append(lines(50, 60))
        await settled(pilot)
        assert drawn(view) == before
        await pilot.press("f")
        await settled(pilot)
        assert drawn(view)[-1] == "line 59"


async def test_the_mouse_wheel_pauses_and_the_end_follows_again() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append(lines(0, 50))
        view.post_message(MouseScrollUp(view, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await settled(pilot)
        assert not view.following
        view.append(lines(50, 60))
        await settled(pilot)
        assert drawn(view)[-1] == "line 46"
        view.scroll_end(animate=False)
        await settled(pilot)
        assert view.following


async def test_what_comes_out_of_sight_draws_nothing() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append(lines(0, 100))
        await pilot.press("g")
        await settled(pilot)
        with Repaints(view) as repaints:
            view.append(lines(100, 110))
            await pilot.pause()
        assert repaints.rows == []
        await settled(pilot)


async def test_one_more_line_on_a_page_with_room_draws_one_row() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append(lines(0, 3))
        await settled(pilot)
        with Repaints(view) as repaints:
            view.append(lines(3, 4))
            await pilot.pause()
        assert set(repaints.rows) == {3}
        await settled(pilot)


async def test_times_and_names_stand_before_lines_and_can_be_hidden() -> None:
    async with Stage(view := LogPane()).run_test(size=SIZE) as pilot:
        view.append([line(0, "one", "train"), line(0.5, "two", "load_data")])
        await settled(pilot)
        rows = drawn(view)[:2]
        assert [row[12:] for row in rows] == [" train      one", " load_data  two"]
        assert rows[0][:12].replace(":", "").replace(".", "").isdigit()
        await pilot.press("T")
        await settled(pilot)
        assert drawn(view)[:2] == ["train      one", "load_data  two"]
        view.set_names(False)
        await settled(pilot)
        assert drawn(view)[:2] == ["one", "two"]
        assert view.sources == ("train", "load_data")


async def test_a_narrow_pane_leaves_its_room_to_the_text() -> None:
    async with Stage(view := LogPane()).run_test(size=(34, 6)) as pilot:
        view.append([line(0, "the text of the line", "a-rather-long-name")])
        await settled(pilot)
        assert drawn(view)[0] == "the text of the line"


async def test_sources_differ_in_colour_as_long_as_there_are_colours() -> None:
    async with Stage(view := LogPane()).run_test(size=SIZE) as pilot:
        names = ["train", "clean", "load", "test", "report", "deploy"]
        view.append([line(number, "x", name) for number, name in enumerate(names)])
        await settled(pilot)
        assert len({style_of(view, y, name).color for y, name in enumerate(names)}) == 6


def test_a_source_has_the_same_colour_in_every_log_unless_another_has_it() -> None:
    assert source_colour("train", []) == source_colour("train", [(source_colour("train", []) + 1) % 6])
    assert source_colour("train", [source_colour("train", [])]) != source_colour("train", [])


async def test_names_that_need_more_room_do_not_move_a_reader() -> None:
    async with Stage(view := LogPane(wrap=True)).run_test(size=SIZE) as pilot:
        view.append([line(number, f"{number} " + "x" * 90) for number in range(60)])
        await pilot.press("pageup", "pageup")
        top, rows = view.at_top[0], view.line_count
        view.append([line(60, source="a-much-longer-name")])
        await settled(pilot)
        assert view.line_count > rows + 1
        assert view.at_top[0] == top


async def test_wrapped_lines_are_whole_and_the_reader_stays_through_a_resize() -> None:
    async with Stage(view := pane()).run_test(size=(41, 10)) as pilot:
        view.append([line(number, f"{number:03} " + "abcdefghi " * 10) for number in range(100)])
        await pilot.press("pageup", "pageup", "W")
        await settled(pilot)
        top = drawn(view)[0][:3]
        assert "".join(drawn(view)[:3]).replace(" ", "") == top + "abcdefghi" * 10
        await pilot.resize_terminal(21, 10)
        await settled(pilot)
        assert drawn(view)[0][:3] == top
        await pilot.resize_terminal(90, 14)
        await settled(pilot)
        assert drawn(view)[0][:3] == top
        await pilot.press("W")
        await settled(pilot)
        assert drawn(view)[0][:3] == top


async def test_the_end_stays_in_sight_through_a_resize() -> None:
    async with Stage(view := pane(wrap=True)).run_test(size=(41, 10)) as pilot:
        view.append([line(number, f"{number:03} " + "x" * 60) for number in range(100)])
        for size in ((21, 5), (90, 20), (41, 3)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            assert view.following
            assert view.at_end


async def test_long_lines_are_cut_and_can_be_scrolled_sideways() -> None:
    async with Stage(view := pane()).run_test(size=(23, 4)) as pilot:
        view.append([line(0, "0123456789" * 4), line(1, "short"), line(2, "  東京" + "東" * 40)])
        await settled(pilot)
        assert drawn(view)[0] == "0123456789012345678…"
        assert drawn(view)[2].endswith("…")
        await pilot.press("right")
        await settled(pilot)
        assert drawn(view)[:2] == ["0123456789012345678…", ""]
        await pilot.press("right", "right", "right", "right", "right", "right", "right", "right")
        await settled(pilot)
        assert drawn(view)[2].strip("東 ") == ""
        await pilot.press(*["left"] * 10)
        await settled(pilot)
        assert drawn(view)[1] == "short"


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "10%\r50%\r100%", "a\tb", "[bold red]x[/]", "東" * 60,
        "abc\u202etxt.exe", "e\u0301" * 70, "\x00\x07\x08\x7f\x9b", "\u200b" * 50, "\ud800",
        "\U0001f469\u200d\U0001f680" * 40,
    ],
)  # fmt: skip
async def test_hostile_lines_are_harmless_and_keep_to_their_columns(hostile: str, wrap: bool) -> None:
    async with Stage(view := LogPane(wrap=wrap)).run_test(size=SIZE) as pilot:
        view.append([line(0, hostile, hostile), line(1, "after", "train")])
        await settled(pilot)
        assert any(row.endswith("after") for row in drawn(view))
        for y in range(PAGE):
            strip = view.render_line(y)
            assert strip.cell_length == view.columns
            assert strip.text.isprintable()


async def test_an_endless_line_is_shortened_and_says_so() -> None:
    async with Stage(view := pane(wrap=True)).run_test(size=SIZE) as pilot:
        view.append([line(0, "x" * (LONGEST + 1234))])
        await settled(pilot)
        assert "".join(drawn(view)).endswith("[1,234 more characters]")


async def test_another_log_begins_anew() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append(lines(0, 100))
        view.find("line 5")
        await pilot.press("g")
        view.clear()
        view.append([line(3, "line 5")])
        await settled(pilot)
        assert drawn(view)[:2] == ["line 5", ""]
        assert (view.following, view.found, view.dropped, view.new_below) == (True, 1, 0, 0)


async def test_an_empty_log_says_why_and_keys_do_nothing() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        await pilot.press("j", "k", "g", "G", "n", "N", "pageup", "right", "W", "W")
        view.append([])
        view.find("x")
        await settled(pilot)
        assert drawn(view)[1] == "No log lines yet."


async def test_before_it_is_shown_a_log_can_be_filled() -> None:
    view = pane(wrap=True)
    view.append(lines(0, 40))
    view.find("39")
    async with Stage(view).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert drawn(view)[-1] == "line 39"


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("late", [0, 50])
async def test_fifty_thousand_lines_come_in_well_under_a_second(wrap: bool, late: int) -> None:
    async with Stage(view := LogPane(wrap=wrap, cap=40_000)).run_test(size=(120, 40)) as pilot:
        times = [number - late if number % 1000 == 0 else number for number in range(50_000)]
        given = [line(number, f"epoch {number} loss=0.2133 " + "x" * 90, f"step-{number % 9}") for number in times]
        begun = time.process_time()
        for first in range(0, 50_000, 1000):
            view.append(given[first : first + 1000])
        spent = time.process_time() - begun
        await settled(pilot)
        assert (len(view.entries), view.dropped) == (40_000, 10_000)
        # 0.2 s of the processor where it was measured.
        assert spent < 1.0


JSON_LINE = '{"level": "error", "msg": "no rows", "table": "t", "exc": "Traceback:\\n  line 1"}'


async def test_json_is_folded_unfolded_and_shown_as_it_was_written() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(0, "before"), line(1, JSON_LINE), line(2, "after")])
        await settled(pilot)
        assert drawn(view)[:3] == ["before", r'ERROR no rows table=t exc="Traceback:\n  line 1"', "after"]
        assert style_of(view, 1, "ERROR").color == view.style_of("trouble").color
        await pilot.press("J")
        await settled(pilot)
        unfolded = ["before", "ERROR no rows", "  table: t", "  exc:", "    Traceback:", "      line 1", "after"]
        assert drawn(view)[:7] == unfolded
        assert "JSON unfolded" in view.info
        await pilot.press("W")
        view.find("line 1")
        await settled(pilot)
        assert drawn(view)[:7] == unfolded
        assert view.found == 1
        view.find("")
        await pilot.press("W", "J")
        await settled(pilot)
        assert drawn(view)[1].startswith('{"level": "error"')
        view.sift("^error no rows")
        assert texts(view) == [JSON_LINE]
        view.sift('"table": "t"')
        assert texts(view) == [JSON_LINE]


async def test_a_long_progress_bar_is_one_line_and_costs_only_its_end() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(0, "".join(f"\r{percent:3}% " + "#" * 400 for percent in range(99)) + "\r100% done")])
        await settled(pilot)
        assert (drawn(view)[0], texts(view)) == ("100% done", ["100% done"])


async def test_the_lines_in_sight_are_copied_as_they_were_written() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([*lines(0, 30), line(30, JSON_LINE), line(31, "bad \x1b[2J")])
        await pilot.press("y")
        await settled(pilot)
        copied = pilot.app.clipboard.splitlines()
        assert copied == [*(f"line {number}" for number in range(20, 30)), JSON_LINE, "bad "]
