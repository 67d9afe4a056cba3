"""Schedules | the runs of one | all there is to know of it: when it fires, how it went, what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from k8stui.control.words.filtering import keeper
from k8stui_tui.keys import bindings, way_to
from k8stui_tui.screens.liverows import MINUTE
from k8stui_tui.screens.saying import Said, freshness_of, why_board_empty, why_empty
from k8stui_tui.screens.schedules import rows
from k8stui_tui.screens.schedules.ahead import Ahead
from k8stui_tui.screens.schedules.backfilling import ScheduleBackfill
from k8stui_tui.screens.schedules.texts import details, line_role, warning
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable
from k8stui_tui.widgets.textview import TextView

if TYPE_CHECKING:
    from k8stui.control.live.freshness import Freshness
    from k8stui.model.scheduleviews import FiringView, ScheduleView

FILTER_HINT = f"words, !words, and fields: {'  '.join(f'{name}:' for name in rows.FIELDS)}"

CREATE = "k8stui schedule create FILE.py --cron '0 2 * * *'"


class SchedulesScreen(ScheduleBackfill, inherit_bindings=False):
    """What fires when."""

    SCOPES: ClassVar[tuple[str, ...]] = ("frame", "schedules")
    BINDINGS = bindings("frame", "schedules")
    TITLE_OF_SCREEN = "Schedules"

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.table = LineTable(rows.sheet().columns, id="schedules")
        self.run_table = LineTable(rows.RUNS.columns, id="schedule-runs")
        self.text = TextView(empty="", wrap=True, roles=line_role, id="schedule-details")
        self.schedules_pane = Pane("SCHEDULES", self.table, id="schedules-pane")
        self.runs_pane = Pane("RUNS", self.run_table, id="schedule-runs-pane")
        self.details_pane = Pane("DETAILS", self.text, id="schedule-details-pane")
        self._runs: Sequence[FiringView] = ()
        self._runs_shown: tuple[object, ...] = ()
        self._tallied: Sequence[ScheduleView] = ()
        self._tally: Sequence[Fact] = ()
        self._details_shown: tuple[object, ...] = ()
        self._told_of = ""
        self.ahead = Ahead(partial(self.run_worker, group="ahead", exclusive=True), self.refresh_now)

    def body(self) -> ComposeResult:
        """Schedules above, the runs and the details of one below."""
        yield self.schedules_pane
        with Horizontal(id="lower"):
            yield self.runs_pane
            yield self.details_pane

    @property
    def panes(self) -> Sequence[Pane]:
        """Schedules, runs, details."""
        return self.schedules_pane, self.runs_pane, self.details_pane

    # What is looked at.

    @property
    def schedule(self) -> ScheduleView | None:
        """The schedule under the table's cursor."""
        return self.find_target(self.table.cursor_key)

    @property
    def run(self) -> FiringView | None:
        """The run of it under the cursor where the keys go to the runs; else its newest."""
        if self.active is not self.runs_pane:
            return self._runs[0] if self._runs else None
        return next((run for run in self._runs if run.run == self.run_table.cursor_key), None)

    def find_target(self, key: str) -> ScheduleView | None:
        """The schedule of a row."""
        namespace, _, name = key.partition("/")
        board = self.store.schedules.current
        return board.find(namespace, name) if board and name else None

    def expect(self, namespace: str, name: str) -> None:
        """Put the cursor on a schedule as soon as it is known."""
        self.expect_line(f"{namespace}/{name}", filtered="")

    # For the frame.

    @property
    def freshness(self) -> Freshness | None:
        """That of the schedules."""
        return freshness_of(self.store, self.store.schedules)

    def tick(self) -> None:
        """Show what changed in the store."""
        self.store.look_at_schedules()
        now = self.store.clock()
        self._show_schedules(now)
        schedule = self.schedule
        self._show_runs(schedule, now)
        self._show_details(schedule, now)

    def crumbs(self) -> Sequence[str]:
        """The schedule."""
        return (self.schedule.name,) if self.schedule else ()

    def tally(self) -> Sequence[Fact]:
        """How many are suspended, and how many fail."""
        board = self.store.schedules.current
        schedules = board.schedules if board else ()
        if schedules is not self._tallied:
            words = Counter(map(rows.status_of, schedules))
            suspended, failing = words["suspended"], words["failing"]
            self._tallied = schedules
            self._tally = [
                Fact(f"{suspended} suspended" if suspended else "", "paused", 7),
                Fact(f"{failing} failing" if failing else "", "failed", 1),
            ]
        return self._tally

    def pointless(self) -> frozenset[str]:
        """All acts while there is no schedule."""
        return frozenset() if self.schedule else frozenset({"edit", "suspend", "trigger", "delete", "logs"})

    def filtered(self, view: LineView, text: str) -> None:
        """Show only schedules that match; among the runs, go to the first that does."""
        super().filtered(view, text)
        if view is self.run_table and text:
            found = next((row.key for row in self.run_table.rows if text.lower() in row.key.lower()), None)
            if found:
                self.run_table.go_to(found)

    def filter_hint(self, view: LineView) -> str:
        """Words and fields for the table; a text for the rest."""
        return FILTER_HINT if view is self.table else ""

    # The table.

    def _show_schedules(self, now: float) -> None:
        board = self.store.schedules.current
        schedules = board.schedules if board else ()
        if self.looks_elsewhere():
            self.table.set_columns(rows.sheet(everywhere=self._everywhere).columns)
        if not self.is_due(board, schedules, now):
            return
        keep = keeper(self._filter, rows.FIELDS)
        kept = [one for one in schedules if keep(rows.fields_of(one))] if self._filter else schedules
        create = f"A pipeline is scheduled by {way_to('schedules.create')}, or by: {CREATE}"
        boards = self.store, "schedules", self.store.schedules
        self.table.set_empty(*why_board_empty(*boards, total=len(schedules), filtered=self._filter, create=create))
        self.table.update_rows(rows.sheet(everywhere=self._everywhere).rows(kept, now))
        self._go_to_expected()
        self.schedules_pane.tell(*self.facts(len(kept), len(schedules)))

    def _go_to_expected(self) -> None:
        board = self.store.schedules.current
        expected = self.awaited()
        if not expected or board is None or self.table.go_to(expected):
            return
        if board.freshness.synced:
            self.center.tell(f"The schedule {expected.partition('/')[2]} is gone.")
            self._expected = ""

    @on(PickView.Highlighted, "#schedules")
    def _highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.refresh_now()

    @on(PickView.Selected, "#schedules")
    def _opened_schedule(self, event: PickView.Selected) -> None:
        event.stop()
        self.go_to_pane(self.runs_pane)

    # Its runs.

    def _show_runs(self, schedule: ScheduleView | None, now: float) -> None:
        board = self.store.schedules.current
        self._runs = board.firings(schedule.namespace, schedule.name) if board and schedule else ()
        said = self._why_no_runs() if schedule else ("", "dim")
        key = (self.table.cursor_key, id(self._runs), len(self._runs), int(now), said)
        if key == self._runs_shown:
            return
        self._runs_shown = key
        self.run_table.set_empty(*said)
        self.run_table.update_rows(rows.RUNS.rows(self._runs, now))
        self.runs_pane.tell([Fact(str(len(self._runs)) if self._runs else "", "dim")])

    def _why_no_runs(self) -> Said:
        fresh = self.store.freshness
        if fresh is None or not fresh.synced:
            return why_empty(self.store, "runs", fresh, total=0, filtered="", create="")
        return "It has not run yet, or its runs were deleted.", "dim"

    @on(PickView.Selected, "#schedule-runs")
    def _opened_run(self, event: PickView.Selected) -> None:
        event.stop()
        if (schedule := self.schedule) and (run := self.run):
            self.go_to_run(schedule, run)

    # All about it.

    def _show_details(self, schedule: ScheduleView | None, now: float) -> None:
        if schedule is None:
            self._details_shown = ()
            self.text.set_text("")
            self.details_pane.tell()
            self.details_pane.say("")
            return
        self.details_pane.say(warning(schedule), "caution")
        board = self.store.schedules.current
        found = self.ahead.of(schedule, board.schedules if board else (), now)
        columns = self.text.text_columns
        shown = (id(schedule), id(found), int(now) // MINUTE, columns)
        if shown == self._details_shown:
            return
        self._details_shown = shown
        self.text.set_text(details(schedule, found, now, columns))
        key = rows.schedule_key(schedule)
        if key != self._told_of:
            self._told_of = key
            self.text.action_first()
        self.details_pane.tell([Fact(schedule.name, "strong")])
