"""Asks on the terminal. Ctrl+c at a question ends the command, and is not kept until an answer was given."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer


def can_ask() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def confirmed(question: str) -> bool:
    """The answer to a question; no, unless a person says yes."""
    with _interruptible():
        return typer.confirm(question, err=True)


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
