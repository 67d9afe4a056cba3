"""One terminal for all tests of screens, whatever the one is that they run in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from k8stui_tui.app import ControlCenter
from tests.tui.fakes import FakeStore
from tests.tui.harness import USUAL, Look, Shown, Size, Step, usual_store

_OF_THE_MACHINE = ("NO_COLOR", "FORCE_COLOR", "K8STUI_THEME", "K8STUI_ASCII", "K8STUI_DEBUG", "COLORFGBG")


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """UTF-8, all colours, and clock times of UTC."""
    for name in _OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
    for name, value in (("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")):
        monkeypatch.setenv(name, value)
    # A cursor that blinks is there in one picture and gone in the next.
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _input: None)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def looks(snap_compare: Callable[..., bool]) -> Look:
    """Whether the screen looks as it did, after some keys."""

    def compare(
        *keys: str,
        store: FakeStore | None = None,
        size: Size = USUAL,
        theme: str = "dark",
        typed: str = "",
        then: Step | None = None,
    ) -> bool:
        shown_store = store or usual_store()

        async def before(pilot: Pilot[None]) -> None:
            shown = Shown(pilot, shown_store)
            await shown.settle()
            for key in keys:
                await shown.press(key)
            if typed:
                await shown.type(typed)
            if then:
                await then(shown)

        app = ControlCenter(shown_store, theme=theme)
        return snap_compare(app, terminal_size=size, run_before=before)

    return compare
