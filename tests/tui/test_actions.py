"""App and screens against the table of actions."""

from __future__ import annotations

from textual.dom import DOMNode

from k8stui_tui.actions.action import SCREENS
from k8stui_tui.actions.table import of_scopes
from k8stui_tui.app import ControlCenter
from k8stui_tui.engine import FACTORIES
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.runs.screen import RunsScreen
from k8stui_tui.screens.schedules.screen import SchedulesScreen
from k8stui_tui.screens.viewer import ViewerScreen

OWNERS: tuple[type[DOMNode], ...] = (ControlCenter, RunsScreen, SchedulesScreen, ViewerScreen, ConfirmScreen)


def test_every_action_of_app_and_screens_has_its_handler() -> None:
    for owner in OWNERS:
        for one in of_scopes(owner.SCOPES):  # type: ignore[attr-defined]  # each of them has it
            assert callable(getattr(owner, one.handler, None)), (owner.__name__, one.handler)


def test_every_handler_of_app_and_screens_is_in_the_table() -> None:
    for owner in OWNERS:
        ours = {name for base in owner.__mro__ if base.__module__.startswith("k8stui_tui") for name in vars(base)}
        handlers = {name for name in ours if name.startswith("action_")}
        assert handlers <= {one.handler for one in of_scopes(owner.SCOPES)}, owner.__name__  # type: ignore[attr-defined]  # as above


def test_every_screen_of_the_table_can_be_made() -> None:
    assert {spec.name for spec in SCREENS} == FACTORIES.keys()


def test_what_is_dangerous_asks_first() -> None:
    dangerous = {one.id for one in of_scopes(RunsScreen.SCOPES) if one.dangerous}
    assert {"stop", "delete"} <= dangerous
