"""A table over a plain list of rows, fast enough for tens of thousands of them.

Textual's DataTable keeps a widget's worth of state for each cell (70 ms and 22 KiB of output for one changed cell);
this one compares tuples and draws the lines that are visible.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, NamedTuple, cast

from textual import events

from k8stui.control.live.altered import changed_places
from k8stui_tui.keys import bindings
from k8stui_tui.widgets.cells import Cell, fitted, shown_width
from k8stui_tui.widgets.columns import GAP, Column, fit, natural
from k8stui_tui.widgets.lines import Piece
from k8stui_tui.widgets.picking import PickView


class Row(NamedTuple):
    """One line of a table.

    Attributes:
        key: Names it for good: the cursor and marks follow it.
        cells: One for each column.
        sort: What to sort by, one value for each column; the texts of the cells when empty. The values of one column
            are of one kind, or None, which comes last.
    """

    key: str
    cells: tuple[Cell, ...]
    sort: tuple[Any, ...] = ()


class LineTable(PickView, inherit_bindings=False):
    """Rows under a head of column titles."""

    SCOPES: ClassVar[tuple[str, ...]] = ("list", "table")
    BINDINGS = bindings("list", "table")

    head_lines = 1

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing here.",
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make an empty table.

        Args:
            columns: From left to right; flexible ones fill the width.
            empty: What is said when there are no rows, see `set_empty`.
            id: For queries.
        """
        super().__init__(empty=empty, id=id)
        self._columns = tuple(columns)
        self._given: Sequence[Row] = ()
        self._rows: Sequence[Row] = ()
        self._places: dict[str, int] = {}
        self._natural = [natural(column, 0) for column in self._columns]
        self._widths: list[int] = [0] * len(self._columns)
        self._room = -1
        self._sort: tuple[str, bool] | None = None
        self._renew: Callable[[Row], Row] | None = None

    # What screens use.

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in the order they are shown."""
        return self._rows

    @property
    def sorting(self) -> tuple[str, bool] | None:
        """Key of the column that sorts, and whether it does so from high to low; None for the order given."""
        return self._sort

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, in the order given; rows that have them must be given next."""
        self._columns = tuple(columns)
        self._natural = [natural(column, 0) for column in self._columns]
        self._widths = [0] * len(self._columns)
        self._room, self._sort, self._shown, self._given = -1, None, [], ()

    def update_rows(self, rows: Sequence[Row], renew: Callable[[Row], Row] | None = None) -> None:
        """Show these rows; only what differs from the ones before is drawn and sent.

        Args:
            rows: Not changed afterwards by the caller. Keys are unique.
            renew: Gives a row as it looks by now, with the same key and order; only those in sight are asked for.
        """
        self._renew = renew
        if rows is self._given and rows:
            if renew:
                self._show(())
            return
        before, changed = self._rows, changed_places(rows, self._given)
        placed = self._placed(rows, changed) if changed is not None else None
        self._rows = self._sorted(rows) if placed is None else placed
        self._given = rows
        if placed is not None:
            self._show([rows[place] for place in changed or ()])
        elif len(self._rows) == len(before) and all(map(_same_key, self._rows, before)):
            self._show(rows)
        else:
            self._places = {row.key: place for place, row in enumerate(self._rows)}
            if self._measure(rows if changed is None else [rows[place] for place in changed]):
                self._shown = []
            self.keys_changed(before)

    def sort_by(self, column: str | None, *, falling: bool = False) -> None:
        """Sort by a column; None for the order given.

        Raises:
            StopIteration: There is no such column.
        """
        if column is not None:
            next(known for known in self._columns if known.key == column)
        before = self._rows
        self._sort = None if column is None else (column, falling)
        self._rows = self._sorted(self._given)
        self._places = {row.key: place for place, row in enumerate(self._rows)}
        self.keys_changed(before, anew=True)

    # For the bases.

    @property
    def line_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def key_at(self, line: int) -> str:
        """The key of a row."""
        return self._rows[line].key

    def line_of(self, key: str) -> int | None:
        """Where a row stands."""
        return self._places.get(key)

    def signature(self, line: int) -> Hashable:
        """What decides how a row looks."""
        if line < 0:
            return ("head", self._sort)
        row = self._row_at(line)
        return (*self._signature_base(line, row.key), row.cells)

    def changed_span(self, old: Hashable, new: Hashable) -> tuple[int, int]:
        """Only the cells that differ, when nothing else does."""
        was, now = cast("tuple[Any, ...]", old), cast("tuple[Any, ...]", new)
        if was[:2] != now[:2] or len(was) != 3 or len(now) != 3:
            return 0, self.columns
        first, end, x = -1, 0, self.GUTTER
        for size, before, after in zip(self._widths, was[2], now[2], strict=True):
            if size:
                if before != after:
                    first = x if first < 0 else first
                    end = x + size
                x += size + GAP
        return (first, end - first) if first >= 0 else (0, 0)

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:  # noqa: ARG002 - widths are kept
        """A row or the head."""
        if line < 0:
            return self._head(), ""
        row = self._rows[line]
        look = self.look(line)
        found: list[Piece] = self.lead(look, marked=self.marked(row.key))
        for place, size in enumerate(self._widths):
            if size:
                found += [*self.shown_cell(line, place, size), (" " * GAP, "")]
        return found, self.base_role(look)

    def shown_cell(self, line: int, place: int, size: int) -> list[Piece]:
        """One cell of a row, in exactly that many columns."""
        column, (text, role) = self._columns[place], self._row_at(line).cells[place]
        return [(fitted(text, size, right=column.right, more=self.glyphs.more, tail=column.tail), role)]

    def shown_title(self, column: Column) -> str:
        """What stands above a column."""
        return column.title

    def laid_out(self) -> None:
        """The room changed."""
        self._measure(self._rows)
        self.keep_in_sight()

    def on_click(self, event: events.Click) -> None:
        """A click on a title sorts."""
        if self.line_at(event.y) < 0:
            x = self.GUTTER
            for column, size in zip(self._columns, self._widths, strict=True):
                if size and x <= event.x < x + size + GAP:
                    self._turn(column.key)
                    return
                x += size + GAP if size else 0

    def action_sort(self) -> None:
        """Sort by the next column, after the last by none."""
        shown = [column.key for column, size in zip(self._columns, self._widths, strict=True) if size]
        place = shown.index(self._sort[0]) + 1 if self._sort and self._sort[0] in shown else 0
        self.sort_by(shown[place] if place < len(shown) else None)

    def action_sort_turn(self) -> None:
        """Sort the other way round."""
        if self._sort:
            self.sort_by(self._sort[0], falling=not self._sort[1])

    def _turn(self, key: str) -> None:
        self.sort_by(key, falling=bool(self._sort and self._sort[0] == key and not self._sort[1]))

    def _row_at(self, line: int) -> Row:
        """A row as it looks by now."""
        row = self._rows[line]
        return self._renew(row) if self._renew else row

    def _show(self, changed: Sequence[Row]) -> None:
        """Rows look different where they stand: those, and those in sight that time has changed."""
        sight = range(self.top, min(self.top + self.page, len(self._rows))) if self._renew else ()
        if self._measure([*changed, *map(self._row_at, sight)]):
            self.forget()
        else:
            self.sync()

    def _placed(self, rows: Sequence[Row], changed: Sequence[int]) -> Sequence[Row] | None:
        """Rows in their order, where all stay that are others than before; None where it has to be found anew."""
        if any(rows[place].key != self._given[place].key for place in changed):
            return None
        if self._sort is None:
            return rows
        by = self._sorting_place()
        if any(_value(rows[place], by) != _value(self._given[place], by) for place in changed):
            return None
        placed = list(self._rows)
        for place in changed:
            placed[self._places[rows[place].key]] = rows[place]
        return placed

    def _sorting_place(self) -> int:
        return next(index for index, column in enumerate(self._columns) if self._sort and column.key == self._sort[0])

    def _sorted(self, rows: Sequence[Row]) -> Sequence[Row]:
        if self._sort is None:
            return rows
        falling = self._sort[1]
        return sorted(rows, key=_sort_key(self._sorting_place(), falling=falling), reverse=falling)

    def _head(self) -> list[Piece]:
        texts = [" " * self.GUTTER]
        for column, size in zip(self._columns, self._widths, strict=True):
            if not size:
                continue
            title = fitted(self.shown_title(column), size, right=column.right, more=self.glyphs.more)
            if self._sort and self._sort[0] == column.key:
                # The sign takes a column of a gap, before or behind, so that the title stays whole and where it is.
                sign = self.glyphs.falling if self._sort[1] else self.glyphs.rising
                word = title.strip()
                if column.right:
                    texts[-1] = texts[-1][:-1]
                    title = (sign + word).rjust(size + 1)
                else:
                    title = (word + sign).ljust(size + 1)
            texts += [title, " " * (GAP if len(title) == size or column.right else GAP - 1)]
        return [("".join(texts), "title")]

    def _measure(self, rows: Sequence[Row]) -> bool:
        """Widths that fit; True when they changed. They grow with the contents and shrink only with the room.

        Args:
            rows: Those that may need more room than before.
        """
        room = self.columns - self.GUTTER
        rows = rows if room == self._room else self._rows
        wanted = list(self._natural) if room == self._room else [natural(column, 0) for column in self._columns]
        for index, column in enumerate(self._columns):
            if not (column.most and wanted[index] >= column.most):
                widest = _widest([row.cells[index].text for row in rows])
                wanted[index] = max(wanted[index], natural(column, widest))
        if room == self._room and wanted == self._natural:
            return False
        self._natural, self._room = wanted, room
        before = self._widths
        self._widths = fit(self._columns, wanted, room) if room > 0 else [0] * len(wanted)
        return before != self._widths


def _same_key(one: Row, other: Row) -> bool:
    return one.key == other.key


def _widest(texts: list[str]) -> int:
    if not texts:
        return 0
    # One check in C for all of them: nearly always everything is ASCII, where the length is the width.
    if "".join(texts).isascii():
        return max(map(len, texts))
    return max(map(shown_width, texts))


def _sort_key(place: int, *, falling: bool) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = _value(row, place)
        # None comes last either way round.
        return ((value is None) is not falling, "" if value is None else value)

    return key


def _value(row: Row, place: int) -> Any:
    return row.sort[place] if row.sort else row.cells[place].text
