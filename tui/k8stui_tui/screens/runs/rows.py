"""Runs as rows of a table. Pure, and cached: of 1,000 runs only those that changed or go on are made anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from k8stui.control.spans import age, span
from k8stui.incluster.states import StepState
from k8stui_tui.program import as_called
from k8stui_tui.screens.liverows import LiveRows, coarse_age
from k8stui_tui.theme.glyphs import glyphs
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.table import Row

if TYPE_CHECKING:
    from k8stui.model.views import RunSummaryView

COLUMNS = (
    Column("status", "STATUS", least=9),
    Column("run", "RUN", least=16, flex=3, wants=18, tail=6),
    Column("steps", "STEPS", right=True, least=5, drop=2),
    Column("age", "AGE", right=True, least=5, wants=6),
    Column("took", "TOOK", right=True, least=5, drop=4, wants=6),
    Column("note", "NOTE", least=10, flex=2, drop=3),
    Column("by", "BY", least=8, most=24, drop=5),
)
NAMESPACE = Column("namespace", "NAMESPACE", least=9, most=24, flex=1)


def columns(*, everywhere: bool) -> tuple[Column, ...]:
    """The columns for one namespace, or for all of them."""
    return (COLUMNS[0], NAMESPACE, *COLUMNS[1:]) if everywhere else COLUMNS


FIELDS = ("status", "run", "pipeline", "namespace", "by", "schedule")
"""What a filter can look at."""

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


def run_rows(
    watched: Callable[[RunSummaryView], bool] = lambda _: False, *, everywhere: bool
) -> LiveRows[RunSummaryView]:
    """What makes the rows.

    Args:
        watched: Whether the end of a run is told: so says their state as long as they go on.
        everywhere: With their namespaces.
    """
    make = partial(_row, watched=watched, everywhere=everywhere)
    return LiveRows(make, key_of, lambda run: not run.state.ended, ordered=True)


def _row(run: RunSummaryView, now: float, *, watched: Callable[[RunSummaryView], bool], everywhere: bool) -> Row:
    state = run.state.value
    ended = run.state.ended
    took = run.duration(now)
    told = not ended and watched(run)
    note, role = _note(run)
    note = ", ".join(filter(None, ("watched", note))) if told else note
    cells = [
        Cell(f"{state} {glyphs().watched}" if told else state, role_of(state)),
        Cell(run.run),
        Cell(f"{run.done}/{run.total}" if run.total else "", "dim" if ended else ""),
        Cell(coarse_age(run.created, now) if ended else age(run.created, now), "dim" if ended else ""),
        Cell(span(took) if took is not None and ended else "", "dim"),
        Cell(note, role),
        Cell(f"schedule {run.schedule}" if run.schedule else run.submitted_by, "dim"),
    ]
    order = [state, run.run, run.total, -(run.created or 0), took, note, run.submitted_by]
    if everywhere:
        cells.insert(1, Cell(run.namespace, "dim"))
        order.insert(1, run.namespace)
    return Row(key_of(run), tuple(cells), tuple(order))


def _note(run: RunSummaryView) -> tuple[str, str]:
    """What a person should know of it at a glance: steps in trouble while it goes on, why when it ended badly."""
    if run.state.ended or run.why or not any(run.counts.get(state.value) for state in _NOTED):
        return as_called(run.why), "dim"
    counted = [(run.counts.get(state.value, 0), state.value) for state in _NOTED]
    words = ", ".join(f"{number} {state}" for number, state in counted if number)
    return words, role_of(next(state for number, state in counted if number))
