"""One line of facts: the status line at the top, the title of a pane, the footer.

Facts have ranks; where the terminal is too narrow for all, the least important go first, and nothing is cut in the
middle as long as whole facts can go.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeAlias, cast

from textual import events
from textual.keys import key_to_character
from textual.widget import Widget

from k8stui_tui.actions.action import Action
from k8stui_tui.keys import shown_key
from k8stui_tui.sanitize import cell
from k8stui_tui.widgets.cells import fitted, shown_width
from k8stui_tui.widgets.lines import LineView, Piece
from k8stui_tui.widgets.wrapping import rows_of, span_of

GAP = 3

INDENT = 2


class Fact(NamedTuple):
    """Something a bar says.

    Attributes:
        text: Anything; made harmless when it is drawn.
        role: How it looks.
        rank: The higher, the sooner it gives way; 0 stays to the end and is cut off rather than dropped.
        tight: No gap before it.
        more: What belongs to it, in other roles; it comes and goes with it.
        key: What a click on it presses; empty for nothing.
    """

    text: str
    role: str = ""
    rank: int = 0
    tight: bool = False
    more: tuple[Piece, ...] = ()
    key: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of it."""
        return ((self.text, self.role), *self.more)

    @property
    def width(self) -> int:
        """Columns it takes."""
        return sum(shown_width(text) for text, _ in self.pieces)


_Sides: TypeAlias = tuple[tuple[Fact, ...], tuple[Fact, ...]]


class Bar(LineView, can_focus=False, inherit_bindings=False):
    """Facts from the left, and facts up to the right edge."""

    def __init__(
        self,
        *,
        under: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty bar.

        Args:
            under: The role below all facts.
            id: For queries.
            classes: For the stylesheet.
        """
        super().__init__(empty="", id=id, classes=classes)
        self._left: tuple[Fact, ...] = ()
        self._right: tuple[Fact, ...] = ()
        self._under = under

    def show(self, left: Sequence[Fact], right: Sequence[Fact] = ()) -> None:
        """Say this; what is said already costs nothing."""
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self.sync()

    @property
    def text(self) -> str:
        """What the bar says at its width now."""
        return "".join(text for text, _ in laid_out(self._left, self._right, self.columns, more=self.glyphs.more))

    @property
    def line_count(self) -> int:
        """Always one."""
        return 1

    def signature(self, line: int) -> Hashable:  # noqa: ARG002 - there is one line only
        """What decides how it looks."""
        return self._left, self._right

    def changed_span(self, old: Hashable, new: Hashable) -> tuple[int, int]:
        """From the first column that differs to the last."""
        more = self.glyphs.more
        before = laid_out(*cast("_Sides", old), self.columns, more=more)
        after = laid_out(*cast("_Sides", new), self.columns, more=more)
        was = [(character, role) for text, role in before for character in text]
        now = [(character, role) for text, role in after for character in text]
        if len(was) != len(now) or any(ord(character) > 0x2FFF for character, _ in (*was, *now)):
            return 0, self.columns
        differing = [place for place, (one, other) in enumerate(zip(was, now, strict=True)) if one != other]
        return (differing[0], differing[-1] - differing[0] + 1) if differing else (0, 0)

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:  # noqa: ARG002 - there is one line only
        """The facts that fit."""
        return laid_out(self._left, self._right, columns, more=self.glyphs.more), self._under

    def on_click(self, event: events.Click) -> None:
        """A click on a key that is told of presses it."""
        key = key_at(self._left, self._right, self.columns, event.x)
        if key:
            event.stop()
            self.app.post_message(events.Key(key, key_to_character(key)))


class Note(Bar):
    """A sentence that a person should read first; takes no room while there is none."""

    def __init__(self, *, rows: int = 1) -> None:
        """Make one that says nothing.

        Args:
            rows: How many it may take.
        """
        # By its class, because a rule for all views of a pane, which this is too, outranks one for its kind.
        super().__init__(classes="note")
        self._said, self._most = False, rows
        self._sentence = self._role = ""
        self._rows: tuple[str, ...] = ()

    def say(self, text: str, role: str = "") -> None:
        """Say this; an empty text takes the line away."""
        if (text, role) != (self._sentence, self._role):
            self._sentence, self._role = text, role
            self._take_room(bool(text))
            self.laid_out()
            self.sync()

    def say_facts(self, left: Sequence[Fact], right: Sequence[Fact] = ()) -> None:
        """Say these in one line; none on the left take the line away."""
        self._take_room(bool(left))
        self.show(left, right)

    def laid_out(self) -> None:
        """Break the sentence where it may take several rows, because its end often says most."""
        parent = self.parent
        wide = self.columns or (parent.scrollable_content_region.width if isinstance(parent, Widget) else 0)
        self._rows = broken(self._sentence, wide - INDENT, self._most) if wide > INDENT else ()
        self.styles.height = max(1, len(self._rows))

    def _take_room(self, said: bool) -> None:
        if said is not self._said:
            self._said = said
            self.set_class(said, "said")

    @property
    def line_count(self) -> int:
        """The rows of the sentence, or one of facts."""
        return max(1, len(self._rows))

    def signature(self, line: int) -> Hashable:
        """What decides how it looks."""
        return (self._rows[line], self._role) if self._rows else super().signature(line)

    def changed_span(self, old: Hashable, new: Hashable) -> tuple[int, int]:  # noqa: ARG002 - all of it, whatever it was
        """All of it: it seldom says something else."""
        return 0, self.columns

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:
        """A row of the sentence, or the facts that fit."""
        if not self._rows:
            return super().pieces(line, columns)
        text = " " * INDENT + self._rows[line]
        size = min(columns, shown_width(text))
        return [(fitted(text, size, more=self.glyphs.more), self._role), (" " * (columns - size), "")], ""


def broken(text: str, columns: int, most: int) -> tuple[str, ...]:
    """A sentence in rows of that many columns, no more than `most`: what is over stands in the last. Pure."""
    text = cell(text)
    rows = rows_of(text, columns, words=True) if text else 0
    spans = [span_of(text, row, columns, words=True) for row in range(min(rows, most))]
    return tuple(text[begin : end if row < most - 1 else len(text)] for row, (begin, end) in enumerate(spans))


def key_fact(action: Action, rank: int) -> Fact:
    """A key and what it does."""
    key = action.keys[0]
    return Fact(f" {shown_key(key)}", "accent", rank, more=((f" {action.title}", "dim"),), key=key)


def laid_out(left: Sequence[Fact], right: Sequence[Fact], columns: int, *, more: str = "…") -> list[Piece]:
    """The pieces of a line of exactly that many columns; pure.

    Facts of the highest rank go first, the last of them before the others; when only facts of rank 0 are left, those
    on the left are cut off.
    """
    return [piece for _, piece in _placed(left, right, columns, more)]


def key_at(left: Sequence[Fact], right: Sequence[Fact], columns: int, column: int) -> str:
    """The key that is told of at a column of a line of that many columns; empty where none is."""
    for fact, (text, _) in _placed(left, right, columns, ""):
        column -= shown_width(text)
        if column < 0:
            return fact.key if fact else ""
    return ""


def _placed(left: Sequence[Fact], right: Sequence[Fact], columns: int, more: str) -> list[tuple[Fact | None, Piece]]:
    kept_left, kept_right = [fact for fact in left if fact.text], [fact for fact in right if fact.text]
    while _width(kept_left) + _width(kept_right) + (GAP if kept_left and kept_right else 0) > columns:
        rank = max((fact.rank for fact in (*kept_left, *kept_right)), default=0)
        if rank == 0:
            break
        side = kept_right if any(fact.rank == rank for fact in kept_right) else kept_left
        del side[max(place for place, fact in enumerate(side) if fact.rank == rank)]
    room = columns - _width(kept_right)
    if kept_right and room < 0:
        return [(None, (fitted("  ".join(fact.text for fact in kept_right), columns, more=more), ""))]
    placed: list[tuple[Fact | None, Piece]] = []
    for place, fact in enumerate(kept_left):
        gap = 0 if not place or fact.tight else GAP
        space = room - gap - (GAP if kept_right else 0)
        if space <= 0:
            break
        placed.append((None, (" " * gap, "")))
        room -= gap
        for text, role in fact.pieces:
            size = min(space, shown_width(text))
            placed.append((fact, (fitted(text, size, more=more), role)))
            space, room = space - size, room - size
    placed.append((None, (" " * max(0, room), "")))
    for place, fact in enumerate(kept_right):
        placed.append((None, (" " * (0 if not place or fact.tight else GAP), "")))
        placed += [(fact, (fitted(text, shown_width(text), more=more), role)) for text, role in fact.pieces]
    return placed


def _width(facts: Sequence[Fact]) -> int:
    gaps = sum(GAP for place, fact in enumerate(facts) if place and not fact.tight)
    return gaps + sum(fact.width for fact in facts)
