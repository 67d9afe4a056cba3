"""Code that is kept with a run or a schedule was written by whoever made it: it is loaded here only after a yes."""

from __future__ import annotations

from typing import Annotated

import typer

from k8stui.model.errors import InvalidInputError
from k8stui_tui.cli.asking import can_ask, confirmed
from k8stui_tui.cli.output import note

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Load the code that is kept here without asking.")]


def ask_to_load(whose: str, change: str) -> None:
    """Ask whether kept code may be loaded; leaves when it may not.

    Args:
        whose: What it is kept with.
        change: What it is loaded for: `other parameters`.

    Raises:
        InvalidInputError: There is nobody to ask.
    """
    told = f"With {change}, the code that is kept with {whose} is loaded on this machine."
    if not can_ask():
        raise InvalidInputError(f"{told} There is nobody to ask here.", hint="Add --yes if you trust it.")
    note(told)
    if not confirmed("Load it?"):
        raise SystemExit(0)
