"""What Kubernetes said lately, newest first, and all of the line under the cursor beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult

from k8stui.control.filtering import keeper
from k8stui_tui.keys import bindings
from k8stui_tui.screens.events import rows
from k8stui_tui.screens.events.acts import EventActs, Thing
from k8stui_tui.screens.events.texts import event_text
from k8stui_tui.screens.saying import AGAIN, Said, told, where_of, why_empty
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable
from k8stui_tui.widgets.textview import TextView

if TYPE_CHECKING:
    from k8stui.control.eventlines import EventLine
    from k8stui.control.freshness import Freshness

EXAMPLE = "type:warning age:<1h !reason:backoff"
WARNINGS = "type:warning"


class EventsScreen(EventActs, inherit_bindings=False):
    """Events of the namespace."""

    SCOPES: ClassVar[tuple[str, ...]] = ("frame", "events")
    BINDINGS = bindings("frame", "events")
    TITLE_OF_SCREEN = "Events"
    NUMBERS = ","

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.table = LineTable(rows.COLUMNS, id="events")
        self.text = TextView(empty="", wrap=True, id="event-text")
        self.events_pane = Pane("EVENTS", self.table, id="events-pane")
        self.text_pane = Pane("DETAILS", self.text, id="event-text-pane")
        self._rows = rows.event_rows(everywhere=False)
        self._lines: dict[str, EventLine] = {}
        self._lines_of: Sequence[EventLine] = ()
        self._told_of = ""

    def body(self) -> ComposeResult:
        """Events above, all of one below."""
        yield self.events_pane
        yield self.text_pane

    @property
    def panes(self) -> Sequence[Pane]:
        """Events, the whole of one."""
        return self.events_pane, self.text_pane

    # What is looked at.

    @property
    def lines(self) -> Sequence[EventLine]:
        """All events."""
        board = self.store.events.current
        return board.lines if board else ()

    @property
    def line(self) -> EventLine | None:
        """The one under the cursor."""
        lines = self.lines
        if lines is not self._lines_of:
            self._lines_of, self._lines = lines, {line.key: line for line in lines}
        return self._lines.get(self.table.cursor_key)

    @property
    def thing(self) -> Thing | None:
        """What the line under the cursor is about."""
        line = self.line
        return Thing(line.kind, line.namespace, line.name, line.run) if line else None

    # For the frame.

    @property
    def freshness(self) -> Freshness | None:
        """That of the events."""
        board = self.store.events.current
        return board.freshness if board else self.store.freshness

    def tick(self) -> None:
        """Show what changed in the store."""
        self.store.look_at_events()
        now = self.store.clock()
        self._show_events(now)
        self._show_text(now)

    def crumbs(self) -> Sequence[str]:
        """The object."""
        return (self.line.object,) if self.line else ()

    def tally(self) -> Sequence[Fact]:
        """How many warn."""
        warnings = sum(line.warns for line in self.lines)
        return [Fact(f"{warnings} warning{'' if warnings == 1 else 's'}" if warnings else "", "caution", 3)]

    def pointless(self) -> frozenset[str]:
        """All about an object while there is none."""
        return frozenset() if self.thing else frozenset({"why", "describe", "yaml", "events"})

    def filter_hint(self, view: LineView) -> str:
        """Words and fields."""
        from k8stui.control.eventlines import FIELDS

        return f"as {EXAMPLE}   fields: {' '.join(FIELDS)}" if view is self.table else ""

    # The table.

    def _show_events(self, now: float) -> None:
        lines = self.lines
        if self.looks_elsewhere():
            self.table.set_columns(rows.columns(everywhere=self._everywhere))
            self._rows = rows.event_rows(everywhere=self._everywhere)
        if not self.is_due(lines, now):
            return
        kept = self._matching(lines, now)
        self.table.set_empty(*self._why_empty(len(lines)))
        self.table.update_rows(self._rows.rows(kept, now))
        self.events_pane.tell(*self.facts(len(kept), len(lines)))

    def _matching(self, lines: Sequence[EventLine], now: float) -> Sequence[EventLine]:
        if not self._filter:
            return lines
        from k8stui.control.eventlines import FIELDS, fields_of

        keep = keeper(self._filter, FIELDS)
        return [line for line in lines if keep(fields_of(line, now))]

    def _why_empty(self, total: int) -> Said:
        store = self.store
        if store.events.error is not None:
            return told(f"The events of {where_of(store)} cannot be read.", store.events.error, AGAIN)
        board = store.events.current
        fresh = board.freshness if board else None
        create = "Kubernetes keeps them for an hour: nothing happened in this time."
        return why_empty(store, "events", fresh, total=total, filtered=self._filter, create=create)

    def _show_text(self, now: float) -> None:
        line = self.line
        if line is None:
            self.text.set_text("")
            self.text_pane.tell()
            return
        self.text.set_text(event_text(line, now))
        if line.key != self._told_of:
            self._told_of = line.key
            self.text.action_first()
        self.text_pane.tell([Fact(line.event.reason, "caution" if line.warns else "dim")])

    @on(PickView.Highlighted, "#events")
    def _highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.refresh_now()

    @on(PickView.Selected, "#events")
    def _opened(self, event: PickView.Selected) -> None:
        event.stop()
        self.action_open()

    # Actions, see actions/.

    def action_warnings(self) -> None:
        """Warnings only, and everything again."""
        self.filtered(self.table, "" if self._filter == WARNINGS else WARNINGS)
