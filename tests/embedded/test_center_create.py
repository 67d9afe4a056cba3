"""`c` in the control center, against the embedded cluster: from a file on disk to a run that has succeeded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.app import ControlCenter
from k8stui_tui.store import Store
from tests.embedded.command import shell
from tests.tui.harness import screen_text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_run_is_started_and_seen_to_succeed(
    embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    shell(tmp_path, tmp_path)
    monkeypatch.chdir(tmp_path)

    @asynccontextmanager
    async def connection() -> AsyncIterator[Cluster]:
        async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
            yield cluster

    app = ControlCenter(Store(connection), theme="dark")
    async with app.run_test(size=size) as pilot:

        async def until(*texts: str) -> None:
            async with asyncio.timeout(60):
                while not all(text in screen_text(app) for text in texts):
                    await pilot.pause(0.02)

        await until("live")
        await pilot.press("c")
        await until("quick.py", "slow.py")
        await pilot.press("q", "enter")
        await until("New run of quick", "embedded, namespace default")
        await pilot.press("end", "backspace", "7", "ctrl+s")
        await until("quick-", "succeeded", "2/2")
