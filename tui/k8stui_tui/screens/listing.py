"""A screen with a table: where it looks, what it is filtered by, when it is to be drawn anew, and its title."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.timer import Timer

from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui_tui.screens.frame import FrameScreen
from k8stui_tui.screens.wordfilter import counted
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.control.live.board import Board
    from k8stui.control.live.freshness import Freshness
    from k8stui.control.runs.board import RunBoard
    from k8stui_tui.actions.action import Action

SETTLE = 0.12
"""Seconds the cursor must rest on a line before its watches are opened: who scrolls past 40 lines looks at none."""

STEP, STEP_SETTLE = 0.5, 0.03
"""Seconds after which a move is no more a part of the one before; then only the line itself is drawn first."""


class ListScreen(FrameScreen, inherit_bindings=False):
    """Base of the screens whose first pane is a table."""

    NUMBERS: ClassVar[str] = "d"
    """How numbers of lines are written, as a format of Python's."""

    table: LineTable

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self._everywhere = False
        self._filter = ""
        self._shown: tuple[object, ...] = ()
        self._settling: Timer | None = None
        self._moved_at = 0.0
        self._seen = self._whole = False
        self._moved_from: RunBoard | None = None
        self._expected = ""

    def settle_soon(self, settle: Callable[[], None], *, at_once: bool = False) -> None:
        """Open the watches of what the cursor is on once it rests there.

        Args:
            settle: Opens them.
            at_once: Without waiting.
        """
        if self._settling:
            self._settling.stop()
        now = time.monotonic()
        alone, self._moved_at = now - self._moved_at > STEP, now
        if at_once:
            settle()
        else:
            self._settling = self.set_timer(STEP_SETTLE if alone else SETTLE, settle)

    def looks_elsewhere(self) -> bool:
        """Whether it is about all namespaces now and was about one, or the reverse; then the columns are others."""
        if self.store.place.everywhere is self._everywhere:
            return False
        self._everywhere = self.store.place.everywhere
        self._shown = ()
        return True

    def is_due(self, board: Board | None, things: Sequence[object], now: float) -> bool:
        """Whether the table is to be drawn anew: for other things, another filter, another second, or for nothing yet.

        Args:
            board: Where they are from; None while there is none.
            things: All of them; the same object as long as nothing differs.
            now: Seconds since the epoch.
        """
        self.table.arriving = not self._whole  # at the last look: what makes a list whole is the last to arrive
        if not self._whole and board is not None and self.store.board is not self._moved_from:
            self._whole = board.whole
        key = (id(things), len(things), self._filter, int(now))
        if key == self._shown and things:
            return False
        self._shown = key
        return True

    def moved(self) -> None:
        """Marks are about things of another place, and what was seen of that one does not stay."""
        self.table.set_marks(())
        for view in self.query(PickView):
            view.let_go()
        self._seen = self._whole = False
        self._moved_from = self.store.board

    def meant(self, action: Action) -> None:
        """An action is carried out: what the cursor is on is meant by it, by going elsewhere only from its pane."""
        if action.id != "bookmarks" and (action.scope != "frame" or self.active.view is self.table):
            self._hold()

    def on_click(self, event: events.Click) -> None:
        """Another pane is clicked at: it is about what the cursor is on."""
        if event.widget is not self.table:
            self._hold()

    def _hold(self) -> None:
        """The cursor stays where it is, unless it is on its way elsewhere."""
        if not self._expected:
            self.table.hold()

    def expect_line(self, key: str, *, filtered: str) -> None:
        """Put the cursor on a line as soon as it is there, unless a person moves it before.

        Args:
            key: What it is found by, see `awaited`; empty to leave the cursor.
            filtered: Only lines that match are shown.
        """
        self._expected, self._filter = key, filtered
        if key:
            self.table.let_go()
        self.draw_anew()

    def awaited(self) -> str:
        """What the cursor is to go to; empty for nothing, and once it has gone there or elsewhere."""
        if self.table.held:
            self._expected = ""
        return self._expected

    def is_cut_off(self, fresh: Freshness | None, error: K8stuiError | None = None) -> bool:
        """Whether the connection is made anew: what was last seen of this place stays until it is known again.

        Args:
            fresh: How far it is known; None without a connection.
            error: Why nobody looks at it.
        """
        board = self.store.board
        known = board is not None and fresh is not None and fresh.synced
        if known:
            self._seen = board is not self._moved_from
        forbidden = any(isinstance(one, ForbiddenError) for one in (error, fresh and fresh.error))
        self.cut_off = self._seen and not known and not forbidden
        return self.cut_off

    def facts(self, kept: int, total: int) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """The facts beside the name of the table's pane.

        Args:
            kept: How many lines there are.
            total: How many there are without a filter.
        """
        marks = len(self.table.marks)
        return (
            counted(kept, total, self._filter, self.NUMBERS),
            [Fact(f"{marks:{self.NUMBERS}} marked", "marked"), Fact(" ", tight=True)] if marks else [],
        )

    def acts_in(self) -> frozenset[str]:
        """Where the marked lines are, or the one under the cursor: keys of rows begin with the namespace."""
        if not self.store.place.everywhere:
            return super().acts_in()
        keys = self.table.marks or filter(None, (self.table.cursor_key,))
        return frozenset(key.partition("/")[0] for key in keys)

    def filter_of(self, view: LineView) -> str:
        """What the table is filtered by."""
        return self._filter if view is self.table else ""

    def filtered(self, view: LineView, text: str) -> None:
        """Show only lines that match."""
        if view is self.table:
            self._filter = text
            self.draw_anew()

    def draw_anew(self) -> None:
        """Draw the table whatever it showed."""
        self._shown = ()
        self.refresh_now()

    @on(PickView.MarksChanged)
    def _marks_changed(self, event: PickView.MarksChanged) -> None:
        event.stop()
        self.draw_anew()
