"""In read-only mode no action of the screens brings a write to the API server: each of the table is tried.

Once as a person has it: an act says that it is read-only here. Then without that, so that the door alone holds: it must
have refused each act, or the act never came that far.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from k8stui.cluster.client import Cluster
from k8stui.cluster.guard import Guard, LimitedError
from k8stui.cluster.request import Request
from k8stui.cluster.resources import CRONJOBS
from k8stui.control.lifecycle.ending import delete_run
from k8stui.embedded import EmbeddedCluster
from k8stui_tui import suspending
from k8stui_tui.actions.action import Action
from k8stui_tui.actions.needs import NEEDS
from k8stui_tui.actions.table import ACTIONS
from k8stui_tui.app import ControlCenter
from k8stui_tui.reach import at_hand, nodes_at_hand, perform
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.frame import FrameScreen
from k8stui_tui.screens.listing import ListScreen
from k8stui_tui.screens.pods.cleanup import CleanupScreen, Stage
from k8stui_tui.screens.runs.screen import RunsScreen
from k8stui_tui.widgets.pane import Pane
from tests.embedded.center import Until, center
from tests.embedded.command import QUICK
from tests.embedded.runs import ended, scheduled, start, step_is, step_of
from tests.embedded.writes import Writes

PATIENCE = 60.0

GIVEN = {
    "runs.prune": "0s", "schedules.backfill": "2024-02-28T00:00Z 2024-03-01T00:00Z", "app.theme": "dark",
    "pods.forward": ":80", "runs.forward": ":80", "log.since": "5m",
}  # fmt: skip
"""What some actions are given, which would ask for it, or do nothing."""

ELSEWHERE = {"quit"}
"""Those that would end the test."""

DIALOGS = {
    "confirm", "cleanup", "choose", "ask", "forwards", "prompt", "viewer", "text", "create", "form", "choice",
    "complete",
}  # fmt: skip
"""Scopes of dialogs: what they do is what was done with the answer, which acts that open them are given here."""

OPEN_FORMS = {"runs.create", "runs.rerun", "schedules.create", "schedules.edit"}
"""Acts that open forms: what these submit goes the way of `run` and of `schedule`, which the verbs' test has."""

NO_DRAFT = {"runs.edit_yaml", "schedules.edit_yaml", "pods.edit_yaml"}
"""Acts that are refused before an editor opens, whatever the screens say of them."""


class Walk:
    """Does everything that is at hand, here and there."""

    def __init__(self, pilot: Pilot[None], until: Until) -> None:
        assert isinstance(pilot.app, ControlCenter)
        self.pilot, self.until, self.app = pilot, until, pilot.app
        self.done: set[str] = set()

    async def everywhere(self, screen: FrameScreen) -> list[str]:
        """Each action that is at hand in a pane of a screen and was not yet done; gives those that said too little."""
        silent = []
        for alone in (True, False, True):  # What panes have of their own first, as acts may turn them to another view.
            for pane in screen.panes:
                await self.to(screen, pane)
                for action in at_hand(nodes_at_hand(screen)):
                    shared = action.scope in ("app", *screen.SCOPES)
                    if action.name in self.done or action.id in ELSEWHERE or (alone and shared):
                        continue
                    self.done.add(action.name)
                    said = await self.act(screen, action)
                    if (action.scope, action.id) in NEEDS and "read-only" not in said.lower():
                        silent.append(f"{action.name}: {said}")
                    await self.to(screen, pane)
        return silent

    async def act(self, screen: FrameScreen, action: Action) -> str:
        """Do one to all that is there, say yes to all it asks, leave what it opens; gives what was said."""
        self.app._messages.clear()
        nodes = nodes_at_hand(screen)
        await self.app.run_guarded(perform(action, nodes, GIVEN.get(action.name, "")))
        await self.answered(yes=True)
        return "\n".join(self.app._messages)

    async def go(self, screen: FrameScreen) -> None:
        """To a screen, with nothing open above it."""
        await self.answered()
        self.app.action_show_screen(screen.TITLE_OF_SCREEN.lower())
        await self.wait(lambda: self.app.screen is screen)

    async def to(self, screen: FrameScreen, pane: Pane) -> None:
        """To a pane of a screen, as soon as it has the focus."""
        if self.app.screen is screen and screen.focused is pane.view and not screen.prompt.is_open:
            return
        await self.go(screen)
        screen.go_to_pane(pane)
        await self.wait(lambda: screen.focused is pane.view)

    async def answered(self, *, yes: bool = False) -> None:
        """Go on until no dialog is open and nothing is under way."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.pilot.pause()
                top = self.app.screen
                if isinstance(top, ConfirmScreen) and yes:
                    await self.pilot.press("y" if len(top._words) == 1 else "1")
                elif isinstance(top, CleanupScreen) and top.stage in (Stage.CHECKING, Stage.WORKING):
                    await self.pilot.pause(0.02)
                elif isinstance(top, CleanupScreen) and yes and top.stage is Stage.ASKING and top.allowed:
                    await self.pilot.press(*(str(top.allowed), "enter") if top.by_number else "y")
                elif len(self.app.screen_stack) > 1 or (isinstance(top, FrameScreen) and top.prompt.is_open):
                    await self.pilot.press("escape")
                elif self.app.under_way:
                    await self.pilot.pause(0.02)
                else:
                    return

    async def wait(self, there: Callable[[], bool]) -> None:
        """Until something is so."""
        async with asyncio.timeout(PATIENCE):
            while not there():
                await self.pilot.pause(0.02)


async def test_no_action_writes_in_read_only_mode(
    embedded: EmbeddedCluster, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quick.py").write_text(QUICK)
    failed = await start(cluster, "quick", file=str(tmp_path / "quick.py"), n=-1)
    going = await start(cluster, "waiting", flag=str(tmp_path / "never"))
    firing = await scheduled(cluster, "chain", length=1)
    await cluster.patch(CRONJOBS, firing, {"spec": {"suspend": False}})
    await scheduled(cluster, "chain", length=1)
    await ended(cluster, failed)
    pod = step_of(await step_is(cluster, going, "until_told", "running"), "until_told").attempts[-1].pod

    refused: dict[str, list[str]] = defaultdict(list)
    now = ""
    admit = Guard.admit

    def noted(guard: Guard, request: Request) -> None:
        try:
            admit(guard, request)
        except LimitedError:
            refused[now].append(f"{request.method} {request.path}")
            raise

    async def without_terminal(_: Any, work: Callable[[], Awaitable[Any]]) -> Any:
        return await work()

    monkeypatch.setattr(suspending, "with_terminal", without_terminal)
    with Writes().recorded(monkeypatch) as writes:
        async with center(embedded, read_only=True) as (pilot, until):
            walk = Walk(pilot, until)
            walk.app.folder = walk.app.saves = tmp_path
            texts = {"runs": (failed, going), "pods": (pod,), "schedules": (firing,), "events": (), "clusters": ()}
            screens = {name: walk.app.frame(name) for name in texts}
            silent = []
            for name, screen in screens.items():
                await walk.go(screen)
                await until(*texts[name])
                silent += await walk.everywhere(screen)
            assert silent == []
            assert writes.seen == []
            assert {one.name for one in ACTIONS if one.scope not in DIALOGS and one.id not in ELSEWHERE} == walk.done

            monkeypatch.setattr(Guard, "admit", noted)
            monkeypatch.setattr(FrameScreen, "refusal", lambda *_: "")
            said = {}
            for action in ACTIONS:
                if (action.scope, action.id) in NEEDS and action.name not in OPEN_FORMS:
                    now, screen = action.name, screens[action.scope]
                    await ready(walk, screen, action, going, pod)
                    said[now] = await walk.act(screen, action)
                    assert writes.seen == [], action.name
        await delete_run(cluster, going, force=True)
        assert writes.seen, "the recorder hears nothing"
    assert {name for name in said if "ead-only mode" not in said[name]} == set(), said
    assert set(refused) == set(said) - NO_DRAFT


async def ready(walk: Walk, screen: FrameScreen, action: Action, run: str, pod: str) -> None:
    """Mark all that is there, and have the cursor on what runs."""
    await walk.go(screen)
    assert isinstance(screen, ListScreen)
    screen.go_to_pane(screen.panes[0])
    table = screen.table
    screen.filtered(table, "")
    await walk.wait(lambda: bool(table.rows))
    table.set_marks({row.key for row in table.rows})
    if isinstance(screen, RunsScreen):
        table.set_marks({row.key for row in table.rows} if action.id not in ("shell", "forward") else ())
        table.go_to(next(row.key for row in table.rows if run in row.key))
        if action.id in ("shell", "forward"):
            tree = screen.step_tree
            screen.steps_pane.turn_to(tree)
            await walk.wait(lambda: tree.go_to("until_told"))
            screen.go_to_pane(screen.steps_pane)
            await walk.wait(lambda: screen.chosen_pod() == pod)
    elif action.scope == "pods":
        table.go_to(next(row.key for row in table.rows if pod in row.key))
    await walk.pilot.pause()
