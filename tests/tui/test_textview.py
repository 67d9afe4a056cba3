"""A text to read stays where it is read, also when it changes."""

from __future__ import annotations

from textual.events import MouseScrollDown

from k8stui_tui.widgets.textview import TextView
from tests.tui.stage import SIZE, Repaints, Stage, drawn, settled


def text(count: int, mark: str = "") -> str:
    return "".join(f"line {number}{mark if number == 30 else ''}\n" for number in range(count))


async def test_a_text_is_read_from_its_beginning() -> None:
    async with Stage(view := TextView(text(100))).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert (drawn(view)[0], view.info) == ("line 0", "100 lines")
        await pilot.press("pagedown", "ctrl+d", "j")
        await settled(pilot)
        assert drawn(view)[0] == f"line {SIZE[1] - 1 + SIZE[1] // 2 + 1}"
        await pilot.press("G")
        await settled(pilot)
        assert drawn(view)[-1] == "line 99"
        await pilot.press("j", "pagedown")
        assert drawn(view)[-1] == "line 99"


async def test_the_wheel_scrolls_three_lines() -> None:
    async with Stage(view := TextView(text(100))).run_test(size=SIZE) as pilot:
        view.post_message(MouseScrollDown(view, 5, 5, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await settled(pilot)
        assert drawn(view)[0] == "line 3"


async def test_a_text_that_changes_stays_where_it_is_read_and_draws_what_differs() -> None:
    async with Stage(view := TextView(text(100))).run_test(size=SIZE) as pilot:
        await pilot.press("pagedown", "pagedown")
        await settled(pilot)
        top = view.top
        with Repaints(view) as repaints:
            view.set_text(text(100, mark=" changed"))
            await pilot.pause()
        await settled(pilot)
        assert view.top == top
        assert set(repaints.rows) == {30 - top}
        view.set_text(text(100, mark=" changed"))
        view.set_text("short\n")
        await settled(pilot)
        assert drawn(view)[:2] == ["short", ""]


async def test_a_search_in_a_text_goes_on_in_the_next_one() -> None:
    async with Stage(view := TextView(text(100))).run_test(size=SIZE) as pilot:
        view.find("line 7")
        await settled(pilot)
        assert (view.found, view.info) == (11, "11 lines with line 7 · 100 lines")
        assert "line 7" in drawn(view)
        view.set_text(text(50))
        assert view.found == 1
        await pilot.press("n")
        await settled(pilot)
        assert "line 7" in drawn(view)


async def test_n_without_a_search_or_a_match_does_nothing() -> None:
    async with Stage(view := TextView(text(100))).run_test(size=SIZE) as pilot:
        await pilot.press("n", "N")
        view.find("nowhere")
        await pilot.press("n", "N")
        await settled(pilot)
        assert (view.top, view.info) == (0, "0 lines with nowhere · 100 lines")


async def test_an_empty_text_says_so() -> None:
    async with Stage(view := TextView("", empty="No events.")).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert drawn(view)[1] == "No events."
        view.set_text("one\n\nthree")
        await settled(pilot)
        assert drawn(view)[:4] == ["one", "", "three", ""]
        view.set_text("")
        await settled(pilot)
        assert drawn(view)[1] == "No events."
