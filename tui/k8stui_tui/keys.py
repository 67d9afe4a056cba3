"""From the table of actions to keys: Textual's bindings, and how keys are written for persons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding, BindingType

from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import of_scopes
from k8stui_tui.theme.glyphs import UNICODE, Glyphs, glyphs

_NAMES = {
    "colon": ":",
    "slash": "/",
    "ampersand": "&",
    "question_mark": "?",
    "escape": "esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "plus": "+",
    "minus": "-",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
}
_ARROWS = ("up", "down", "left", "right")


def bindings(*scopes: str) -> list[BindingType]:
    """Textual's bindings for a class that serves these scopes, screens and numbers left out: the app adds them."""
    return [
        Binding(",".join(action.keys), action.call, action.title, show=False, priority=action.first)
        for action in of_scopes(scopes)
        if action.keys and not action.target
    ]


def shown_key(key: str, drawn: Glyphs | None = None) -> str:
    """A key as persons know it: `?`, `ctrl+d`, `↓`."""
    if key in _ARROWS:
        return str(getattr(drawn or glyphs(), key))
    return _NAMES.get(key, key)


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


def docs_table(actions: Sequence[Action]) -> str:
    """The actions as a table in Markdown, for the documentation."""
    rows = ["| key | command | what it does | command line |", "|---|---|---|---|"]
    for action in actions:
        keys = " ".join(f"`{shown_key(key, UNICODE)}`" for key in action.keys)
        command = f"`:{action.names[0]}{' ' + action.argument if action.argument else ''}`" if action.names else ""
        verb = f"`{action.verb}`" if action.verb else ""
        text = action.help + (" Asks first." if action.dangerous else "")
        cells = (keys, command.replace("|", "\\|"), text, verb)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)
