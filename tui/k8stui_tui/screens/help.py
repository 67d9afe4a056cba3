"""What `?` shows: the keys and commands of this very place, from the one table of actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

from k8stui_tui.actions.action import GROUPS, Action
from k8stui_tui.keys import shown_keys


def help_text(actions: Sequence[Action], *, columns: int, refusal: Callable[[Action], str] = lambda _: "") -> str:
    """All that can be done here, by what it is for.

    Args:
        actions: Those at hand, the nearest scope first; of several with one key the first has it.
        columns: Room for a line; longer sentences go on below, indented.
        refusal: Says of an action why it may not be done; nothing when it may.
    """
    taken: set[str] = set()
    usable: list[tuple[Action, str]] = []
    for action in actions:
        free = not action.keys or any(key not in taken for key in action.keys)
        taken.update(action.keys)
        if free or action.names:
            usable.append((action, shown_keys(action) if free else ""))
    wide = max((len(keys) for _, keys in usable), default=0)
    commands = [_command(action) for action, _ in usable]
    middle = max(map(len, commands), default=0)
    lines: list[str] = []
    for group in GROUPS:
        rows = [(keys, _command(action), action) for action, keys in usable if action.group == group]
        if not rows:
            continue
        lines += ["", group.upper()] if lines else [group.upper()]
        for keys, command, action in rows:
            text = action.help + (" Asks first." if action.dangerous else "")
            text = refusal(action) or text
            begin = f"  {keys.ljust(wide)}  {command.ljust(middle)}  "
            lines += wrap(text, max(columns, len(begin) + 20), initial_indent=begin, subsequent_indent=" " * len(begin))
    return "\n".join(lines) + "\n"


def _command(action: Action) -> str:
    if not action.names:
        return ""
    return f":{action.names[0]}"
