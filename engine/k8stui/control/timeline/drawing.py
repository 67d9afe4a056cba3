"""Bars of characters for spans of time, and the axis above them. Pure; who draws gives the characters their look."""

from __future__ import annotations

from collections.abc import Sequence

from k8stui.control.timeline.parts import Phase, Row, Span
from k8stui.control.words.spans import brief
from k8stui.incluster.contract.states import StepState

_NICE = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Distances of marks on the axis, in seconds; beyond them days."""

LEAST_MARK = 9
"""Columns between two marks of the axis."""

ENDED_BADLY = frozenset({StepState.FAILED, StepState.EVICTED, StepState.STOPPED})


class Scale:
    """Which column a moment stands in.

    Attributes:
        begin: The moment of the first column, in seconds since the epoch.
        end: That after the last one.
        columns: How many there are.
    """

    def __init__(self, begin: float, end: float, columns: int, *, live: bool = False) -> None:
        """Make a scale.

        Args:
            begin: When the run began.
            end: When it ended, or now.
            columns: How much room there is.
            live: It goes on: the scale ends at a mark of the axis, so that bars stay where they are for a while.
        """
        self.begin, self.columns = begin, max(1, columns)
        seconds = max(end - begin, 1e-3)
        if live:
            step = _distance(seconds * 1.1, self.columns)
            seconds = step * (int(seconds / step) + 1)
        self.end = begin + seconds

    def column(self, moment: float) -> int:
        """The column of a moment, from 0 on; that after the last one for the end."""
        share = (moment - self.begin) / (self.end - self.begin)
        return max(0, min(self.columns, int(share * self.columns + 1e-9)))

    def axis(self, tick: str) -> str:
        """The marks with their times since the begin.

        Args:
            tick: The character of a mark.
        """
        text = ""
        step, number = _distance(self.end - self.begin, self.columns), 0
        while (at := self.column(self.begin + number * step)) < self.columns:
            told = f"{tick}{brief(number * step)}"
            if at + len(told) > self.columns:
                break
            text = text.ljust(at) + told
            number += 1
        return text.ljust(self.columns)


def _distance(seconds: float, columns: int) -> float:
    least = seconds * LEAST_MARK / columns
    day = _NICE[-1]
    return next((nice for nice in _NICE if nice >= least), day * (int(least / day) + 1))


_ORDER = tuple(phase.value for phase in Phase)

Piece = tuple[str, int, StepState | None]
"""A phase, or empty, or `broken`; how many columns of it; and what became of the attempt."""

BROKEN = "broken"
"""Where an attempt ended badly."""


def bar(row: Row, scale: Scale) -> list[Piece]:
    """The bar of a step: as many columns as the scale has, the blank ones included.

    Whatever lasted has at least one column, as long as there is one left; waiting for other steps is blank. The last
    column of an attempt that ended badly says so.
    """
    cells: list[tuple[str, StepState | None]] = [("", None)] * scale.columns
    outcome: StepState | None = None
    states: dict[int, StepState | None] = {span.attempt: span.state for span in row.spans if span.state}
    for span in row.spans:
        if span.phase is Phase.WAITING:
            continue
        outcome = states.get(span.attempt) or row.state
        first, end = scale.column(span.begin), scale.column(span.end)
        first = min(first, scale.columns - 1)
        if end == first and _worth(span) and _gives_way(cells[first][0], span.phase):
            end = first + 1
        for column in range(first, end):
            cells[column] = (span.phase.value, outcome if span.attempt else None)
        if span.state in ENDED_BADLY:
            cells[max(first, end - 1)] = (BROKEN, span.state)
    return _joined(cells)


def _gives_way(kind: str, phase: Phase) -> bool:
    """Whether what stands in a column is less worth showing than a phase that is shorter than that."""
    return not kind or (kind != BROKEN and _ORDER.index(kind) < _ORDER.index(phase.value))


def _worth(span: Span) -> bool:
    return span.seconds > 0 or span.state is not None


def _joined(cells: Sequence[tuple[str, StepState | None]]) -> list[Piece]:
    pieces: list[Piece] = []
    for kind, state in cells:
        if pieces and pieces[-1][0] == kind and pieces[-1][2] is state and kind != BROKEN:
            pieces[-1] = (kind, pieces[-1][1] + 1, state)
        else:
            pieces.append((kind, 1, state))
    return pieces
