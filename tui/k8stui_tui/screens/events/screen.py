"""What is wrong now, what Kubernetes said lately, and the whole of the line under the cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult

from k8stui.control.words.filtering import keeper
from k8stui_tui.keys import bindings
from k8stui_tui.screens.events import rows
from k8stui_tui.screens.events.acts import EventActs, Thing
from k8stui_tui.screens.events.texts import event_text, trouble_text
from k8stui_tui.screens.events.wrong import WrongPane
from k8stui_tui.screens.saying import freshness_of, why_board_empty
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable
from k8stui_tui.widgets.textview import TextView

if TYPE_CHECKING:
    from k8stui.control.events.lines import EventLine
    from k8stui.control.live.freshness import Freshness
    from k8stui.control.troubles.trouble import Trouble

EXAMPLE = "type:warning age:<1h !reason:backoff"
WARNINGS = "type:warning"

KEPT = "Kubernetes keeps them for an hour: nothing happened in this time."


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
        self.table = LineTable(rows.sheet().columns, id="events")
        self.text = TextView(empty="", id="event-text")
        self.wrong_pane = WrongPane(store)
        self.events_pane = Pane("EVENTS", self.table, id="events-pane")
        self.text_pane = Pane("DETAILS", self.text, id="event-text-pane")
        self._rows = rows.event_rows(everywhere=False)
        self._lines: dict[str, EventLine] = {}
        self._lines_of: Sequence[EventLine] = ()
        self._told_of = ""
        self._text_shown: tuple[object, ...] = ()
        self._tallied: tuple[Sequence[EventLine], Sequence[Trouble]] | None = None
        self._tally: Sequence[Fact] = ()
        self._about_events = False

    def body(self) -> ComposeResult:
        """What is wrong, the whole of one, events."""
        yield self.wrong_pane
        yield self.text_pane
        yield self.events_pane

    @property
    def panes(self) -> Sequence[Pane]:
        """What is wrong, events, the whole of one of either."""
        return self.wrong_pane, self.events_pane, self.text_pane

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
    def trouble(self) -> Trouble | None:
        """What is wrong, under the cursor of that pane."""
        return self.wrong_pane.trouble

    @property
    def about_events(self) -> bool:
        """Whether keys and details are about the events: about the pane of the two that had the focus last."""
        if self.active is not self.text_pane:
            self._about_events = self.active is self.events_pane
        return self._about_events

    @property
    def thing(self) -> Thing | None:
        """What the line under the cursor is about; of several objects the newest."""
        if self.about_events:
            line = self.line
            return Thing(line.kind, line.namespace, line.name, line.run) if line else None
        trouble = self.trouble
        if trouble is None:
            return None
        first = trouble.members[0]
        return Thing(trouble.kind, first.namespace, first.name, first.run)

    # For the frame.

    @property
    def freshness(self) -> Freshness | None:
        """That of the events."""
        return freshness_of(self.store, self.store.events)

    def tick(self) -> None:
        """Show what changed in the store."""
        self.store.look_at_events()
        self.store.look_at_troubles()
        now = self.store.clock()
        self.wrong_pane.draw(now)
        self._show_events(now)
        self._show_text(now)

    def crumbs(self) -> Sequence[str]:
        """What the line under the cursor is about."""
        if self.about_events:
            return (self.line.object,) if self.line else ()
        return (self.trouble.subject,) if self.trouble else ()

    def tally(self) -> Sequence[Fact]:
        """How much is wrong, by how bad it is, and how many events warn."""
        lines, troubles = self.lines, self.wrong_pane.troubles
        if self._tallied is None or self._tallied[0] is not lines or self._tallied[1] is not troubles:
            self._tallied, self._tally = (lines, troubles), self._count(lines, troubles)
        return self._tally

    def _count(self, lines: Sequence[EventLine], troubles: Sequence[Trouble]) -> Sequence[Fact]:
        levels = Counter(one.level.value for one in troubles)
        warnings = sum(line.warns for line in lines)
        return [
            *(
                Fact(f"{levels[level]} {level}" if levels[level] else "", role, 3 + place)
                for place, (level, role) in enumerate(rows.LEVEL_ROLES.items())
            ),
            Fact(f"{warnings} warning{'' if warnings == 1 else 's'}" if warnings else "", "caution", 7),
        ]

    def pointless(self) -> frozenset[str]:
        """All about an object while there is none."""
        return frozenset() if self.thing else frozenset({"why", "describe", "yaml", "events"})

    def filter_hint(self, view: LineView) -> str:
        """Words and fields."""
        if view is self.wrong_pane.table:
            return "words that must be found"
        from k8stui.control.events.lines import FIELDS

        return f"as {EXAMPLE}   fields: {' '.join(FIELDS)}" if view is self.table else ""

    def filter_of(self, view: LineView) -> str:
        """What a table is filtered by."""
        return self.wrong_pane.needle if view is self.wrong_pane.table else super().filter_of(view)

    def filtered(self, view: LineView, text: str) -> None:
        """Show only lines that match."""
        if view is self.wrong_pane.table:
            self.wrong_pane.filter(text)
            self.refresh_now()
        else:
            super().filtered(view, text)

    # The tables.

    def _show_events(self, now: float) -> None:
        lines = self.lines
        if self.looks_elsewhere():
            self.table.set_columns(rows.sheet(everywhere=self._everywhere).columns)
            self._rows = rows.event_rows(everywhere=self._everywhere)
        if not self.is_due(self.store.events.current, lines, now):
            return
        kept = self._matching(lines, now)
        boards = self.store, "events", self.store.events
        self.table.set_empty(*why_board_empty(*boards, total=len(lines), filtered=self._filter, create=KEPT))
        self.table.update_rows(self._rows.rows(kept, now), self._rows.renewed)
        self.events_pane.tell(*self.facts(len(kept), len(lines)))

    def _matching(self, lines: Sequence[EventLine], now: float) -> Sequence[EventLine]:
        if not self._filter:
            return lines
        from k8stui.control.events.lines import FIELDS, fields_of

        keep = keeper(self._filter, FIELDS)
        return [line for line in lines if keep(fields_of(line, now))]

    def _show_text(self, now: float) -> None:
        line, trouble = (self.line, None) if self.about_events else (None, self.trouble)
        columns = self.text.text_columns
        shown = (line, trouble, columns, self._everywhere, int(now) if line is not None else 0)
        if shown == self._text_shown:
            return
        self._text_shown = shown
        if line is not None:
            key, title = line.key, Fact(line.event.reason, "caution" if line.warns else "dim")
            self.text.set_text(event_text(line, now, columns))
        elif trouble is not None:
            key, title = trouble.key, Fact(trouble.subject, "strong")
            self.text.set_text(trouble_text(trouble, columns, namespaces=self._everywhere))
        else:
            key, title = "", Fact("")
            self.text.set_text("")
        if key != self._told_of:
            self._told_of = key
            self.text.action_first()
        self.text_pane.tell([title])

    @on(PickView.Highlighted, "#events")
    @on(PickView.Highlighted, "#wrong")
    def _highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.refresh_now()

    @on(PickView.Selected, "#events")
    @on(PickView.Selected, "#wrong")
    def _opened(self, event: PickView.Selected) -> None:
        event.stop()
        self.action_open()

    # Actions, see actions/.

    def action_open(self) -> None:
        """To the object on its own screen; to all of them where there are several."""
        trouble = None if self.about_events else self.trouble
        if trouble is None or len(trouble.members) == 1:
            super().action_open()
        elif trouble.kind == "Pod":
            first = trouble.members[0]
            self.center.show_pod(first.namespace, first.name, filtered=self._same_pods(first.namespace, first.name))
        elif trouble.kind == "Run":
            first = trouble.members[0]
            self.center.show_runs(namespace=first.namespace, run=first.name, filtered=f"status:{trouble.state}")
        else:
            super().action_open()

    def _same_pods(self, namespace: str, name: str) -> str:
        """A filter that finds pods in the same trouble."""
        board = self.store.pods.current
        found = board.find(namespace, name) if board else None
        if found is None:
            return ""
        reason = found.pod.reason
        return f"status:{found.pod.status}" + (f" reason:{reason}" if reason and " " not in reason else "")

    def action_warnings(self) -> None:
        """Warnings only, and everything again."""
        self.filtered(self.table, "" if self._filter == WARNINGS else WARNINGS)
