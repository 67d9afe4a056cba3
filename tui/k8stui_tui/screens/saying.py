"""What an empty table has to say: still loading, not allowed, not there, or nothing that matches. Pure.

Each text comes with the role of its first line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui_tui.keys import way_to

if TYPE_CHECKING:
    from k8stui.control.freshness import Freshness
    from k8stui_tui.store import Store

Said = tuple[str, str]

AGAIN = "Trying again ..."


def why_empty(store: Store, noun: str, fresh: Freshness | None, *, total: int, filtered: str, create: str) -> Said:
    """Why a table is empty, and what to do about it.

    Args:
        store: What it is drawn from.
        noun: What it shows, in the plural.
        fresh: How far that is known; None while nobody has begun to look.
        total: How many there are.
        filtered: By what the table is filtered.
        create: How to make the first one.
    """
    where = where_of(store)
    if store.error is not None:
        return told("Not connected.", store.error, AGAIN, role="trouble")
    if store.board is None:
        return "Connecting ...", "dim"
    if total and filtered:
        return f"None of {total} {noun} matches {filtered!r}.\n{way_to('app.back')} shows all of them.", ""
    if fresh is not None and not fresh.synced and fresh.error is not None:
        if isinstance(fresh.error, ForbiddenError):
            return told(f"Not allowed to list {noun} in {where}.", fresh.error, "Another namespace: :ns NAME")
        return told("The cluster does not answer.", fresh.error, AGAIN, role="trouble")
    if fresh is None or not fresh.synced:
        return f"Loading the {noun} of {where} ...", "dim"
    return f"There are no {noun} in {where} yet.\n{create}", ""


def where_of(store: Store) -> str:
    """Where the screens look, in a sentence."""
    place = store.place
    return "any namespace" if place.everywhere else f"namespace {place.namespace}"


def told(title: str, error: K8stuiError, then: str, *, role: str = "caution") -> Said:
    """An error where the data would be."""
    return "\n".join([title, error.message, *error.hint.splitlines(), then]), role
