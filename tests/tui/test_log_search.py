"""Searching in a log: matches are marked, counted and gone through while lines come and go."""

from __future__ import annotations

from tests.tui.loglines import line, pane
from tests.tui.stage import SIZE, Stage, drawn, settled, styled


async def test_search_shows_the_newest_match_and_n_goes_round() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(number, f"line {number} {'ERROR' if number % 30 == 0 else ''}") for number in range(100)])
        view.find("error")
        await settled(pilot)
        assert (view.found, view.info) == (4, "4 lines with error · following · 100 lines")
        seen = []
        for key in ("n", "n", "N", "N", "N"):
            await pilot.press(key)
            seen.append(view.entries[view.here or 0].text.split()[1])
        await settled(pilot)
        assert seen == ["0", "30", "0", "90", "60"]
        assert "line 60 ERROR" in drawn(view)
        assert view.info == "4 lines with error · paused · 100 lines"
        view.find("")
        await settled(pilot)
        assert (view.found, view.here) == (0, None)


async def test_matches_are_marked_and_the_one_stood_on_differs() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(0, "a loss of 1"), line(1, "no Loss at a loss")])
        view.find("loss")
        await settled(pilot)
        here, match = view.style_of("here").bgcolor, view.style_of("match").bgcolor
        assert [text for text, style in styled(view, 1) if style.bgcolor == here] == ["Loss", "loss"]
        assert [text for text, style in styled(view, 0) if style.bgcolor == match] == ["loss"]
        view.find("Loss")
        await settled(pilot)
        assert view.found == 1


async def test_a_match_over_two_rows_is_marked_in_both() -> None:
    async with Stage(view := pane(wrap=True)).run_test(size=(13, 5)) as pilot:
        view.append([line(0, "12345678needle")])
        view.find("needle")
        await settled(pilot)
        here = view.style_of("here").bgcolor
        rows = [[text for text, style in styled(view, y) if style.bgcolor == here] for y in (0, 1)]
        assert rows == [["ne"], ["edle"]]


async def test_matches_are_counted_while_lines_come_and_go() -> None:
    async with Stage(view := pane(cap=10)).run_test(size=SIZE) as pilot:
        view.append([line(number, "hit") for number in range(5)])
        view.find("hit")
        view.append([line(number, "miss") for number in range(5, 13)])
        await settled(pilot)
        assert view.found == 2
        view.append([line(7.5, "hit")])
        assert view.found == 2
        view.append([line(number, "miss") for number in range(13, 30)])
        await pilot.press("n", "N")
        assert view.found == 0


async def test_the_search_stays_on_its_line_when_late_lines_come_before_it() -> None:
    async with Stage(view := pane()).run_test(size=SIZE) as pilot:
        view.append([line(number * 2, "hit" if number == 50 else "") for number in range(60)])
        view.find("hit")
        view.append([line(5), line(7)])
        await settled(pilot)
        assert view.here is not None
        assert view.ring[view.here].text == "hit"


async def test_n_after_the_line_of_the_search_was_dropped_goes_on_with_what_is_there() -> None:
    async with Stage(view := pane(cap=20)).run_test(size=SIZE) as pilot:
        view.append([line(number, "hit") for number in range(20)])
        view.find("hit")
        await pilot.press("f", "n")
        view.append(
            [line(number, f"{'hit' if number in {105, 110} else 'miss'} {number}") for number in range(100, 120)]
        )
        await pilot.press("n")
        await settled(pilot)
        assert view.ring[view.here or 0].text == "hit 105"
        view.here = 0
        await pilot.press("N")
        assert view.ring[view.here or 0].text == "hit 110"
