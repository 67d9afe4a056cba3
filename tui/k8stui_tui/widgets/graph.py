"""A drawing of boxes and edges with a cursor on the boxes, wider and longer than the terminal where it must be."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import ClassVar

from textual import events
from textual.message import Message

from k8stui.control.graph.drawing import Drawing, Place
from k8stui_tui.keys import bindings
from k8stui_tui.widgets.cells import fitted
from k8stui_tui.widgets.lines import LineView, Piece


class GraphView(LineView, inherit_bindings=False):
    """Shows a drawing; the cursor goes from box to box, and the view follows it."""

    SCOPES: ClassVar[tuple[str, ...]] = ("graph",)
    BINDINGS = bindings("graph")

    class Picked(Message):
        """Base of what it tells about one box.

        Attributes:
            key: The name of the box.
        """

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Highlighted(Picked):
        """The cursor stands on another box."""

    class Selected(Picked):
        """A box was opened."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make an empty one.

        Args:
            id: For queries.
        """
        super().__init__(empty="", id=id)
        self._drawing = Drawing()
        self._roles: Mapping[str, str] = {}
        self._key = ""
        self._x = 0
        self._boxes: dict[int, list[str]] = {}

    # What screens use.

    @property
    def cursor_key(self) -> str:
        """The name of the box under the cursor; empty where there is none."""
        return self._key if self._key in self._drawing.places else ""

    def show(self, drawing: Drawing, roles: Mapping[str, str]) -> None:
        """Show this drawing; the cursor stays on its box, also where there is none for a while.

        Args:
            drawing: The drawing.
            roles: How the boxes look, by their names.
        """
        if drawing is self._drawing and roles == self._roles:
            return
        in_sight = self._in_sight
        self._drawing, self._roles = drawing, roles
        self._boxes = {}
        for name, place in drawing.places.items():
            self._boxes.setdefault(place.line, []).append(name)
        self.resized()
        if drawing.places and self._key not in drawing.places:
            self._x = 0
            self._to(next(iter(drawing.places)))
        elif in_sight:
            self._to(self._key)  # boxes before it may have grown
        self.forget()

    def go_to(self, key: str) -> bool:
        """Put the cursor on a box; False when there is no such box."""
        if key not in self._drawing.places:
            return False
        self._to(key)
        return True

    # For the base.

    @property
    def line_count(self) -> int:
        """How many lines the drawing has."""
        return len(self._drawing.lines)

    def signature(self, line: int) -> Hashable:
        """What decides how a line looks."""
        here = self._drawing.places.get(self._key)
        look = (self._key, self.has_focus) if here and here.line == line else ()
        return (
            self._drawing.lines[line],
            self._x,
            look,
            tuple(self._roles.get(one) for one in self._boxes.get(line, ())),
        )

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:
        """The edges dim, the boxes in the roles of their states."""
        text, at = self._drawing.lines[line], 0
        found: list[Piece] = []
        for name in self._boxes.get(line, ()):
            place = self._drawing.places[name]
            found += [(text[at : place.x], "dim"), (text[place.x : place.x + place.width], self._role(name))]
            at = place.x + place.width
        found.append((text[at:], "dim"))
        return _cut(found, self._x, columns, self.glyphs.more), ""

    def _role(self, name: str) -> str:
        if name == self._key:
            return "cursor" if self.has_focus else "cursor-blurred"
        return self._roles.get(name, "")

    # Actions, see actions/.

    def action_up(self) -> None:
        """To the nearest box of the layer above."""
        self._step(-1)

    def action_down(self) -> None:
        """To the nearest box of the layer below."""
        self._step(1)

    def action_left(self) -> None:
        """To the box on the left."""
        self._beside(-1)

    def action_right(self) -> None:
        """To the box on the right."""
        self._beside(1)

    def action_first(self) -> None:
        """To the first box."""
        self._to(next(iter(self._drawing.places), ""))

    def action_last(self) -> None:
        """To the last box."""
        self._to(next(reversed(list(self._drawing.places)), ""))

    def action_select(self) -> None:
        """Open the box."""
        if self.cursor_key:
            self.post_message(self.Selected(self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a double click opens."""
        for name in self._boxes.get(self.line_at(event.y), ()):
            place = self._drawing.places[name]
            if place.x <= event.x + self._x < place.x + place.width:
                self._to(name)
                if event.chain == 2:
                    self.action_select()

    @property
    def _in_sight(self) -> bool:
        place = self._drawing.places.get(self._key)
        return place is not None and self.top <= place.line < self.top + self.page

    def _step(self, direction: int) -> None:
        here = self._drawing.places.get(self._key)
        if here is None:
            return
        lines = sorted(self._boxes)
        target = lines.index(here.line) + direction
        if 0 <= target < len(lines):
            middle = here.x + here.width // 2
            self._to(min(self._boxes[lines[target]], key=lambda name: _distance(self._drawing.places[name], middle)))

    def _beside(self, direction: int) -> None:
        here = self._drawing.places.get(self._key)
        if here is not None:
            row = self._boxes[here.line]
            self._to(row[max(0, min(row.index(self._key) + direction, len(row) - 1))])

    def _to(self, key: str) -> None:
        changed, self._key = key != self._key, key
        place = self._drawing.places.get(key)
        if place is not None:
            self.show_line(place.line)
            if self.columns:
                self._x = max(place.x + place.width - self.columns, min(self._x, place.x), 0)
        self.sync()
        if changed:
            self.post_message(self.Highlighted(key))

    def laid_out(self) -> None:
        """The room changed: the cursor stays in sight."""
        if self._key:
            self._to(self._key)


def _distance(place: Place, middle: int) -> int:
    return max(place.x - middle, middle - place.x - place.width + 1, 0)


def _cut(pieces: list[Piece], first: int, columns: int, more: str) -> list[Piece]:
    """What is in sight of a line's pieces; a sign at the edges where something is cut off."""
    found: list[Piece] = []
    at = 0
    total = sum(len(text) for text, _ in pieces)
    for text, role in pieces:
        shown = text[max(0, first - at) : max(0, first + columns - at)]
        at += len(text)
        if shown:
            found.append((fitted(shown, len(shown)), role))
    if total > first + columns and found:
        text, role = found[-1]
        found[-1] = (text[:-1] + more, role)
    return found
