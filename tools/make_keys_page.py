"""Writes docs/keys.md from the table of actions: `python -m tools.make_keys_page`; a test says when it is stale."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from k8stui_tui.actions.action import Action
from k8stui_tui.actions.table import ACTIONS
from k8stui_tui.keys import shown_key
from k8stui_tui.theme.glyphs import UNICODE

PAGE = Path(__file__).resolve().parents[1] / "docs" / "keys.md"

_WHERE = {
    "app": "Everywhere",
    "frame": "In every screen",
    "list": "In tables and trees",
    "table": "In tables",
    "tree": "In trees",
    "graph": "In graphs",
    "read": "In logs and texts",
    "log": "In logs",
    "text": "In texts shown over a screen",
    "viewer": "In texts shown over a screen: leaving and reloading",
    "runs": "On the Runs screen",
    "pods": "On the Pods screen",
    "cleanup": "In the plan of a cleanup",
    "schedules": "On the Schedules screen",
    "events": "On the screen of events and diagnosis",
    "clusters": "On the screen of clusters",
    "create": "In the dialog for a new run: the list",
    "form": "In forms: of a new run, of a schedule",
    "choice": "In a field with a choice of words",
    "complete": "In a field with a time zone",
    "confirm": "In a question",
    "choose": "In a choice among a few",
    "ask": "Where a line is asked for",
    "forwards": "In the list of forwarded ports",
    "prompt": "While a command or a filter is typed",
}

_HEAD = """# Keys and commands

Made from the table of actions (`tui/k8stui_tui/actions/`); `?` shows what works where you are.
A command is typed after `:`, and its beginning is enough where it is unmistakable.
The name is what the config file calls an action to give it other keys (`docs/config.md`).
"""


def page() -> str:
    """The page as it should be."""
    parts = [_HEAD]
    ordered = sorted(ACTIONS, key=lambda one: list(_WHERE).index(one.scope))
    for scope, actions in groupby(ordered, lambda one: one.scope):
        parts.append(f"## {_WHERE[scope]}\n\n{table(actions)}\n")
    return "\n".join(parts)


def table(actions: Iterable[Action]) -> str:
    """The actions as a table in Markdown."""
    rows = ["| key | command | what it does | command line | name |", "|---|---|---|---|---|"]
    for action in actions:
        keys = " ".join(f"`{shown_key(key, UNICODE)}`" for key in action.keys)
        command = f"`:{action.names[0]}{' ' + action.argument if action.argument else ''}`" if action.names else ""
        verb = f"`{action.verb}`" if action.verb else ""
        text = action.help + (" Asks first." if action.dangerous else "")
        cells = (keys, command.replace("|", "\\|"), text, verb, f"`{action.name}`")
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
