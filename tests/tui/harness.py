"""The app on a store that needs no cluster, and its screen as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from k8stui_tui.app import ControlCenter
from k8stui_tui.config.memory import Memory
from k8stui_tui.config.model import Config
from k8stui_tui.screens.events.screen import EventsScreen
from k8stui_tui.screens.frame import FrameScreen
from k8stui_tui.screens.pods.screen import PodsScreen
from k8stui_tui.screens.runs.screen import RunsScreen
from k8stui_tui.screens.schedules.screen import SchedulesScreen
from tests.tui.fakes import FakeStore
from tests.tui.sample_events import every_event
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW, every_state, log_lines
from tests.tui.sample_schedules import every_schedule, their_firings, their_runs
from tests.tui.sample_troubles import every_trouble

NARROW, USUAL, LARGE = (80, 24), (120, 40), (200, 60)


def usual_store() -> FakeStore:
    return FakeStore(every_state(), lines=log_lines(), now=NOW)


def schedules_store() -> FakeStore:
    views = [*every_state(), *their_runs()]
    return FakeStore(views, schedules=every_schedule(), firings=their_firings(), lines=log_lines(), now=NOW)


def pods_store() -> FakeStore:
    return FakeStore(every_state(), pods=every_pod(), lines=log_lines(), now=NOW)


def events_store() -> FakeStore:
    return FakeStore(
        every_state(), pods=every_pod(), events=every_event(), troubles=every_trouble(), lines=log_lines(), now=NOW
    )


def screen_text(app: App[Any]) -> str:
    """What stands on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


class Shown:
    """A running app, and what a person sees of it."""

    def __init__(self, pilot: Pilot[None], store: FakeStore) -> None:
        self.pilot, self.store = pilot, store
        self.app = pilot.app

    @property
    def frame(self) -> FrameScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, FrameScreen)
        return screen

    @property
    def runs(self) -> RunsScreen:
        assert isinstance(self.frame, RunsScreen)
        return self.frame

    @property
    def schedules(self) -> SchedulesScreen:
        assert isinstance(self.frame, SchedulesScreen)
        return self.frame

    @property
    def pods(self) -> PodsScreen:
        assert isinstance(self.frame, PodsScreen)
        return self.frame

    @property
    def events(self) -> EventsScreen:
        assert isinstance(self.frame, EventsScreen)
        return self.frame

    @property
    def center(self) -> ControlCenter:
        assert isinstance(self.app, ControlCenter)
        return self.app

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def keys(self, *keys: str) -> None:
        """Press keys in a dialog, of which only itself knows when it is settled."""
        await self.pilot.press(*keys)
        await self.typed()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def settle(self) -> None:
        """Let what is under way arrive on the screen: a tick is done by hand, so that no clock is waited for."""
        await self.typed()
        screen = self.frame
        if isinstance(screen, (RunsScreen, PodsScreen)) and screen._settling is not None:
            screen._settling.stop()
            screen._settle()
        await self.pilot.pause()
        screen.refresh_now()
        if isinstance(screen, SchedulesScreen):
            await self.looked_ahead(screen)
        await self.pilot.pause()

    async def typed(self) -> None:
        """Wait until all that the keys have caused is done."""
        await self.pilot.pause()
        async with asyncio.timeout(60):
            while self.center._typist.busy:
                await self.pilot.pause(0.01)

    async def looked_ahead(self, screen: SchedulesScreen, seconds: float = 60.0) -> None:
        """Wait for what a thread finds out about the schedule under the cursor."""
        async with asyncio.timeout(seconds):
            while screen.ahead.pending:
                await self.pilot.pause(0.01)

    async def until(self, text: str, seconds: float = 60.0) -> None:
        """Wait for something that a worker of Textual's brings, the palette's hits."""
        async with asyncio.timeout(seconds):
            while text not in self.text:
                await self.pilot.pause(0.02)

    @property
    def text(self) -> str:
        return screen_text(self.app)

    def line_with(self, word: str) -> str:
        return next(line for line in self.text.splitlines() if word in line)


Size = tuple[int, int]
Step = Callable[[Shown], Awaitable[None]]
Look = Callable[..., bool]
"""Whether the screen looks as it did, after some keys; the fixture `looks`."""

SIZES = pytest.mark.parametrize("size", [NARROW, USUAL, LARGE], ids=lambda size: "x".join(map(str, size)))
TIGHT = pytest.mark.parametrize("size", [NARROW, USUAL], ids=lambda size: "x".join(map(str, size)))


@asynccontextmanager
async def shown(
    store: FakeStore | None = None,
    size: tuple[int, int] = USUAL,
    theme: str = "dark",
    config: Config | None = None,
    memory: Memory | None = None,
) -> AsyncIterator[Shown]:
    store = store or usual_store()
    app = ControlCenter(store, theme=theme, config=config, memory=memory)
    async with app.run_test(size=size, notifications=True) as pilot:
        found = Shown(pilot, store)
        await found.settle()
        yield found
