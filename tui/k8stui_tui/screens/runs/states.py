"""What an empty table of runs or tree of steps has to say. Pure."""

from __future__ import annotations

from k8stui_tui.screens.saying import AGAIN, Said, told, why_empty
from k8stui_tui.store import Store


def no_runs_text(store: Store, *, total: int, filtered: str) -> Said:
    """Why the table of runs is empty, and what to do about it."""
    create = "c starts one here; so does: k8stui run FILE.py"
    return why_empty(store, "runs", store.freshness, total=total, filtered=filtered, create=create)


def no_steps_text(store: Store, key: str, *, filtered: str = "") -> Said:
    """Why the tree of steps is empty."""
    if not key:
        return "", "dim"
    if store.run.error is not None:
        return told("The run cannot be read.", store.run.error, AGAIN)
    feed = store.run.current
    if feed is None or feed.view is None:
        if feed is not None and feed.error is not None:
            return told("The run cannot be read.", feed.error, AGAIN)
        return "Loading its steps ...", "dim"
    if filtered and feed.view.steps:
        return f"No step matches {filtered}; esc shows all.", "dim"
    return "Its plan is gone: nothing is known of its steps.", ""
