"""Lines to read rather than to choose from: scrolling, searching and breaking long lines, for logs and texts alike."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from k8stui_tui.keys import bindings
from k8stui_tui.sanitize import log_line
from k8stui_tui.widgets.cells import fitted
from k8stui_tui.widgets.lines import LineView, Piece
from k8stui_tui.widgets.wrapping import LineRing, part_of, rows_of

LONGEST = 16_384
"""Characters of a line that are kept: whoever writes megabytes in one line must not freeze the screen."""


def shown_text(text: str) -> str:
    """A line as it is drawn: harmless, with tabs as spaces."""
    return text if text.isascii() and text.isprintable() else log_line(text).expandtabs(4)


class ReadView(LineView, inherit_bindings=False):
    """A view of lines without a cursor.

    Subclasses keep their lines in `ring`, say what stands before each (`before`) and how wide that is
    (`before_width`).
    """

    SCOPES: ClassVar[tuple[str, ...]] = ("read",)
    BINDINGS = bindings("read")

    class Info(Message):
        """What there is to say about the view changed.

        Attributes:
            view: The view; `info` on it says it.
        """

        def __init__(self, view: ReadView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> ReadView:
            """The view, for `@on(..., "#id")`."""
            return self.view

    def __init__(
        self,
        *,
        cap: int,
        empty: str,
        wrap: bool,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.ring: LineRing[Any] = LineRing(cap, lambda line, columns: rows_of(self.text_of(line), columns))
        self._empty = empty
        self._wrap = wrap
        self._x = 0
        self._pattern: re.Pattern[str] | None = None
        self._needle = ""
        self._found = 0
        self._here: int | None = None
        self._own_scroll = False
        self._info = ""

    # What subclasses say.

    def text_of(self, line: Any) -> str:
        """A line's harmless text."""
        raise NotImplementedError

    def before(self, number: int) -> list[Piece]:  # noqa: ARG002 - for subclasses
        """What stands before a line's text."""
        return []

    @property
    def before_width(self) -> int:
        """Columns of what stands before a text."""
        return 0

    def role_at(self, number: int) -> str:  # noqa: ARG002 - for subclasses
        """The role of a line's text."""
        return ""

    def scrolled(self) -> None:
        """A person scrolled."""

    def facts(self) -> Sequence[str]:
        """What there is to say about the view, the most important first."""
        return self.search_facts()

    # What screens use.

    @property
    def info(self) -> str:
        """What there is to say about the view, for the title of its pane."""
        return f" {self.glyphs.dot} ".join(self.facts())

    @property
    def wrap(self) -> bool:
        """Whether long lines are broken."""
        return self._wrap

    @property
    def needle(self) -> str:
        """What is searched for; empty for nothing."""
        return self._needle

    @property
    def found(self) -> int:
        """How many lines the search found."""
        return self._found

    def set_wrap(self, on: bool) -> None:
        """Break long lines, or cut them off."""
        if on != self._wrap:
            number = self._top_number()
            self._wrap, self._x = on, 0
            self._wrap_now()
            self.resized()
            self.settle(number)
            self.forget()
            self.tell()

    def set_empty(self, text: str) -> None:
        """What is said when there are no lines; lines are separated by line breaks."""
        if text != self._empty:
            self._empty = text
            if not self.ring.lines:
                self.refresh()

    def find(self, needle: str) -> None:
        """Search for a text, ignoring case unless it has a capital letter; empty ends the search.

        The nearest line that has it is shown.
        """
        if needle == self._needle:
            return
        self._needle = needle
        flags = re.IGNORECASE if needle == needle.lower() else 0
        self._pattern = re.compile(re.escape(needle), flags) if needle else None
        self._found = self.count_matches(self.ring.lines)
        self._here = None
        if self._found:
            self._show_first_match()
        self.sync()
        self.tell()

    def find_on(self, *, forward: bool) -> bool:
        """Go to the next match, round the ends; False when nothing is searched or found."""
        if not self._found:
            return False
        begin = self._here if self._here is not None else self._top_number()
        numbers = self.ring.first, self.ring.end
        order = (
            [*range(begin + 1, numbers[1]), *range(numbers[0], begin + 1)]
            if forward
            else [*range(begin - 1, numbers[0] - 1, -1), *range(numbers[1] - 1, begin - 1, -1)]
        )
        number = next((number for number in order if self._matches(self.ring[number])), None)
        if number is None:
            return False
        self._go_to_match(number)
        return True

    # What subclasses use.

    def count_matches(self, lines: Sequence[Any]) -> int:
        """How many of these lines the search finds."""
        return sum(map(self._matches, lines)) if self._pattern else 0

    def matches_added(self, change: int) -> None:
        """Lines came or went while a search is on."""
        self._found = max(0, self._found + change)

    def search_facts(self) -> list[str]:
        """What there is to say about a search."""
        if not self._needle:
            return []
        noun = "line" if self._found == 1 else "lines"
        return [f"{self._found:,} {noun} with {shown_text(self._needle)}"]

    def tell(self) -> None:
        """Let others know when what there is to say changed."""
        info = self.info
        if info != self._info:
            self._info = info
            self.post_message(self.Info(self))

    def scroll_to_row(self, row: int) -> None:
        """Make a row the first visible one, as far as there are rows."""
        self._own_scroll = True
        try:
            self.show_line(max(0, row), top=max(0, row))
        finally:
            self._own_scroll = False

    def settle(self, number: int) -> None:
        """After rows were counted anew: show the same line at the top."""
        self.scroll_to_row(self.ring.row_of(number))

    def _top_number(self) -> int:
        return self.ring.find(self.top)[0] if self.ring.lines else self.ring.first

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

    def signature(self, line: int) -> Hashable:
        """What decides how a row looks."""
        number, part = self.ring.find(line)
        return number, part, self._x, self._needle, number == self._here

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:
        """A row: what stands before the text, and the text with what was found in it."""
        number, part = self.ring.find(line)
        entry = self.ring[number]
        text = self.text_of(entry)
        width = self.text_columns
        found = self.before(number) if not part else [(" " * self.before_width, "")]
        if self._wrap:
            shown, cut = part_of(text, part, width), False
        else:
            rest = text[self._x :] if text.isascii() else _from_column(text, self._x)
            cut = cell_len(rest) > width
            shown = set_cell_size(rest, width - 1) if cut else rest
        found += self._marked(shown, self.role_at(number), here=number == self._here)
        if cut:
            found.append((self.glyphs.more, "dim"))
        del columns
        return found, ""

    def render_rest(self, below: int, columns: int, base: Style) -> Strip:
        """Below the last row: what an empty view has to say."""
        lines = self._empty.split("\n") if not self.ring.lines else []
        if 0 < below <= len(lines):
            text = fitted("  " + lines[below - 1], columns, more=self.glyphs.more)
            return Strip([Segment(text, base + self.style_of("dim"))])
        return Strip.blank(columns, base)

    def laid_out(self) -> None:
        """The room changed: rows are counted anew, and the same line stays at the top."""
        number = self._top_number()
        self._wrap_now()
        self.resized()
        self.settle(number)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled, by us or by a person."""
        super().watch_scroll_y(old_value, new_value)
        if not self._own_scroll and round(old_value) != round(new_value):
            self.scrolled()
            self.tell()

    def _wrap_now(self) -> None:
        self.ring.wrap(self.text_columns if self._wrap and self.columns else 0)

    def _marked(self, text: str, role: str, *, here: bool) -> list[Piece]:
        if not self._pattern:
            return [(text, role)]
        found: list[Piece] = []
        done = 0
        for match in self._pattern.finditer(text):
            found += [(text[done : match.start()], role), (match[0], "here" if here else "match")]
            done = match.end()
        return [*found, (text[done:], role)]

    def _matches(self, entry: Any) -> bool:
        return bool(self._pattern and self._pattern.search(self.text_of(entry)))

    def _show_first_match(self) -> None:
        # From the last visible line upwards: in a log that is followed, what is new matters most.
        row = min(self.line_count, self.top + self.page) - 1
        self._here = self.ring.find(max(0, row))[0] + 1
        self.find_on(forward=False)

    def _go_to_match(self, number: int) -> None:
        self._here = number
        row = self.ring.row_of(number)
        if not self.top <= row < self.top + self.page:
            self._jump(row - self.page // 2)
        self.sync()
        self.tell()

    def _jump(self, row: int) -> None:
        """A person goes to a row."""
        self.scroll_to_row(max(0, min(row, self.line_count - self.page)))
        self.scrolled()
        self.tell()

    # Actions, see commands.py.

    def action_line_up(self) -> None:
        """One line up."""
        self._jump(self.top - 1)

    def action_line_down(self) -> None:
        """One line down."""
        self._jump(self.top + 1)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._jump(self.top - max(1, self.page // 2))

    def action_half_down(self) -> None:
        """Half a page down."""
        self._jump(self.top + max(1, self.page // 2))

    def action_page_up(self) -> None:
        """A page up."""
        self._jump(self.top - max(1, self.page - 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._jump(self.top + max(1, self.page - 1))

    def action_first(self) -> None:
        """To the first line."""
        self._jump(0)

    def action_last(self) -> None:
        """To the last line."""
        self._jump(self.line_count)

    def action_left(self) -> None:
        """To the left, where lines are cut off."""
        self._shift(-max(1, self.text_columns // 2))

    def action_right(self) -> None:
        """To the right, where lines are cut off."""
        self._shift(max(1, self.text_columns // 2))

    def action_next_match(self) -> None:
        """To the next match."""
        self.find_on(forward=True)

    def action_previous_match(self) -> None:
        """To the match before."""
        self.find_on(forward=False)

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
        """Three lines at a time, as terminals do."""
        event.stop()
        self._jump(self.top - 3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines at a time, as terminals do."""
        event.stop()
        self._jump(self.top + 3)


def _from_column(text: str, column: int) -> str:
    """What is left of a text after so many columns."""
    return text[len(set_cell_size(text, column).rstrip()) :] if column else text
