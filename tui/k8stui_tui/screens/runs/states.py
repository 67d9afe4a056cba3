"""What an empty table of runs or tree of steps has to say. Pure."""

from __future__ import annotations

from k8stui_tui.keys import way_to
from k8stui_tui.screens.saying import AGAIN, Said, lost, none_matches, told, why_empty
from k8stui_tui.store import Store

LAGS = 5.0
"""Seconds without a connection after which the steps are said to be old: a watch that is opened again takes less."""


def no_runs_text(store: Store, *, total: int, filtered: str) -> Said:
    """Why the table of runs is empty, and what to do about it."""
    create = f"{way_to('runs.create')} starts one here; so does: k8stui run FILE.py"
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
        if error := lost(store):
            return told("The run cannot be read now.", error, AGAIN)
        return "Loading its steps ...", "dim"
    if filtered and feed.view.steps:
        return none_matches(len(feed.view.steps), "steps", filtered)
    return "Its plan is gone: nothing is known of its steps.", ""


def lagging(store: Store) -> str:
    """What of the run's steps is not up to date, where the runs are; empty for nothing."""
    feed, fresh = store.run.current, store.freshness
    if feed is None or feed.view is None or feed.error is None or feed.gone or not (fresh and fresh.connected):
        return ""
    from k8stui.control.live.freshness import heals

    soon = heals(feed.error) and (feed.freshness.lost_for or 0.0) < LAGS
    return "" if soon else f"The steps are as they were last seen. {feed.error.message}"
