"""A table with a bar of time in each row, below an axis: a run's steps and when they did what."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, cast

from k8stui.control.timeline.drawing import BROKEN, Scale, bar
from k8stui.control.timeline.drawing import Piece as BarPiece
from k8stui.control.timeline.parts import Phase
from k8stui.control.timeline.parts import Row as Times
from k8stui.incluster.contract.states import StepState
from k8stui_tui.keys import bindings
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.lines import Piece
from k8stui_tui.widgets.table import LineTable, Row

BAR = "bar"
"""Key of the column that has the bars."""

_ROLES = {Phase.HELD.value: "dim", Phase.QUEUED.value: "dim", Phase.PULLING.value: "source-1",
          Phase.STARTING.value: "source-3"}  # fmt: skip


def bar_role(kind: str, state: StepState | None) -> str:
    """How a piece of a bar looks: what ran has the colour of what became of it."""
    if kind in (Phase.RUNNING.value, BROKEN):
        return role_of((state or StepState.RUNNING).value)
    return _ROLES.get(kind, "")


class BarTable(LineTable, inherit_bindings=False):
    """Rows with bars; the column `BAR` has them."""

    SCOPES: ClassVar[tuple[str, ...]] = ("list", "table")
    BINDINGS = bindings("list", "table")

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make an empty one.

        Args:
            columns: From left to right, one of them with the key `BAR`.
            id: For queries.
        """
        super().__init__(columns, id=id)
        self._times: Mapping[str, Times] = {}
        self._stretch = (0.0, 0.0, False)
        self._scale: Scale | None = None

    def update_bars(
        self, rows: Sequence[Row], times: Mapping[str, Times], *, begin: float, end: float, live: bool
    ) -> None:
        """Show these rows; only what differs from the ones before is drawn and sent.

        Args:
            rows: As for any table.
            times: What the bars are drawn from, by the keys of the rows.
            begin: Where the axis begins, in seconds since the epoch.
            end: Where it ends.
            live: It grows.
        """
        stretch = (begin, end, live)
        if times is self._times and stretch == self._stretch and rows == self._given:
            return
        self._times, self._stretch = times, stretch
        self._scale = None
        self.update_rows(rows)
        self.sync()

    @property
    def scale(self) -> Scale:
        """Which column of the bars a moment stands in."""
        size = next((size for column, size in zip(self._columns, self._widths, strict=True) if column.key == BAR), 0)
        if self._scale is None or self._scale.columns != size:
            begin, end, live = self._stretch
            self._scale = Scale(begin, end, size, live=live)
        return self._scale

    def reset(self) -> None:
        """Another run is going to be shown, from its top."""
        self.clear()
        self.let_go()

    def clear(self) -> None:
        """Nothing is known at the moment."""
        self.update_bars((), {}, begin=0.0, end=0.0, live=False)

    # For the bases.

    def signature(self, line: int) -> Hashable:
        """What decides how a row looks: its bar as well."""
        base = cast("tuple[Any, ...]", super().signature(line))
        return (*base, self.scale.axis(self.glyphs.tick)) if line < 0 else (*base, tuple(self._bar(line)))

    def changed_span(self, old: Hashable, new: Hashable) -> tuple[int, int]:
        """Only the cells that differ, where the bar does not."""
        was, now = cast("tuple[Any, ...]", old), cast("tuple[Any, ...]", new)
        if len(was) != 4 or len(now) != 4 or was[3] != now[3]:
            return 0, self.columns
        return super().changed_span(was[:3], now[:3])

    def shown_title(self, column: Column) -> str:
        """The axis stands above the bars."""
        return self.scale.axis(self.glyphs.tick) if column.key == BAR else column.title

    def shown_cell(self, line: int, place: int, size: int) -> list[Piece]:
        """A cell, or a bar."""
        if self._columns[place].key != BAR:
            return super().shown_cell(line, place, size)
        return [
            (getattr(self.glyphs, kind) * count if kind else " " * count, bar_role(kind, state))
            for kind, count, state in self._bar(line)
        ]

    def _bar(self, line: int) -> list[BarPiece]:
        times = self._times.get(self._rows[line].key)
        return bar(times, self.scale) if times is not None else [("", self.scale.columns, None)]
