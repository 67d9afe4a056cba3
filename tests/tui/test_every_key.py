"""Every key of the action table is pressed in the running app and must do what the table says.

Each case names the keys that bring about a situation, and tells what must be true after the action's key; it is
tried for each of the action's keys. An action without a case is an error, so a new key can't be forgotten.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import ACTIONS
from k8stui_tui.screens.choose import ChooseScreen
from tests.tui.cleanup_app import Cleanup, Server, cleanup
from tests.tui.create_app import Dialog, dialog
from tests.tui.harness import Shown, shown
from tests.tui.keycases import (
    CASES,
    FEW,
    IN_CLEANUP,
    IN_DIALOG,
    IN_EDITOR,
    IN_SMALL,
    Case,
    keyed,
    named,
    place_of,
    store,
)
from tests.tui.schedule_app import Editing, editing
from tests.waiting import until

Place = TypeVar("Place", Shown, Dialog, Cleanup, Editing)


async def comes(case: Case[Place], screen: Place) -> bool:
    """Whether what a key does is there, after a while: a message or a dialog takes several turns to the screen."""
    with suppress(TimeoutError):
        await until(lambda: case.did(screen))
    return case.did(screen)


def test_every_action_with_a_key_is_tried() -> None:
    tried = {*CASES, *IN_DIALOG, *IN_CLEANUP, *IN_EDITOR, *IN_SMALL}
    assert {place_of(action) for action in ACTIONS if action.keys} == tried


@pytest.mark.parametrize("action", [one for one in keyed(CASES) if place_of(one) not in IN_SMALL], ids=named)
async def test_each_key_does_what_the_table_says(action: Action) -> None:
    case = CASES[place_of(action)]
    for key in action.keys:
        async with shown(store()) as screen:
            screen.center.saves = Path("/nowhere")
            await screen.press(*case.before)
            assert not case.not_yet or not case.did(screen), f"before {key} it was so already"
            await screen.pilot.press(key)
            if action.id != "quit":
                await screen.settle()
            assert await comes(case, screen), f"{key} does not: {action.help}"


@pytest.mark.parametrize("action", keyed(IN_DIALOG), ids=named)
async def test_each_key_of_the_dialog_of_a_new_run_does_so_too(action: Action) -> None:
    case = IN_DIALOG[place_of(action)]
    for key in action.keys:
        async with dialog() as screen:
            await screen.press(*case.before)
            assert not case.not_yet or not case.did(screen), f"before {key} it was so already"
            await screen.press(key)
            assert await comes(case, screen), f"{key} does not: {action.help}"


@pytest.mark.parametrize("action", keyed(IN_CLEANUP), ids=named)
async def test_each_key_of_the_plan_of_a_cleanup_does_so_too(action: Action, tmp_path: Path) -> None:
    case = IN_CLEANUP[place_of(action)]
    for key in action.keys:
        few = case.before == FEW
        async with cleanup(Server(), tmp_path, size=(100, 40), most=5 if few else 99) as screen:
            await screen.press(*(() if few else case.before))
            assert not case.did(screen), f"before {key} it was so already"
            await screen.press(key)
            assert await comes(case, screen), f"{key} does not: {action.help}"


@pytest.mark.parametrize("action", keyed(IN_EDITOR), ids=named)
async def test_each_key_of_the_editor_of_schedules_does_so_too(action: Action) -> None:
    case = IN_EDITOR[place_of(action)]
    for key in action.keys:
        async with editing() as screen:
            await screen.press(*case.before)
            assert not case.not_yet or not case.did(screen), f"before {key} it was so already"
            await screen.press(key)
            assert await comes(case, screen), f"{key} does not: {action.help}"


async def test_the_key_of_a_choice_chooses_none_and_enter_the_one_under_the_cursor() -> None:
    chosen: list[str | None] = []
    async with shown(store()) as screen:
        for keys in (("q",), ("escape",), ("j", "enter")):
            names = {"main": "python:3", "proxy": "envoy:1"}
            screen.app.push_screen(
                ChooseScreen("A shell in which container of a?", names, title="container"), chosen.append
            )
            await screen.settle()
            assert "envoy:1" in screen.text
            await screen.press(*keys)
    assert chosen == [None, None, "proxy"]
