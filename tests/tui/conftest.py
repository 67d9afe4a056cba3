"""One terminal for all tests of screens, whatever the one is that they run in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual._wait import SLEEP_GRANULARITY, wait_for_idle
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.widgets import Input

from k8stui_tui.app import ControlCenter
from tests.tui.fakes import FakeStore
from tests.tui.harness import USUAL, Look, Shown, Size, Step, usual_store

_OF_THE_MACHINE = ("NO_COLOR", "FORCE_COLOR", "K8STUI_THEME", "K8STUI_ASCII", "K8STUI_DEBUG", "COLORFGBG")

QUIET = 3
"""Turns of the event loop without anything else to do, after which nothing is under way but timers and threads."""

MOST_TURNS = 5000
"""So many are enough for whatever a key causes: two who wait for each other would take turns for ever."""


@pytest.fixture(scope="session", autouse=True)
def _styles_parsed_once() -> Iterator[None]:
    """Hundreds of apps have the same styles; each would parse them for itself."""
    parse, known = Stylesheet._parse_rules, dict[object, Any]()

    def parsed(sheet: Stylesheet, *args: Any, **named: Any) -> Any:
        key = (args, *sorted(named.items()), *sorted(sheet._variables.items()))
        if key not in known:
            known[key] = parse(sheet, *args, **named)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed)
        yield


async def _nothing_left(least: float = SLEEP_GRANULARITY, most: float = 1) -> None:
    """Wait as Textual does, which takes a process without processor for idle, and until nothing waits for its turn."""
    await wait_for_idle(least, most)
    ready: Collection[object] = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # nothing else tells
    quiet = 0
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1
        if quiet == QUIET:
            return


@pytest.fixture(scope="session", autouse=True)
def _no_hurry() -> Iterator[None]:
    """On a busy machine what a key causes takes as many turns as on an idle one; Textual waits for fewer of them."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (textual.pilot, textual.app):
            patch.setattr(module, "wait_for_idle", _nothing_left)
        yield


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
