"""The table of actions: every key has a handler, none two, and what is shown is what works."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

import pytest

from k8stui.model.errors import InvalidInputError
from k8stui_tui.actions.action import GROUPS, SCREENS, Action, screen_called
from k8stui_tui.actions.table import ACTIONS, of_scopes
from k8stui_tui.keys import bindings, footer_actions, shown_key, shown_keys
from k8stui_tui.theme.glyphs import ASCII, UNICODE
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.prompt import Prompt
from k8stui_tui.widgets.table import LineTable
from k8stui_tui.widgets.textview import TextView
from k8stui_tui.widgets.tree import LineTree

View: TypeAlias = LineTable | LineTree | LogPane | TextView | Prompt
VIEWS: tuple[type[View], ...] = (LineTable, LineTree, LogPane, TextView, Prompt)


def action(key: str = "x", scope: str = "list", **more: Any) -> Action:
    return Action(f"do_{key}", (key,), key, f"Does {key}.", scope, GROUPS[0], **more)


@pytest.mark.parametrize("view", VIEWS)
def test_every_action_of_a_view_has_its_handler(view: type[View]) -> None:
    for one in of_scopes(view.SCOPES):
        assert callable(getattr(view, one.handler, None)), one.handler


@pytest.mark.parametrize("view", VIEWS)
def test_every_handler_of_a_view_is_in_the_table(view: type[View]) -> None:
    ours = {name for base in view.__mro__ if base.__module__.startswith("k8stui_tui") for name in vars(base)}
    handlers = {name for name in ours if name.startswith("action_")}
    assert handlers == {one.handler for one in of_scopes(view.SCOPES)}


@pytest.mark.parametrize("view", VIEWS)
def test_no_key_of_a_view_means_two_things(view: type[View]) -> None:
    keys = [key for one in of_scopes(view.SCOPES) for key in one.keys]
    assert len(keys) == len(set(keys))


def test_every_action_is_described_and_stands_under_a_known_heading() -> None:
    for one in ACTIONS:
        assert one.group in GROUPS
        assert one.help.endswith(".")
        assert one.keys or one.names, f"nothing calls {one.id}"


@pytest.mark.parametrize("screen", [spec.name for spec in SCREENS])
def test_names_on_the_command_line_are_unmistakable_on_each_screen(screen: str) -> None:
    others = {spec.name for spec in SCREENS} - {screen}
    names = [name for one in ACTIONS if one.scope not in others for name in one.names]
    assert len(names) == len(set(names))


def test_screens_have_numbers_of_their_own_in_their_order() -> None:
    numbers = [int(screen.number) for screen in SCREENS]
    assert numbers == sorted(set(numbers))


def test_a_screen_is_called_by_its_name_and_by_its_aliases() -> None:
    assert [screen_called(word) for word in ("pods", "po", " Schedules", "cj", "jobs")] == [
        *["pods"] * 2,
        *["schedules"] * 2,
        "runs",
    ]
    with pytest.raises(InvalidInputError, match="no screen 'pipelines'") as caught:
        screen_called("pipelines")
    assert all(spec.name in caught.value.hint for spec in SCREENS)


def test_bindings_come_scope_by_scope_without_screens_and_commands() -> None:
    found = bindings("log", "app")
    assert [binding.key for binding in found if not isinstance(binding, tuple)][:2] == ["f", "T"]
    assert not any("show_screen" in str(binding) for binding in found)


def test_an_action_with_a_target_is_called_with_it() -> None:
    assert (SCREENS[0].action.call, SCREENS[0].action.handler) == ("show_screen('runs')", "action_show_screen")


@pytest.mark.parametrize(
    ("key", "shown", "plain"),
    [("colon", ":", ":"), ("question_mark", "?", "?"), ("down", "↓", "down"), ("ctrl+d", "ctrl+d", "ctrl+d")],
)
def test_keys_are_written_as_persons_know_them(key: str, shown: str, plain: str) -> None:
    assert (shown_key(key, UNICODE), shown_key(key, ASCII)) == (shown, plain)


def test_all_keys_of_an_action_are_shown() -> None:
    down = next(one for one in of_scopes(["list"]) if one.id == "cursor_down")
    assert shown_keys(down, UNICODE) == "j ↓"


def test_the_footer_has_what_matters_most_and_what_is_everywhere() -> None:
    here, everywhere = footer_actions(of_scopes(["log", "read", "list", "frame", "app"]))
    assert [one.id for one in everywhere] == ["find", "command", "help"]
    assert here[0].id == "select"
    assert all(before.footer <= after.footer for before, after in pairwise(here))


def test_the_footer_offers_no_key_that_something_nearer_has() -> None:
    near, far = action("x", footer=0), action("x", "app", footer=1)
    assert footer_actions([near, far]) == ([], [])
    assert footer_actions([far, near]) == ([far], [])


def test_the_footer_has_no_more_than_its_limit() -> None:
    many = [action(key, footer=rank) for rank, key in enumerate("abcdefg", start=1)]
    assert [one.keys[0] for one in footer_actions(many, limit=3)[0]] == ["a", "b", "c"]
