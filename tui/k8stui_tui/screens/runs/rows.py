"""Runs as rows of a table. Pure, and cached: of 1,000 runs only those that changed or go on are made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from k8stui.control.words.spans import age, span
from k8stui.incluster.contract.states import StepState
from k8stui_tui.program import as_called
from k8stui_tui.screens.liverows import LiveRows, coarse_age
from k8stui_tui.theme.glyphs import glyphs
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, Shown, by_text

if TYPE_CHECKING:
    from k8stui.model.views import RunSummaryView

FIELDS = ("status", "run", "pipeline", "namespace", "by", "schedule")
"""What a filter can look at."""

Watched: TypeAlias = "Callable[[RunSummaryView], bool]"

_NOTED = (StepState.FAILED, StepState.EVICTED, StepState.RETRYING, StepState.QUEUED)


def key_of(run: RunSummaryView) -> str:
    """The key of a run's row."""
    return f"{run.namespace}/{run.run}"


def fields_of(run: RunSummaryView) -> dict[str, str]:
    """What a filter looks at."""
    return {
        "status": run.state.value,
        "run": run.run,
        "pipeline": run.pipeline,
        "namespace": run.namespace,
        "by": run.submitted_by,
        "schedule": run.schedule,
    }


def _told(run: RunSummaryView, watched: Watched) -> bool:
    """Whether its end is going to be told."""
    return not run.state.ended and watched(run)


def _status(run: RunSummaryView, watched: Watched) -> Shown:
    state = run.state.value
    return Cell(f"{state} {glyphs().watched}" if _told(run, watched) else state, role_of(state)), state


def _age(run: RunSummaryView, now: float) -> Shown:
    ended = run.state.ended
    told = coarse_age(run.created, now) if ended else age(run.created, now)
    return Cell(told, "dim" if ended else ""), -(run.created or 0)


def _took(run: RunSummaryView, now: float) -> Shown:
    took = run.duration(now)
    return Cell(span(took) if took is not None and run.state.ended else "", "dim"), took


def _noted(run: RunSummaryView, watched: Watched) -> Shown:
    note, role = _note(run)
    return by_text(", ".join(filter(None, ("watched", note))) if _told(run, watched) else note, role)


def _note(run: RunSummaryView) -> tuple[str, str]:
    """What a person should know of it at a glance: steps in trouble while it goes on, why when it ended badly."""
    if run.state.ended or run.why or not any(run.counts.get(state.value) for state in _NOTED):
        return as_called(run.why), "dim"
    counted = [(run.counts.get(state.value, 0), state.value) for state in _NOTED]
    words = ", ".join(f"{number} {state}" for number, state in counted if number)
    return words, role_of(next(state for number, state in counted if number))


def sheet(watched: Watched = lambda _: False, *, everywhere: bool = False) -> Sheet[RunSummaryView]:
    """The columns for one namespace, or for all of them.

    Args:
        watched: Whether the end of a run is told: so says their state as long as they go on.
        everywhere: With their namespaces.
    """
    here: Sheet[RunSummaryView] = Sheet(
        key_of,
        (Column("status", "STATUS", least=9), lambda run, _: _status(run, watched)),
        (Column("run", "RUN", least=16, flex=3, wants=18, tail=6), lambda run, _: by_text(run.run)),
        (
            Column("steps", "STEPS", right=True, least=5, drop=2),
            lambda run, _: (
                Cell(f"{run.done}/{run.total}" if run.total else "", "dim" if run.state.ended else ""),
                run.total,
            ),
        ),
        (Column("age", "AGE", right=True, least=5, wants=6), _age),
        (Column("took", "TOOK", right=True, least=5, drop=4, wants=6), _took),
        (Column("note", "NOTE", least=10, flex=2, drop=3), lambda run, _: _noted(run, watched)),
        (
            Column("by", "BY", least=8, most=24, drop=5),
            lambda run, _: (
                Cell(f"schedule {run.schedule}" if run.schedule else run.submitted_by, "dim"),
                run.submitted_by,
            ),
        ),
    )
    return here.with_namespace(1, lambda run: run.namespace) if everywhere else here


def run_rows(watched: Watched = lambda _: False, *, everywhere: bool) -> LiveRows[RunSummaryView]:
    """What makes the rows; see `sheet`."""
    made = sheet(watched, everywhere=everywhere)
    return LiveRows(made.row, key_of, lambda run: not run.state.ended, ordered=True)
