"""Asks on the terminal. Ctrl+c at a question ends the command, and is not kept until an answer was given."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui.model.guards import FEW
from k8stui.model.variables import CONFIRM_VARIABLE
from k8stui_tui.cli.output import note

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster


Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def can_ask() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def confirmed(question: str) -> bool:
    """The answer to a question; no, unless a person says yes."""
    with _interruptible():
        return typer.confirm(question, err=True)


def agree(cluster: Cluster, question: str, *, count: int = 1, yes: bool = False, named: bool = False,
          namespaces: Iterable[str] = (), undone: str = "Nothing was done") -> None:  # fmt: skip
    """Have a person agree to what cannot be taken back; leaves with 0 when they do not.

    In a protected place its name is typed, or stands in K8STUI_CONFIRM; `--yes` is not enough there, because a line
    that was written for another place has it too. Elsewhere the number of many things is typed.

    Args:
        cluster: Where it is done.
        question: With the name of what it is done to, or the number.
        count: To how many things.
        yes: The person has agreed by `--yes`.
        named: They were named one by one: where there is nobody to ask, that is enough.
        namespaces: In which it is done; the cluster's usual one when there are none.
        undone: What is said where nobody can be asked.

    Raises:
        InvalidInputError: There is nobody to ask.
    """
    place = cluster.protected(namespaces)
    if place and os.environ.get(CONFIRM_VARIABLE) == place:
        return
    if not place and (yes or (named and not can_ask())):
        return
    if not can_ask():
        enough = f"{place} is protected, so its name has to be given: {CONFIRM_VARIABLE}={place}"
        raise InvalidInputError(
            f"{undone}: there is nobody to ask here.", hint=enough if place else "Add --yes, or --dry-run."
        )
    word = place or (str(count) if count > FEW else "")
    if not word:
        agreed = confirmed(question)
    else:
        with _interruptible():
            told = f"{place} is protected. Type its name" if place else f"Type {word}"
            agreed = str(typer.prompt(f"{question} {told}", default="", show_default=False, err=True)).strip() == word
    if not agreed:
        note(f"{undone}.")
        raise SystemExit(0)


def hidden(name: str) -> str:
    """A value that is not shown while it is typed."""
    with _interruptible():
        return str(typer.prompt(name, hide_input=True, err=True))


def chosen(question: str, answers: Sequence[str]) -> str:
    """One of some answers, or the beginning of one; asked until it is given."""
    while True:
        with _interruptible():
            given = str(typer.prompt(f"{question} [{'/'.join(answers)}]", err=True)).strip().lower()
        meant = [answer for answer in answers if answer.startswith(given)]
        if given and len(meant) == 1:
            return meant[0]


@contextmanager
def _interruptible() -> Iterator[None]:
    """While a verb runs, ctrl+c cancels its task, which waits for the answer and would never hear of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except typer.Abort:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)
