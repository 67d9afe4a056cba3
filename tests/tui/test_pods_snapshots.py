"""The Pods screen and the plan of a cleanup as pictures; see test_snapshots.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from k8stui.model.errors import UnreachableError
from tests.tui.cleanup_app import Cleanup, Host, Server, cleanup_screen
from tests.tui.fakes import FakeStore
from tests.tui.harness import SIZES, TIGHT, Look, Shown, Size, pods_store
from tests.tui.sample_runs import NOW, every_state


@SIZES
def test_pods(looks: Look, size: Size) -> None:
    """All of them, one marked, the log of a failed one."""
    assert looks("2", "j", "j", "j", "space", "j", store=pods_store(), size=size)


@TIGHT
def test_no_pods(looks: Look, size: Size) -> None:
    """Nothing to show."""
    assert looks("2", store=FakeStore(every_state(), now=NOW), size=size)


def test_a_filter(looks: Look) -> None:
    """What is typed, with what can be."""
    assert looks("2", "slash", typed="status:evicted", store=pods_store())


@TIGHT
def test_the_plan(looks: Look, tmp_path: Path, size: Size) -> None:
    """Before anything is done, over the pods that it is about."""

    async def plan(shown: Shown) -> None:
        await shown.app.push_screen(cleanup_screen(Server(refused=["etl-daily-91bc-load-1"]), tmp_path))
        await shown.until("Type 10 to delete")

    assert looks("2", "A", store=pods_store(), size=size, then=plan)


def test_the_plan_carried_out(snap_compare: Callable[..., bool], tmp_path: Path) -> None:
    """With the bar, and what became of them."""
    assert _looks(snap_compare, Server(), tmp_path, (80, 24), "1", "1", "enter")


def test_a_plan_without_an_answer(snap_compare: Callable[..., bool], tmp_path: Path) -> None:
    """The server does not say anything."""
    assert _looks(snap_compare, Server(fails=UnreachableError("No answer.", hint="Try again.")), tmp_path, (80, 24))


def _looks(snap_compare: Callable[..., bool], server: Server, folder: Path, size: Size, *keys: str) -> bool:
    app = Host(cleanup_screen(server, folder))

    async def before(pilot: Pilot[None]) -> None:
        shown = Cleanup(pilot, app, server)
        await shown.settle()
        for key in keys:
            await shown.press(key)

    return snap_compare(app, terminal_size=size, run_before=before)
