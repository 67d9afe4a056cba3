"""`c` in the control center, against the embedded cluster: from a file on disk to a run that has succeeded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from k8stui.cluster.client import Cluster
from k8stui.control.runs.reading import list_runs
from k8stui.embedded import EmbeddedCluster
from k8stui_tui.app import ControlCenter
from k8stui_tui.store import Store
from tests.embedded.center import connection_to, waiting
from tests.embedded.command import shell
from tests.embedded.runs import ended, eventually, start


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_run_is_started_and_seen_to_succeed(
    embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    shell(tmp_path, tmp_path)
    monkeypatch.chdir(tmp_path)

    connection = connection_to(embedded)
    app = ControlCenter(Store(connection), theme="dark")
    async with app.run_test(size=size) as pilot:
        until = waiting(app, pilot)
        await until("live")
        await pilot.press("c")
        await until("quick.py", "slow.py")
        await pilot.press("q", "enter")
        await until("New run of quick", "embedded, namespace default")
        await pilot.press("end", "backspace", "7", "ctrl+s")
        await until("quick-", "succeeded", "2/2")


async def test_a_run_is_started_again_from_its_form_and_without_a_file_as_it_was(
    embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(tmp_path, tmp_path)
    monkeypatch.chdir(tmp_path)

    connection = connection_to(embedded)
    async with connection() as cluster:
        first = await start(cluster, "quick", file=str(tmp_path / "quick.py"), n=5)
        await ended(cluster, first)
        app = ControlCenter(Store(connection), theme="dark")
        async with app.run_test(size=(120, 40)) as pilot:
            until = waiting(app, pilot)
            await until("live", first)
            await pilot.press("C")
            await until("New run of quick", f"rerun of {first}, succeeded")
            await pilot.press("end", "backspace", "7", "ctrl+s")
            (second,) = await eventually(lambda: others(cluster, first), until=lambda found: len(found) == 1)
            view = await ended(cluster, second)
            assert (view.rerun_of, view.parameters) == (first, {"n": 7})
            await asyncio.to_thread((tmp_path / "quick.py").unlink)
            await until(second, "succeeded")
            await pilot.press("G")
            await pilot.press("C")
            await until(f"Run {first} again with the code and parameters that it had?", "No file below this folder")
            await pilot.press("y")
            found = await eventually(lambda: others(cluster, first, second), until=lambda found: len(found) == 1)
            view = await ended(cluster, found[0])
            assert (view.rerun_of, view.parameters) == (first, {"n": 5})


async def others(cluster: Cluster, *known: str) -> list[str]:
    """The runs that are not known."""
    return [run.run for run in await list_runs(cluster) if run.run not in known]
