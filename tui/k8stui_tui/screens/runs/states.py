"""What an empty table or tree has to say: still loading, not allowed, not there, or nothing that matches. Pure.

Each text comes with the role of its first line.
"""

from __future__ import annotations

from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui_tui.store import Store

Said = tuple[str, str]


def no_runs_text(store: Store, *, total: int, filtered: str) -> Said:
    """Why the table of runs is empty, and what to do about it."""
    place = store.place
    where = "any namespace" if place.everywhere else f"namespace {place.namespace}"
    if store.error is not None:
        return _told("Not connected.", store.error, "Trying again ...", role="trouble")
    board = store.board
    if board is None:
        return "Connecting ...", "dim"
    fresh = board.freshness
    if total and filtered:
        return f"None of {total} runs matches {filtered!r}.\nesc shows all of them.", ""
    if not fresh.synced and fresh.error is not None:
        if isinstance(fresh.error, ForbiddenError):
            return _told(f"Not allowed to list runs in {where}.", fresh.error, "Another namespace: :ns NAME")
        return _told("The cluster does not answer.", fresh.error, "Trying again ...", role="trouble")
    if not fresh.synced:
        return f"Loading the runs of {where} ...", "dim"
    return f"There are no runs in {where} yet.\nc starts one here; so does: k8stui run FILE.py", ""


def no_steps_text(store: Store, key: str) -> Said:
    """Why the tree of steps is empty."""
    if not key:
        return "", "dim"
    if store.run.error is not None:
        return _told("The run cannot be read.", store.run.error, "Trying again ...")
    feed = store.run.current
    if feed is None or feed.view is None:
        if feed is not None and feed.error is not None:
            return _told("The run cannot be read.", feed.error, "Trying again ...")
        return "Loading its steps ...", "dim"
    return "Its plan is gone: nothing is known of its steps.", ""


def _told(title: str, error: K8stuiError, then: str, *, role: str = "caution") -> Said:
    return "\n".join([title, error.message, *error.hint.splitlines(), then]), role
