"""The start: the first screen is painted before the engine is imported and before there is a connection."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from k8stui.cluster.client import Cluster
from k8stui.model.errors import UnreachableError
from k8stui_tui.app import ControlCenter
from k8stui_tui.store import Store
from tests.tui.harness import USUAL, screen_text

PATIENCE = 60.0

HEAVY = {"pydantic", "aiohttp", "kubernetes", "yaml", "typer"}


@pytest.mark.parametrize("module", ["k8stui_tui.app", "k8stui_tui.cli.center"])
def test_what_is_painted_first_imports_no_library_of_the_engine(module: str) -> None:
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert HEAVY & set(done.stdout.split()) == set()


LATER = ("k8stui.plan.compiler", "k8stui.model.settings", "k8stui.model.stacks", "k8stui.stacks.document",
         "k8stui.control.logs.archive", "croniter", "cron_descriptor", "packaging", "kubernetes", "fsspec", "keyring",
         "typer")  # fmt: skip
"""What the first rows are shown without: compiling, settings, stacks where none is registered, and their libraries."""


def test_what_the_first_rows_take_leaves_out_what_only_keys_and_submitters_need() -> None:
    program = (
        "import sys\n"
        "import k8stui_tui.cli.center, k8stui_tui.app, k8stui.control.clusters.placing, k8stui.control.pods.board\n"
        "from k8stui_tui import engine\n"
        "engine._load(engine.FIRST)\n"
        "for name in engine.FACTORIES: engine.factory_of(name)\n"
        "assert k8stui.control.clusters.placing.used_stack() is None\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert [name for name in done.stdout.split() if f"{name}.".startswith(tuple(f"{one}." for one in LATER))] == []


async def test_painted_before_connected_and_no_key_is_lost_meanwhile() -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def slow() -> AsyncIterator[Cluster]:
        asked.set()
        await answer.wait()
        raise UnreachableError("The cluster is far away.")
        yield

    app = ControlCenter(Store(slow))

    async def until(words: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while words not in screen_text(app):
                await pilot.pause(0.02)

    async with app.run_test(size=USUAL, notifications=True) as pilot:
        assert "Connecting ..." in screen_text(app)
        assert "connecting" in screen_text(app).splitlines()[0]
        await asyncio.wait_for(asked.wait(), PATIENCE)
        for key in ("c", "S", "w", "j", "enter", "tab", "shift+tab", "escape", "escape"):
            await pilot.press(key)
        await until("Not connected yet.")
        await pilot.press("slash", *"etl", "enter")
        await until("/etl")
        answer.set()
        await until("The cluster is far away.")
        assert app.return_code is None


def test_a_screen_that_is_not_shown_is_not_imported() -> None:
    program = (
        "import sys\n"
        "from k8stui_tui.app import ControlCenter\n"
        "from k8stui_tui.store import Store\n"
        "ControlCenter(Store(None)).frame('pods')\n"
        "print(*{name.split('.')[2] for name in sys.modules if name.startswith('k8stui_tui.screens.')})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert {"pods", "frame"} <= set(done.stdout.split())
    assert {"runs", "schedules", "clusters", "events"} & set(done.stdout.split()) == set()
