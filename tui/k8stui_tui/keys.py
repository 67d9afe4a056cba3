"""From the table of actions to keys: Textual's bindings, and how keys are written for persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingType
from textual.keys import key_to_character

from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import ACTIONS, in_force, of_scopes
from k8stui_tui.theme.glyphs import Glyphs, glyphs

NAMES = {
    "slash": "/",
    "backslash": "\\",
    "plus": "+",
    "minus": "-",
    "at": "@",
    "underscore": "_",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
}
"""How persons call keys that Textual calls otherwise."""

_NO_KEY = "unmapped"
"""A key that no keyboard has: Textual's keymap cannot take all keys from an action."""

_ARROWS = ("up", "down", "left", "right")


def bindings(*scopes: str) -> list[BindingType]:
    """Textual's bindings for a class that serves these scopes, screens and numbers left out: the app adds them.

    They have the table's own keys, because they are made when the class is; the app's keymap has those of the person.
    """
    return [
        Binding(",".join(action.keys), action.call, action.title, show=False, id=action.name)
        for action in of_scopes(scopes, ACTIONS)
        if action.keys and not action.target
    ]


def keymap(keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Textual's keymap of the keys that a person has chosen, by the names of actions."""
    return {name: ",".join(chosen) or _NO_KEY for name, chosen in keys.items()}


def way_to(name: str) -> str:
    """How a person calls an action, for a sentence: its first key in force, or its command where it has no key."""
    action = next(one for one in in_force() if one.name == name)
    return shown_key(action.keys[0]) if action.keys else f":{action.names[0]}" if action.names else action.title


def shown_key(key: str, drawn: Glyphs | None = None) -> str:
    """A key as persons know it: `?`, `ctrl+d`, `↓`."""
    if key in _ARROWS:
        return str(getattr(drawn or glyphs(), key))
    character = key_to_character(key) or ""
    return NAMES.get(key) or (character if character.isprintable() and character.strip() else key)


def shown_keys(action: Action, drawn: Glyphs | None = None) -> str:
    """All keys of an action: `j ↓`."""
    return " ".join(shown_key(key, drawn) for key in action.keys)


def footer_actions(actions: Iterable[Action], limit: int = 5) -> tuple[list[Action], list[Action]]:
    """What the footer tells of the actions at hand, nearest scope first.

    Returns:
        The few that matter here, and those that are the same everywhere (`/`, `:`, `?`).
    """
    taken: set[str] = set()
    ranked: list[Action] = []
    for action in actions:
        # The nearest scope has the key; an action further out that lost its first key isn't offered.
        if action.footer and action.keys and not taken.intersection(action.keys[:1]):
            ranked.append(action)
        taken.update(action.keys)
    here = sorted((action for action in ranked if action.footer < 90), key=lambda action: action.footer)
    return here[:limit], sorted((action for action in ranked if action.footer >= 90), key=lambda action: action.footer)
