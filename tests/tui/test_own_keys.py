"""Keys of a person's own: they do what the table says, the old ones don't, and all that tells of keys tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from textual.dom import DOMNode

import k8stui_tui
from k8stui_tui.actions.keymap import PLACES, conflicts, key_called, written
from k8stui_tui.actions.table import ACTIONS, in_force
from k8stui_tui.config.model import Config
from k8stui_tui.screens.viewer import ViewerScreen
from tests.tui.harness import shown

SWAPPED = Config(
    screen="pods",
    keys={
        "runs": {"why": ("d",), "describe": ("w",), "retry": ()},
        "list": {"cursor_down": ("n", "down")},
        "app": {"pods": ("f2",), "find": ("f3",)},
    },
)


async def test_a_key_of_ones_own_acts_and_is_told_everywhere() -> None:
    async with shown(config=SWAPPED) as screen:
        assert screen.frame.TITLE_OF_SCREEN == "Pods"
        await screen.press("1")
        assert screen.runs.table.cursor_line == 0
        await screen.press("n", "j")
        assert screen.runs.table.cursor_line == 1
        footer = screen.text.splitlines()[-1]
        assert "d why" in footer
        assert "f3 find" in footer
        assert "retry" not in footer
        await screen.press("d")
        assert isinstance(screen.app.screen, ViewerScreen)
        assert "Why: run" in screen.text
        await screen.press("q", "w")
        assert "Describe: run" in screen.text
        await screen.press("q", "R")
        assert len(screen.app.screen_stack) == 1
        await screen.press("question_mark")
        assert screen.line_with(":why").split()[0] == "d"
        assert screen.line_with(":retry").split()[0] == ":retry"
        await screen.press("q", "slash")
        assert not screen.runs.prompt.is_open
        await screen.press("f3")
        assert screen.runs.prompt.is_open
        await screen.press("escape", "f2")
        assert screen.frame.TITLE_OF_SCREEN == "Pods"
        await screen.press("ctrl+p", *"describe")
        await screen.until("(d)")


async def test_keys_are_those_of_the_app_that_asks() -> None:
    async with shown(config=SWAPPED) as screen:
        assert in_force() == screen.frame.center.actions != ACTIONS
        async with shown() as other:
            assert in_force() == other.frame.center.actions == ACTIONS
    assert in_force() == ACTIONS


def test_the_table_itself_is_possible() -> None:
    assert list(conflicts({})) == []
    assert list(conflicts({one.name: one.keys for one in ACTIONS})) == []


def test_names_are_unique_and_each_key_can_be_written() -> None:
    assert len({one.name for one in ACTIONS}) == len(ACTIONS)
    assert [key_called(written(key)) for one in ACTIONS for key in one.keys] == [
        key for one in ACTIONS for key in one.keys
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [("?", "question_mark"), ("Ctrl+D", "ctrl+d"), ("ESC", "escape"), ("A", "A"), ("F12", "f12"), (" ", "space"),
     ("shift+tab", "shift+tab"), ("alt+x", "alt+x"), ("=", "equals_sign"), ("pgup", "pageup")],
)  # fmt: skip
def test_keys_are_called_as_persons_call_them(text: str, key: str) -> None:
    assert key_called(text) == key


def _scopes() -> Iterator[tuple[str, ...]]:
    """What the classes of the program serve, those of no screen yet made included."""
    folder = Path(k8stui_tui.__file__).parent
    for part in ("screens", "widgets"):
        for module in walk_packages([str(folder / part)], f"k8stui_tui.{part}."):
            for one in vars(import_module(module.name)).values():
                if isinstance(one, type) and issubclass(one, DOMNode) and "SCOPES" in vars(one):
                    yield one.SCOPES  # type: ignore[attr-defined]  # each of them has it


def test_all_that_a_class_serves_is_one_place() -> None:
    together = [scopes for scopes in _scopes() if len(scopes) > 1]
    assert together
    for scopes in together:
        assert any(set(scopes) <= set(place) for place in PLACES), scopes
