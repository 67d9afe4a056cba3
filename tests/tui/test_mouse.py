"""What a mouse does; it is never needed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.widget import Widget

from k8stui_tui.screens.viewer import ViewerScreen
from k8stui_tui.widgets.bar import Fact, key_at, laid_out
from tests.tui.harness import Shown, shown


async def click(screen: Shown, words: str, times: int = 1) -> None:
    """Click on words, wherever they stand; on the lowest place if there are several."""
    lines = screen.text.splitlines()
    row = max(number for number, line in enumerate(lines) if words in line)
    await screen.pilot.click(offset=(lines[row].index(words), row), times=times)
    await screen.settle()


async def test_lines_panes_and_keys_that_are_told_of_can_be_clicked() -> None:
    async with shown() as screen:
        await click(screen, "score-eu-22aa")
        assert screen.runs.table.cursor_key == "ml-team/score-eu-22aa"
        await click(screen, "train-churn-7f3a  ")
        await click(screen, "STEP  ")
        await click(screen, "load_data")
        assert screen.runs.step_tree.has_focus
        await click(screen, "etl-daily-91bc", times=2)
        assert screen.runs.run is not None
        assert screen.runs.run.run == "etl-daily-91bc"
        assert not screen.runs.table.has_focus, "a double click opens"
        await click(screen, "why")
        assert isinstance(screen.app.screen, ViewerScreen)
        await click(screen, "q close")
        assert len(screen.app.screen_stack) == 1
        await click(screen, "/ find")
        assert screen.frame.prompt.is_open
        await click(screen, "esc never mind")
        assert not screen.frame.prompt.is_open


async def test_a_wheel_scrolls_what_is_below_it() -> None:
    async with shown() as screen:
        log, table = screen.runs.log_pane, screen.runs.table
        bottom, focused = log.top, screen.app.focused
        assert log.following
        await turn(screen, events.MouseScrollUp, over=log)
        assert log.top == bottom - 3
        assert not log.following, "who reads back is not moved by new lines"
        await turn(screen, events.MouseScrollDown, over=log)
        assert log.top == bottom
        await turn(screen, events.MouseScrollDown, over=table)
        assert table.top
        assert screen.app.focused is focused


async def turn(screen: Shown, way: type[events.MouseEvent], *, over: Widget) -> None:
    """Turn the wheel once."""
    x, y = over.region.x + 2, over.region.y + 2
    screen.app.post_message(way(None, x, y, 0, 0, 0, False, False, False, x, y))
    await screen.settle()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.booleans()), max_size=9), st.data())
def test_a_click_presses_the_key_that_is_told_of_there(told: list[tuple[int, int, bool]], data: st.DataObject) -> None:
    letters = "abcdefghi"
    facts = [
        Fact(letter * size, rank=rank, tight=tight, key=letter.upper())
        for letter, (size, rank, tight) in zip(letters, told, strict=False)
    ]
    middle = data.draw(st.integers(0, len(facts)))
    columns = data.draw(st.integers(sum(len(fact.text) for fact in facts[middle:]) + 1, 99))
    line = "".join(text for text, _ in laid_out(facts[:middle], facts[middle:], columns, more=" "))
    pressed = [key_at(facts[:middle], facts[middle:], columns, column) or " " for column in range(columns)]
    assert len(line) == columns
    # Where a fact is cut off, its last place is blank, and still its own.
    assert all(character in {" ", key.lower()} for character, key in zip(line, pressed, strict=True))
