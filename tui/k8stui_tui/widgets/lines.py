"""The base of all views made of lines: draws what is visible from plain data and sends only what changed.

Textual sends whatever is marked dirty, so that is the bill of a slow SSH line. Each visible line has a signature: a
value that is equal as long as the line would be drawn the same. `sync` compares the signatures with those of the last
time and marks only the differing spans; scrolling, new data, the cursor and marks all go through it.
"""

from __future__ import annotations

from collections.abc import Hashable
from textwrap import wrap
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from k8stui_tui.theme.glyphs import Glyphs, glyphs
from k8stui_tui.theme.roles import ROLES, component
from k8stui_tui.widgets.cells import fitted
from k8stui_tui.widgets.scrollbar import renderer

Piece = tuple[str, str]
"""A text that is harmless and fitted already, and its role."""


class _Rest(NamedTuple):
    """What stands in a row below the last line, which is its signature too."""

    text: str
    role: str = "dim"


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolled view of lines.

    Subclasses say how many lines there are (`line_count`), what decides how one looks (`signature`) and which pieces it
    has (`pieces`); `head_lines` of them stay at the top. After any change they call `sync`.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    head_lines = 0

    def __init__(
        self,
        *,
        empty: str,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.glyphs: Glyphs = glyphs()
        self._empty, self._empty_role = empty, "dim"
        self._shown: list[Hashable] = []
        self._role_styles: dict[str, Style] = {}

    # What subclasses say.

    @property
    def line_count(self) -> int:
        """How many lines there are, the head not counted."""
        raise NotImplementedError

    def signature(self, line: int) -> Hashable:
        """Equal as long as that line would be drawn the same; lines below 0 are the head (-1 is its last)."""
        raise NotImplementedError

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:
        """The pieces of a line, and the role that lies under all of them."""
        raise NotImplementedError

    def changed_span(self, old: Hashable, new: Hashable) -> tuple[int, int]:  # noqa: ARG002 - for subclasses
        """First column and number of columns that differ between two signatures of one line; all by default."""
        return 0, self.columns

    # What screens use.

    def set_empty(self, text: str, role: str = "dim") -> None:
        """What is said when there are no lines: why, and what to do about it.

        Args:
            text: Sentences, each on a line of its own; they are broken where the view is too narrow.
            role: How the first line looks.
        """
        if (text, role) != (self._empty, self._empty_role):
            self._empty, self._empty_role = text, role
            self.sync()

    # What subclasses use.

    @property
    def columns(self) -> int:
        """Columns a line has."""
        return self.scrollable_content_region.width

    @property
    def page(self) -> int:
        """Lines that are visible at once, the head not counted."""
        return max(0, self.scrollable_content_region.height - self.head_lines)

    @property
    def top(self) -> int:
        """The first visible line."""
        return self.scroll_offset.y

    def line_at(self, y: int) -> int:
        """The line at a row of the widget; below 0 for the head, at least `line_count` below the last."""
        return y - self.head_lines if y < self.head_lines else y - self.head_lines + self.top

    def style_of(self, role: str) -> Style:
        """How a role looks under the current theme; plain for one that does not exist.

        The app alone has the roles as component classes: Textual looks up the rules of each of them anew whenever a
        widget that has them may look different.
        """
        style = self._role_styles.get(role)
        if style is None:
            known = role in ROLES
            style = self.app.get_component_styles(component(role)).partial_rich_style if known else Style.null()
            self._role_styles[role] = style
        return style

    def notify_style_update(self) -> None:
        """The theme may be another one."""
        self._role_styles.clear()
        super().notify_style_update()

    def resized(self) -> None:
        """The number of lines changed: tells Textual how far there is to scroll."""
        size = Size(self.columns, self.line_count + self.head_lines)
        if size.height != self.virtual_size.height:
            # Not by assignment: that would repaint the whole view and lay out the screen for one more line.
            self.set_reactive(Widget.virtual_size, size)
            if self.is_mounted:
                self._scroll_update(size)

    def sync(self) -> None:
        """Mark what differs from what is on screen; nothing is drawn where nothing changed."""
        if not self.is_mounted:
            return
        count = self.line_count
        rows = self.scrollable_content_region.height
        now: list[Hashable] = []
        for y in range(rows):
            line = self.line_at(y)
            now.append(self.signature(line) if line < count else self._rest(line - count))
        before = self._shown
        self._shown = now
        if len(before) != rows:
            self.refresh()
            return
        regions = []
        for y, (old, new) in enumerate(zip(before, now, strict=True)):
            if old != new:
                whole = isinstance(old, _Rest) or isinstance(new, _Rest)
                start, size = (0, self.columns) if whole else self.changed_span(old, new)
                if size:
                    regions.append(Region(start, y, size, 1))
        if regions:
            self.refresh(*regions)

    def forget(self) -> None:
        """Draw everything again, whatever the signatures say (the widths or the theme changed)."""
        self._shown = []
        self.sync()

    def show_line(self, line: int, *, top: int | None = None) -> None:
        """Scroll as little as needed to see a line, or so that `top` is the first line."""
        target = self.top if top is None else top
        if line < target:
            target = line
        elif line >= target + self.page:
            target = line - self.page + 1
        self.scroll_top(target)

    def scroll_top(self, line: int) -> None:
        """Make a line the first visible one, as far as there are lines below it."""
        target = max(0, min(line, self.line_count - self.page))
        if target != self.top:
            # Forced: the new number of lines is laid out only after this.
            self.set_reactive(ScrollView.scroll_target_y, float(target))
            self.scroll_y = float(target)

    # Textual's side.

    def render_line(self, y: int) -> Strip:
        """One row of the widget."""
        columns = self.columns
        base = self.rich_style
        line = self.line_at(y)
        if line >= self.line_count:
            rest = self._rest(line - self.line_count)
            text = fitted(rest.text, columns, more=self.glyphs.more)
            return Strip([Segment(text, base + self.style_of(rest.role))])
        pieces, under = self.pieces(line, columns)
        if under:
            base += self.style_of(under)
        segments = [Segment(text, base + self.style_of(role) if role else base) for text, role in pieces if text]
        return Strip(segments).adjust_cell_length(columns, base)

    def _rest(self, below: int) -> _Rest:
        """What stands that many rows below the last line: what an empty view has to say, after a blank row."""
        if self.line_count or not below or not self._empty:
            return _Rest("")
        room = max(16, self.columns - 3)
        lines = [(part, place) for place, line in enumerate(self._empty.split("\n")) for part in wrap(line, room)]
        if below > len(lines):
            return _Rest("")
        text, place = lines[below - 1]
        return _Rest(f"  {text}", "dim" if place else self._empty_role)

    def on_mount(self) -> None:
        """The scrollbar has only characters and colours that this terminal has."""
        self.vertical_scrollbar.renderer = renderer(self.glyphs.thumb)  # type: ignore[misc] # as Textual documents it

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled: only lines that look different now are sent."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        if round(old_value) != round(new_value):
            self.sync()

    def on_resize(self, _event: events.Resize) -> None:
        """The terminal or the layout changed."""
        self.laid_out()
        self.forget()

    def laid_out(self) -> None:
        """The width may have changed; for subclasses that compute widths."""

    def on_focus(self) -> None:
        """The cursor line looks different with the focus."""
        self.sync()

    def on_blur(self) -> None:
        """The cursor line looks different without the focus."""
        self.sync()
