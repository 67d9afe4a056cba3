"""What is told at the first start: each key until it was pressed once, all of it until it is hidden."""

from __future__ import annotations

import asyncio
from pathlib import Path

from k8stui_tui.config.memory import Memory
from k8stui_tui.config.model import Config
from tests.tui.harness import NARROW, Shown, shown

FIRST = "New here?  1-5 screens  tab next pane  w why  : command  ? help"


async def learned(screen: Shown, path: Path) -> frozenset[str]:
    async with asyncio.timeout(60):
        while any(worker.name == "hints" for worker in screen.app.workers):
            await screen.pilot.pause(0.01)
    return Memory(path).learned


def hint(screen: Shown) -> str:
    return " ".join(screen.text.splitlines()[-2].split())


async def test_each_key_is_told_of_until_it_was_pressed_and_the_rest_in_the_next_session(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    async with shown(memory=Memory(path), size=NARROW) as screen:
        assert hint(screen) == f"{' '.join(FIRST.split())} esc hide"
        await screen.press("tab")
        assert hint(screen) == "New here? 1-5 screens w why : command ? help esc hide"
        await screen.press("5")
        assert hint(screen) == "New here? : command ? help esc hide", "one cannot ask why here"
        await screen.press("1", "shift+tab", "slash")
        assert "New here?" not in screen.text, "what is typed now calls no screen"
        await screen.type("etl")
        await screen.press("enter", "escape", "tab", "escape")
        assert "New here?" in screen.text, "each was one step back, out of a filter and a pane"
        assert await learned(screen, path) == {"next_pane", "show_screen"}
    async with shown(memory=Memory(path), config=Config(keys={"runs": {"why": ("f5",)}})) as screen:
        assert "New here?  f5 why  : command" in screen.text
        await screen.press("escape")
        assert "New here?" not in screen.text
        assert await learned(screen, path) == {"next_pane", "show_screen", "why", "command", "help"}
    async with shown(memory=Memory(path)) as screen:
        assert "New here?" not in screen.text


async def test_what_cannot_be_remembered_is_not_told_of(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, no folder")
    async with shown(memory=Memory(tmp_path / "state" / "state.json")) as screen:
        await screen.press("escape")
        await asyncio.to_thread(screen.center.hints.keep)
        assert "New here?" not in screen.text
        assert "cannot be written" not in screen.text
    async with shown(memory=Memory()) as screen:
        assert "New here?" not in screen.text
