"""What is typed after `:`: found by name, unmistakable beginning or alias, completed, and refused with a hint."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable

from k8stui.model.errors import InvalidInputError
from k8stui_tui.actions.action import Action


def parse(line: str, actions: Iterable[Action]) -> tuple[Action, str]:
    """The action that a line means, and its argument.

    Args:
        line: Without the colon.
        actions: Those at hand, nearest scope first.

    Raises:
        InvalidInputError: There is no such command, several begin like this, or its argument is missing, too much or
            none of those it takes.
    """
    word, _, argument = line.strip().partition(" ")
    if not word:
        raise InvalidInputError("Type the name of a command.")
    argument = argument.strip()
    action = _find(word, by_name(actions))
    if argument and not action.argument:
        raise InvalidInputError(f":{action.names[0]} takes nothing after it.")
    if action.argument and not action.argument.startswith("[") and not argument:
        raise InvalidInputError(f":{action.names[0]} needs {action.argument} after it.")
    choices = _choices(action)
    if argument and argument not in choices and not _takes_any(action):
        taken = f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise InvalidInputError(f":{action.names[0]} takes {taken}, not {argument}.")
    return action, argument


def by_name(actions: Iterable[Action]) -> dict[str, Action]:
    """The actions by the names that call them; the nearest scope wins."""
    named: dict[str, Action] = {}
    for action in actions:
        for name in action.names:
            named.setdefault(name, action)
    return named


def completions(
    text: str, actions: Iterable[Action], known: Callable[[Action], Iterable[str]] = lambda _: ()
) -> list[str]:
    """What could be meant, whole lines: commands by their first name, then the arguments that are known.

    Args:
        text: As far as it is typed.
        actions: Those at hand, nearest scope first.
        known: Gives further arguments that an action takes.
    """
    named = by_name(actions)
    word, space, argument = text.partition(" ")
    if not space:
        first = sorted({action.names[0] for action in named.values()})
        found = [name for name in first if name.startswith(word)]
        return found or sorted(name for name in named if name.startswith(word))
    meant = [named[word]] if word in named else list(_begun(word, named).values())
    choices = [*_choices(meant[0]), *known(meant[0])] if len(meant) == 1 else []
    return [f"{word} {choice}" for choice in choices if choice.startswith(argument.lstrip())]


def _choices(action: Action) -> list[str]:
    """The words that an argument can be: what is in capitals stands for something that is not known here."""
    words = action.argument.strip("[]").split("|") if "|" in action.argument else []
    return [word for word in words if not word.isupper()]


def _takes_any(action: Action) -> bool:
    return any(word.isupper() for word in action.argument.strip("[]").split("|"))


def _begun(word: str, named: dict[str, Action]) -> dict[int, Action]:
    """The actions that have a name with this beginning."""
    return {id(action): action for name, action in named.items() if word and name.startswith(word)}


def _find(word: str, named: dict[str, Action]) -> Action:
    if word in named:
        return named[word]
    begun = _begun(word, named)
    if len(begun) == 1:
        return next(iter(begun.values()))
    if begun:
        names = ", ".join(sorted(f":{action.names[0]}" for action in begun.values()))
        raise InvalidInputError(f":{word} could be {names}.")
    near = difflib.get_close_matches(word, list(named), n=1)
    hint = f"Did you mean :{near[0]}?" if near else "? shows all commands."
    raise InvalidInputError(f"There is no command :{word}.", hint=hint)
