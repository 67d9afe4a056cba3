"""Lines with keys, a cursor and marks: what tables and trees have in common.

Cursor and marks belong to keys, not to positions: when data moves, they move with it, and what a person was about to
press enter on stays the same thing. While the first lines are still coming, in whatever order, a cursor that nobody has
put anywhere stays on the first of them instead: there the newest is to be found.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from typing import ClassVar, Protocol

from textual import events
from textual.message import Message

from k8stui_tui.keys import bindings
from k8stui_tui.widgets.lines import LineView


class Keyed(Protocol):
    """A line that has a key."""

    @property
    def key(self) -> str:
        """Names it for good."""


class PickView(LineView, inherit_bindings=False):
    """A line view whose lines have keys.

    Subclasses say which key stands where (`key_at`, `line_of`) and call `keys_changed` when that changed.

    Attributes:
        arriving: Whether the first lines are still coming.
    """

    SCOPES: ClassVar[tuple[str, ...]] = ("list",)
    BINDINGS = bindings("list")

    class Picked(Message):
        """Base of what a view tells about one line.

        Attributes:
            view: The view.
            key: The line's key; empty when there is no line.
        """

        def __init__(self, view: PickView, key: str) -> None:
            super().__init__()
            self.view, self.key = view, key

        @property
        def control(self) -> PickView:
            """The view, for `@on(..., "#id")`."""
            return self.view

    class Highlighted(Picked):
        """The cursor stands on another line now."""

    class Selected(Picked):
        """A line was opened: enter, or a double click."""

    class MarksChanged(Message):
        """Other lines are marked now.

        Attributes:
            view: The view.
            marks: Keys of all marked lines.
        """

        def __init__(self, view: PickView, marks: frozenset[str]) -> None:
            super().__init__()
            self.view, self.marks = view, marks

        @property
        def control(self) -> PickView:
            """The view, for `@on(..., "#id")`."""
            return self.view

    def __init__(
        self,
        *,
        empty: str,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(empty=empty, id=id)
        self._cursor = 0
        self._cursor_key = ""
        self._held, self._lost = False, ""
        self.arriving = False
        self._in_sight = True
        self._marks: frozenset[str] = frozenset()
        self.marking = True

    @property
    def left_out(self) -> frozenset[str]:
        """Actions of its scopes that mean nothing here, and that nobody is offered."""
        return frozenset() if self.marking else frozenset({"mark", "unmark"})

    # What subclasses say.

    def key_at(self, line: int) -> str:
        """The key of a line."""
        raise NotImplementedError

    def line_of(self, key: str) -> int | None:
        """Where a key stands; None when it does not."""
        raise NotImplementedError

    def can_mark(self, line: int) -> bool:  # noqa: ARG002 - for subclasses
        """Whether a line can be marked."""
        return True

    # What screens use.

    @property
    def cursor_key(self) -> str:
        """The key under the cursor; empty when there are no lines."""
        return self._cursor_key

    @property
    def cursor_line(self) -> int:
        """The line under the cursor."""
        return self._cursor

    @property
    def held(self) -> bool:
        """Whether somebody has put the cursor where it is, or acted on what it is on."""
        return self._held

    def hold(self) -> None:
        """What the cursor is on is meant: it stays there, whatever comes; also where all lines go, and come again."""
        if self.line_count:
            self._held, self._lost = True, ""

    def let_go(self) -> None:
        """The cursor is nobody's choice any more."""
        self._held, self._lost = False, ""

    @property
    def marks(self) -> frozenset[str]:
        """Keys of all marked lines."""
        return self._marks

    def set_marks(self, keys: Iterable[str]) -> None:
        """Mark exactly these."""
        marks = frozenset(key for key in keys if self.line_of(key) is not None)
        if marks != self._marks:
            self._marks = marks
            self.sync()
            self.post_message(self.MarksChanged(self, marks))

    def go_to(self, key: str) -> bool:
        """Put the cursor on a key; False when there is no such line."""
        line = self.line_of(key)
        if line is None:
            return False
        self._move(line)
        return True

    @property
    def targets(self) -> tuple[str, ...]:
        """What an act is about: the marked lines in their order, or else the one under the cursor."""
        if self._marks:
            return tuple(sorted(self._marks, key=lambda key: self.line_of(key) or 0))
        return (self._cursor_key,) if self._cursor_key else ()

    # What subclasses use.

    def look(self, line: int) -> int:
        """0 for an ordinary line, 1 for the cursor's in a view without focus, 2 with it."""
        return 0 if line != self._cursor else 2 if self.has_focus else 1

    def heir(self, before: Sequence[Keyed], line: int) -> int:
        """Where a line of before is now; when it has gone, the next one that is left, or else the one before it."""
        nearest = chain(range(line, len(before)), range(min(line, len(before)) - 1, -1, -1))
        places = (self.line_of(before[old].key) for old in nearest)
        return next((place for place in places if place is not None), 0)

    def keys_changed(self, before: Sequence[Keyed], *, anew: bool = False) -> None:
        """Lines came, went or moved: cursor, marks and what is in sight follow their keys.

        Args:
            before: The lines as they were.
            anew: A person wants them in another order, and so may want to see which is the first now.
        """
        old, top = self._cursor, self.top
        in_sight = self.cursor_in_sight
        self._cursor = self._belongs(before, anew=anew)
        if top > 0:
            # What is read stays where it is; at the very top new lines are let in.
            top += self._cursor - old if in_sight else PickView.heir(self, before, top) - top
        self.resized()
        if in_sight:
            self.show_line(self._cursor, top=max(0, top))
        else:
            self.scroll_top(top)
        gone = self._marks and frozenset(key for key in self._marks if self.line_of(key) is None)
        if gone:
            self._marks -= gone
            self.post_message(self.MarksChanged(self, self._marks))
        self.sync()
        self._tell()

    def _belongs(self, before: Sequence[Keyed], *, anew: bool) -> int:
        """Where the cursor belongs now, see `keys_changed`."""
        if not self.line_count:
            self._lost, self._held = self._cursor_key if self._held else self._lost, False
            return 0
        if not self._held and not self.top:
            found = self.line_of(self._lost) if self._lost else None
            if found is not None:
                self.hold()
                return found
            if self.arriving or anew:
                return 0
        return self.heir(before, self._cursor)

    def keep_in_sight(self) -> None:
        """The room changed: the cursor stays visible if it was."""
        if self._in_sight:
            self.show_line(self._cursor)

    def sync(self) -> None:
        """Mark what differs from what is on screen."""
        self._in_sight = self.cursor_in_sight
        super().sync()

    @property
    def cursor_in_sight(self) -> bool:
        """Whether the cursor's line is visible; so it will be where nothing is laid out yet."""
        return not self.page or self.top <= self._cursor < self.top + self.page

    def _move(self, line: int) -> None:
        if not self.line_count:
            return
        self._cursor = max(0, min(line, self.line_count - 1))
        self.hold()
        self.show_line(self._cursor)
        self.sync()
        self._tell()

    def _tell(self) -> None:
        key = self.key_at(self._cursor) if self.line_count else ""
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.Highlighted(self, key))

    # Actions, see actions/.

    def action_cursor_up(self) -> None:
        """One line up."""
        self._move(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """One line down."""
        self._move(self._cursor + 1)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._move(self._cursor - max(1, self.page // 2))

    def action_half_down(self) -> None:
        """Half a page down."""
        self._move(self._cursor + max(1, self.page // 2))

    def action_page_up(self) -> None:
        """A page up."""
        self._move(self._cursor - max(1, self.page - 1))

    def action_page_down(self) -> None:
        """A page down."""
        self._move(self._cursor + max(1, self.page - 1))

    def action_first(self) -> None:
        """To the first line."""
        self._move(0)

    def action_last(self) -> None:
        """To the last line."""
        self._move(self.line_count - 1)

    def action_mark(self) -> None:
        """Mark the line or unmark it, and go on to the next."""
        if self.marking and self.line_count and self.can_mark(self._cursor):
            self.set_marks(self._marks ^ {self._cursor_key})
        self._move(self._cursor + 1)

    def action_unmark(self) -> None:
        """Forget all marks."""
        self.set_marks(())

    def action_select(self) -> None:
        """Open the line."""
        self.hold()
        if self._cursor_key:
            self.post_message(self.Selected(self, self._cursor_key))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; a double click opens what its first click was at, whatever came between."""
        line = self.line_at(event.y)
        if 0 <= line < self.line_count:
            if event.chain == 2:
                self.action_select()
            else:
                self._move(line)

    def base_role(self, look: int) -> str:
        """The role under a line, by `look`."""
        return ("", "cursor-blurred", "cursor")[look]

    def lead(self, look: int, *, marked: bool) -> list[tuple[str, str]]:
        """The first two columns: cursor and mark."""
        return [
            (self.glyphs.cursor if look else " ", "accent" if look == 2 else "dim"),
            (self.glyphs.mark if marked else " ", "marked"),
        ]

    GUTTER = 2

    def marked(self, key: str) -> bool:
        """Whether a key is marked."""
        return key in self._marks

    def _signature_base(self, line: int, key: str) -> tuple[Hashable, ...]:
        return self.look(line), key in self._marks
