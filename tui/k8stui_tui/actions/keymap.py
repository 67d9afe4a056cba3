"""Other keys for actions, as a person writes them in the config file: read, checked, and refused with a reason. Pure.

A key must not mean two things in one place. A place is what the keys reach at once: a view, its screen, the app; the
nearest scope would silently have the key, and the other action none.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from textual.keys import Keys, _character_to_key

from k8stui.model.errors import InvalidInputError
from k8stui_tui.actions.action import SCREENS, Action
from k8stui_tui.actions.table import ACTIONS, with_keys
from k8stui_tui.keys import NAMES, shown_key
from k8stui_tui.theme.glyphs import ASCII

Keymap = Mapping[str, tuple[str, ...]]
"""Keys, as Textual names them, by the names of actions."""

VIEWS = (("list", "table"), ("list", "tree"), ("read", "log"))
"""The scopes of the kinds of view that a screen may have."""

PLACES = (
    *((*view, "frame", spec.name, "app") for spec in SCREENS for view in VIEWS),
    ("read", "text", "viewer", "app"),
    ("choice", "form"),
    ("complete", "form"),
)
"""What keys reach at once; each scope that stands in none of them is a place of its own."""

TYPED = frozenset({"prompt", "create", "form", "complete"})
"""Scopes around a text field, where characters are text."""

KEPT = frozenset({"app.command", "app.back", "app.quit", "confirm.no", "cleanup.close", "form.cancel", "create.cancel",
                  "prompt.done", "prompt.leave", "viewer.close"})  # fmt: skip
"""Actions that need a key, because there is no other way out, or none to all the others."""

_WRITTEN = {name: key for key, name in NAMES.items()} | {"return": "enter"}
"""Textual's names of keys by those of persons."""

_KNOWN = frozenset(key.value for key in Keys if not key.value.startswith("<"))
_MODIFIERS = ("ctrl+", "alt+", "shift+")


def key_called(text: str) -> str:
    """The key that a person means, as Textual names it: `?`, `ctrl+d`, `esc`, `pgup`, `F5`.

    Raises:
        InvalidInputError: There is no such key.
    """
    if len(text) == 1 and text.isprintable():
        return _character_to_key(text)
    word = text.strip().lower()
    word = _WRITTEN.get(word, word)
    modifier, _, last = word.rpartition("+")
    if word in _KNOWN or written(word) != word or (modifier and len(last) == 1 and f"{modifier}+" in _MODIFIERS):
        return word
    raise InvalidInputError(
        f"there is no key {text!r}", hint="Keys are written as a, A, ?, ctrl+d, shift+tab, space, enter, esc, pgup, f5."
    )


def written(key: str) -> str:
    """A key as it is written in a config file."""
    return shown_key(key, ASCII)


def action_called(scope: str, word: str) -> Action:
    """The action of this name.

    Raises:
        InvalidInputError: There is none; the hint has those that are like it.
    """
    name = f"{scope}.{word}"
    found = next((one for one in ACTIONS if one.name == name), None)
    if found is None:
        near = difflib.get_close_matches(name, [one.name for one in ACTIONS], n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise InvalidInputError(f"there is no action {name}", hint=f"{hint}docs/keys.md has all names.")
    return found


def keys_for(action: Action, wanted: Sequence[str]) -> tuple[str, ...]:
    """The keys that a person gives an action.

    Raises:
        InvalidInputError: A key is not there or writes text in this place, or there is none where one is needed.
    """
    keys = tuple(dict.fromkeys(map(key_called, wanted)))
    if not keys and action.name in KEPT:
        raise InvalidInputError(f"{action.name} needs a key", hint="Without one there would be no way to it.")
    for key in keys:
        if action.scope in TYPED and (len(written(key)) == 1 or key == "space"):
            raise InvalidInputError(f"{written(key)!r} is text there", hint="Take a key such as ctrl+x or f5.")
    return keys


def conflicts(keys: Keymap) -> Iterator[tuple[str, Action, Action]]:
    """Keys that would mean two things in one place and did not before, with the two actions; each pair once."""
    before = {one.name: one.keys for one in ACTIONS}
    of_scope: dict[str, list[Action]] = {}
    for one in with_keys(keys):
        of_scope.setdefault(one.scope, []).append(one)
    alone = [(scope,) for scope in of_scope if not any(scope in place for place in PLACES)]
    told: set[tuple[str, str, str]] = set()
    for place in (*PLACES, *alone):
        here = [one for scope in place for one in of_scope.get(scope, ())]
        for one, other in combinations(here, 2):
            for key in one.keys:
                meant = (key, one.name, other.name)
                if key not in other.keys or meant in told or key in {*before[one.name]} & {*before[other.name]}:
                    continue
                told.add(meant)
                yield key, one, other
