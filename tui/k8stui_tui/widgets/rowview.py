"""Lines to read rather than to choose from: breaking long ones, and scrolling; `reading.py` searches in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events
from textual.message import Message

from k8stui_tui.widgets.lines import LineView, Piece
from k8stui_tui.widgets.marking import Mark, marked
from k8stui_tui.widgets.wrapping import UNBROKEN, LineRing, hang_of, rows_of, span_of, window_of

INDENT = 2
"""Columns before each line, where lists have their cursor, so that all panes have one left edge."""


class RowView(LineView, inherit_bindings=False):
    """A view of lines without a cursor.

    Subclasses keep their lines in `ring`, say what stands before each (`before`) and how wide that is
    (`before_width`).
    """

    WORDS: ClassVar[bool] = False
    """Whether long lines are broken at spaces: right for sentences, costly for a log."""

    class Info(Message):
        """What there is to say about the view changed.

        Attributes:
            view: The view; `info` on it says it.
        """

        def __init__(self, view: RowView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> RowView:
            """The view, for `@on(..., "#id")`."""
            return self.view

    def __init__(
        self,
        *,
        cap: int | None,
        empty: str,
        wrap: bool,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(empty=empty, id=id)
        self.ring: LineRing[Any] = LineRing(
            cap, lambda line, columns: rows_of(self.text_of(line), columns, words=self.WORDS)
        )
        self._wrap = wrap
        self._x = 0
        self._own_scroll = False
        self._info = ""

    # What subclasses say.

    def text_of(self, line: Any) -> str:
        """A line's harmless text."""
        raise NotImplementedError

    def before(self, number: int) -> list[Piece]:  # noqa: ARG002 - for subclasses
        """What stands before a line's text."""
        return [(" " * INDENT, "")]

    @property
    def before_width(self) -> int:
        """Columns of what stands before a text."""
        return INDENT

    def role_at(self, number: int) -> str:  # noqa: ARG002 - for subclasses
        """The role of a line's text."""
        return ""

    def stressed(self, text: str) -> Mark | None:  # noqa: ARG002 - for subclasses
        """Where in a text a part begins and ends that has a role of its own, and this role."""
        return None

    @property
    def broken(self) -> bool:
        """Whether texts have line breaks."""
        return False

    def marks(self, text: str, number: int) -> list[Mark]:
        """The parts of a line's text that have roles of their own, from left to right."""
        stressed = self.stressed(text) if not self.role_at(number) else None
        return [stressed] if stressed else []

    def scrolled(self) -> None:
        """A person scrolled."""

    def facts(self) -> Sequence[str]:
        """What there is to say about the view, the most important first."""
        return ()

    # What screens use.

    @property
    def info(self) -> str:
        """What there is to say about the view, for the title of its pane."""
        return f" {self.glyphs.dot} ".join(self.facts())

    @property
    def wrap(self) -> bool:
        """Whether long lines are broken."""
        return self._wrap

    def set_wrap(self, on: bool) -> None:
        """Break long lines, or cut them off."""
        if on != self._wrap:
            anchor = self.at_top
            self._wrap, self._x = on, 0
            self.lay_out_from(anchor)
            self.forget()
            self.tell()

    # What subclasses use.

    def tell(self) -> None:
        """Let others know when what there is to say changed."""
        info = self.info
        if info != self._info:
            self._info = info
            self.post_message(self.Info(self))

    def scroll_to_row(self, row: int) -> None:
        """Make a row the first visible one, as far as there are rows."""
        with self._not_by_a_person():
            self.scroll_top(row)

    def jump(self, row: int) -> None:
        """A person goes to a row."""
        self.scroll_to_row(max(0, min(row, self.line_count - self.page)))
        self.scrolled()
        self.tell()

    def resized(self) -> None:
        """The number of rows changed; where there are fewer, the last ones come into sight."""
        with self._not_by_a_person():
            super().resized()

    @contextmanager
    def _not_by_a_person(self) -> Iterator[None]:
        before, self._own_scroll = self._own_scroll, True
        try:
            yield
        finally:
            self._own_scroll = before

    def settle(self, anchor: tuple[int, int]) -> None:
        """After rows were counted anew: what was at the top (see `at_top`) is there again."""
        self.scroll_to_row(self.ring.row_of(*anchor))

    @property
    def at_top(self) -> tuple[int, int]:
        """Number and part of the line at the top."""
        return self.ring.find(self.top) if self.ring.lines else (self.ring.first, 0)

    @property
    def at_end(self) -> bool:
        """Whether the newest line is visible."""
        return self.top + self.page >= self.line_count

    @property
    def text_columns(self) -> int:
        """Columns for the text of a line."""
        return max(1, self.columns - self.before_width)

    # For the base.

    @property
    def line_count(self) -> int:
        """How many rows there are."""
        return self.ring.rows

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:  # noqa: ARG002 - `text_columns` says it
        """A row: what stands before the text, and the text with what was found in it."""
        number, part = self.ring.find(line)
        text = self.text_of(self.ring[number])
        width = self.text_columns
        if part:
            hang = hang_of(text, width) if self._wrap and self.WORDS else 0
            found = [(" " * (self.before_width + hang), "")]
        else:
            found = self.before(number)
        if self._wrap:
            begin, end = span_of(text, part, width, words=self.WORDS)
            cut = False
        else:
            offset, stop = span_of(text, part, UNBROKEN)
            row = text[offset:stop]
            begin, end, halved = window_of(row, self._x, width)
            cut = end < len(row)
            if cut:
                begin, end, halved = window_of(row, self._x, width - 1)
            begin, end = offset + begin, offset + end
            if halved:
                found.append((" ", ""))
        found += marked(text, begin, end, self.role_at(number), self.marks(text, number))
        if cut:
            found.append((self.glyphs.more, "dim"))
        return found, ""

    def laid_out(self) -> None:
        """The room changed: rows are counted anew, and the same line stays at the top."""
        self.lay_out_from(self.at_top)

    def lay_out_from(self, anchor: tuple[int, int]) -> None:
        """Count rows anew, and show what was at the top."""
        whole = UNBROKEN if self.broken else 0
        self.ring.wrap(self.text_columns if self._wrap and self.columns else whole)
        self.resized()
        self.settle(anchor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled, by us or by a person."""
        super().watch_scroll_y(old_value, new_value)
        if not self._own_scroll and round(old_value) != round(new_value):
            self.scrolled()
            self.tell()

    # Actions, see actions/.

    def action_line_up(self) -> None:
        """One line up."""
        self.jump(self.top - 1)

    def action_line_down(self) -> None:
        """One line down."""
        self.jump(self.top + 1)

    def action_half_up(self) -> None:
        """Half a page up."""
        self.jump(self.top - max(1, self.page // 2))

    def action_half_down(self) -> None:
        """Half a page down."""
        self.jump(self.top + max(1, self.page // 2))

    def action_page_up(self) -> None:
        """A page up."""
        self.jump(self.top - max(1, self.page - 1))

    def action_page_down(self) -> None:
        """A page down."""
        self.jump(self.top + max(1, self.page - 1))

    def action_first(self) -> None:
        """To the first line."""
        self.jump(0)

    def action_last(self) -> None:
        """To the last line."""
        self.jump(self.line_count)

    def action_left(self) -> None:
        """To the left, where lines are cut off."""
        self._shift(-max(1, self.text_columns // 2))

    def action_right(self) -> None:
        """To the right, where lines are cut off."""
        self._shift(max(1, self.text_columns // 2))

    def action_wrap(self) -> None:
        """Break long lines, or cut them off."""
        self.set_wrap(not self._wrap)

    def _shift(self, by: int) -> None:
        if not self._wrap:
            rows = range(self.top, min(self.line_count, self.top + self.page))
            widest = max((cell_len(self.text_of(self.ring[self.ring.find(row)[0]])) for row in rows), default=0)
            self._x = max(0, min(self._x + by, widest - self.text_columns // 2)) if by > 0 else max(0, self._x + by)
            self.sync()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines at a time, as terminals do, instead of what Textual does."""
        event.stop().prevent_default()
        self.jump(self.top - 3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines at a time, as terminals do, instead of what Textual does."""
        event.stop().prevent_default()
        self.jump(self.top + 3)
