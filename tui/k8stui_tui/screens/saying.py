"""What an empty table has to say: still loading, not allowed, not there, or nothing that matches. Pure.

Each text comes with the role of its first line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui_tui.keys import way_to
from k8stui_tui.program import as_called
from k8stui_tui.wording import error_lines

if TYPE_CHECKING:
    from k8stui.control.live.freshness import Freshness
    from k8stui_tui.feeds.switch import Switch
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
        return none_matches(total, noun, filtered)
    if fresh is not None and not fresh.synced and fresh.error is not None:
        if isinstance(fresh.error, ForbiddenError):
            return told(f"Not allowed to list {noun} in {where}.", fresh.error, "Another namespace: :ns NAME")
        return told("The cluster does not answer.", fresh.error, AGAIN, role="trouble")
    if fresh is None or not fresh.synced:
        return f"Loading the {noun} of {where} ...", "dim"
    if not fresh.connected:
        return f"There were no {noun} in {where} when they were last seen.\n{AGAIN}", "dim"
    return f"There are no {noun} in {where} yet.\n{as_called(create)}", ""


def why_board_empty(store: Store, noun: str, board: Switch[Any], *, total: int, filtered: str, create: str) -> Said:
    """The same for a table of what one of the store's boards holds."""
    if board.error is not None and store.board is not None:
        return told(f"The {noun} of {where_of(store)} cannot be read.", board.error, AGAIN)
    fresh = board.current.freshness if board.current else None
    return why_empty(store, noun, fresh, total=total, filtered=filtered, create=create)


def lost(store: Store) -> K8stuiError | None:
    """Why nothing new can come at the moment: the connection is lost; who may not list runs may well see the rest."""
    fresh = store.freshness
    if fresh is None or fresh.connected or isinstance(fresh.error, ForbiddenError):
        return None
    return fresh.error


def freshness_of(store: Store, board: Switch[Any]) -> Freshness | None:
    """How far what is drawn from a board can be trusted; as far as the runs, until it is there."""
    fresh: Freshness | None = board.current.freshness if board.current else store.freshness
    return fresh


def none_matches(total: int, noun: str, filtered: str) -> Said:
    """There are some, and the filter lets none of them through."""
    return f"None of {total} {noun} matches {filtered!r}.\n{way_to('app.back')} shows all of them.", ""


def where_of(store: Store) -> str:
    """Where the screens look, in a sentence."""
    place = store.place
    return "any namespace" if place.everywhere else f"namespace {place.namespace}"


def told(title: str, error: K8stuiError, then: str, *, role: str = "caution") -> Said:
    """An error where the data would be."""
    return "\n".join([title, *error_lines(error), then]), role
