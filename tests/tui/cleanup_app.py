"""The plan of a cleanup on an app of its own, with a server that says what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual.app import App
from textual.pilot import Pilot

import k8stui_tui
from k8stui.control.cleanup.carrying import Report
from k8stui.control.cleanup.plan import CleanupPlan, Way, plan_cleanup
from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui_tui.screens.pods.cleanup import CleanupScreen
from k8stui_tui.theme.roles import COMPONENTS
from k8stui_tui.theme.themes import THEMES
from tests.tui.harness import screen_text
from tests.tui.sample_pods import every_pod


class Server:
    """Lets pods go, or refuses them."""

    def __init__(self, refused: Collection[str] = (), fails: K8stuiError | None = None) -> None:
        self.refused, self.fails = refused, fails
        self.gone: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def check(self, plan: CleanupPlan) -> Report:
        if self.fails:
            raise self.fails
        return await self._through(plan, Report(len(plan.going)), lambda _: None, dry=True)

    async def carry(self, plan: CleanupPlan, report: Report, heard: Callable[[Report], None]) -> Report:
        return await self._through(plan, report, heard, dry=False)

    async def _through(
        self, plan: CleanupPlan, report: Report, heard: Callable[[Report], None], *, dry: bool
    ) -> Report:
        for number, one in enumerate(plan.going):
            if number and not dry:
                await self.gate.wait()
            if one.pod.name in self.refused:
                report.refused.append((one, ForbiddenError("You may not delete it.")))
            else:
                report.done.append(one)
                self.gone += [] if dry else [one.pod.name]
            heard(report)
        return report


class Host(App[None]):
    """An app with nothing but the dialog."""

    TITLE = "k8stui"
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        Path(k8stui_tui.__file__).parent / "theme" / "roles.tcss",
        Path(k8stui_tui.__file__).parent / "k8stui.tcss",
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)

    def __init__(self, screen: CleanupScreen, theme: str = "dark") -> None:
        super().__init__()
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme
        self.dialog = screen
        self.results: list[Report | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.results.append)


class Cleanup:
    """The running dialog, and what a person sees of it."""

    def __init__(self, pilot: Pilot[None], app: Host, server: Server) -> None:
        self.pilot, self.app, self.server = pilot, app, server

    @property
    def screen(self) -> CleanupScreen:
        return self.app.dialog

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        if self.server.gate.is_set():
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()


def cleanup_screen(
    server: Server, folder: Path, *, way: Way = Way.DELETE, running: bool = False, most: int = 99
) -> CleanupScreen:
    def make(also: bool, forced: bool) -> CleanupPlan:
        return plan_cleanup(every_pod()[:most], running=also, way=way, grace_seconds=0 if forced else None)

    return CleanupScreen(make, running=running, check=server.check, carry=server.carry, folder=folder)


@asynccontextmanager
async def cleanup(
    server: Server, folder: Path, size: tuple[int, int] = (80, 24), **more: Any
) -> AsyncIterator[Cleanup]:
    app = Host(cleanup_screen(server, folder, **more))
    async with app.run_test(size=size, notifications=True) as pilot:
        shown = Cleanup(pilot, app, server)
        await shown.settle()
        yield shown
