"""Keys that arrive together do what they would do one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from textual import events

from k8stui_tui.app import ControlCenter
from k8stui_tui.widgets.table import LineTable
from tests.tui.fakes import FakeStore
from tests.tui.harness import pods_store, schedules_store, shown

NAMES = {"/": "slash", ":": "colon", " ": "space"}


def together(app: ControlCenter, keys: Sequence[str]) -> None:
    """Put keys into the app's queue at once, as a terminal does whose line was busy."""
    for key in keys:
        app.post_message(events.Key(NAMES.get(key, key), key if len(key) == 1 else None))


@pytest.mark.parametrize(
    ("make", "keys", "screen", "line", "cursor"),
    [
        (schedules_store, ["/", *"churn", "enter", "j"], "runs", "13 of 42   /churn", 1),
        (schedules_store, ["3", "/", *"digest", "enter", "j"], "schedules", "1 of 6   /digest", 0),
        (pods_store, [*":pods", "enter", *"/etl", "enter", "j", "j"], "pods", "3 of 16   /etl", 2),
        (pods_store, ["d", "q", "j", *":runs", "enter", "j"], "runs", "RUNS", 2),
        (pods_store, ["2", "j", "d", "escape", "j", "j", "1", "j", "2", "j"], "pods", "PODS", 4),
    ],
)
async def test_keys_that_arrive_together_are_done_in_turn(
    make: Callable[[], FakeStore], keys: list[str], screen: str, line: str, cursor: int
) -> None:
    async with shown(make()) as seen:
        together(seen.center, keys)
        await seen.settle()
        assert seen.app.current_mode == screen
        assert line in seen.text
        view = seen.frame.panes[0].view
        assert isinstance(view, LineTable)
        assert view.cursor_line == cursor


async def test_a_text_that_is_pasted_stands_between_the_keys_around_it() -> None:
    async with shown(schedules_store()) as seen:
        together(seen.center, "/")
        seen.app.post_message(events.Paste("churn"))
        together(seen.center, ["enter", "j"])
        await seen.settle()
        assert "13 of 42   /churn" in seen.text
