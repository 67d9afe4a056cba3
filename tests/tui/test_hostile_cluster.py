"""A cluster of which half of what it sends is wrong, through all screens: they stay up, and nothing raw is drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from k8stui_tui.screens.viewer import ViewerScreen
from tests.embedded.center import center
from tests.hostile import raw
from tests.hostileapi import everything, hostile_api
from tests.tui.harness import screen_text
from tests.unit.control.samples import RUN


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with hostile_api(tmp_path_factory.mktemp("hostile"), everything()) as file:
        yield file


async def walked(pilot: Pilot[None], lines: int) -> None:
    """Go down so many lines, and look at what is drawn of each."""
    for _ in range(lines):
        await pilot.press("j")
        await pilot.pause()
        assert not raw(screen_text(pilot.app), allowed="\n")


async def read(pilot: Pilot[None], until: Any, *keys: str) -> None:
    """Open texts about what the cursor is on, and read each to its end."""
    for key in keys:
        await pilot.press(key)
        async with asyncio.timeout(60):
            while not isinstance(pilot.app.screen, ViewerScreen):
                await pilot.pause(0.02)
        await until(gone="Loading ...")
        for move in ("G", "pagedown", "right", "W"):
            await pilot.press(move)
            assert not raw(screen_text(pilot.app), allowed="\n")
        await pilot.press("q")
        await pilot.pause()


@pytest.mark.timeout(600)
async def test_all_screens_show_what_can_be_known(kubeconfig: Path) -> None:
    async with center(cast("Any", None), kubeconfig=kubeconfig) as (pilot, until):
        # Runs: a good one among them, with tree, timeline, graph and its log.
        await until(RUN)
        await walked(pilot, 6)
        await pilot.press("slash", *f"run:{RUN}", "space", *f"!run:{RUN}-*", "enter")
        await until("train[0]", "not UTF-8")
        await pilot.press("tab")
        await walked(pilot, 6)
        await read(pilot, until, "w", "d", "i")
        for key in ("t", "v", "v"):
            await pilot.press(key)
            await walked(pilot, 3)
        await pilot.press("2")
        await until("PODS", "affinity-h1")
        await walked(pilot, 10)
        await read(pilot, until, "w", "d", "Y")
        await pilot.press("3")
        await until("nightly")
        await walked(pilot, 10)
        await read(pilot, until, "w", "d")
        await pilot.press("4")
        await until("EVENTS")
        await walked(pilot, 8)
        await pilot.press("tab")
        await walked(pilot, 8)
        await pilot.press("5")
        await until("CONTEXT")
        await walked(pilot, 5)
