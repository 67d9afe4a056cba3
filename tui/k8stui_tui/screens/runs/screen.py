"""Runs | steps | logs: what happens, where it hangs, and what it says.

The cursor of the table decides which run the tree shows; the logs are those of the run, of the step under the tree's
cursor, or of the whole pipeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from k8stui.control.words.filtering import keeper
from k8stui.incluster.contract.states import RunState
from k8stui_tui.keys import bindings
from k8stui_tui.screens.logrow import LogRow
from k8stui_tui.screens.runs import rows
from k8stui_tui.screens.runs.inside import InsideRun
from k8stui_tui.screens.runs.listening import Listening
from k8stui_tui.screens.runs.states import no_runs_text
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.model.views import RunSummaryView

FILTER_HINT = f"words, !words, and fields: {'  '.join(f'{name}:' for name in rows.FIELDS)}"


class RunsScreen(InsideRun, inherit_bindings=False):
    """The control room."""

    SCOPES: ClassVar[tuple[str, ...]] = ("frame", "runs")
    BINDINGS = bindings("frame", "runs")
    TITLE_OF_SCREEN = "Runs"

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.table = LineTable(rows.sheet().columns, id="runs")
        self.log_pane = LogPane(id="logs")
        self.runs_pane = Pane("RUNS", self.table, id="runs-pane")
        self.logs_pane = Pane("LOGS", self.log_pane, id="logs-pane")
        self.listening = Listening(store, self.log_pane)
        self.log_row = LogRow(store, self.logs_pane, self.listening.tail, id="logs-row")
        self._run_rows = rows.run_rows(store.watched.has, everywhere=False)
        self._rows_of = (0, False)
        self._tallied: Sequence[RunSummaryView] = ()
        self._tally: Sequence[Fact] = ()

    def body(self) -> ComposeResult:
        """Runs and steps side by side, logs below."""
        with Horizontal(id="upper"):
            yield self.runs_pane
            yield self.steps_pane
        yield self.log_row

    @property
    def panes(self) -> Sequence[Pane]:
        """Runs, steps, logs, and those that are pinned."""
        return self.runs_pane, self.steps_pane, *self.log_row.panes

    # What is looked at.

    @property
    def run(self) -> RunSummaryView | None:
        """The run under the table's cursor."""
        return self.find_target(self.table.cursor_key)

    def find_target(self, key: str) -> RunSummaryView | None:
        """The run of a row."""
        namespace, _, name = key.partition("/")
        board = self.store.board
        return board.find(namespace, name) if board and name else None

    def expect(self, namespace: str, run: str, *, filtered: str = "") -> None:
        """Put the cursor on a run as soon as it is known, among those that match."""
        self.expect_line(f"{namespace}/{run}" if run else "", filtered=filtered)

    # For the frame.

    def left(self) -> None:
        """Neither the run nor its logs are followed any more; `tick` begins anew, with the lines that are there."""
        self.store.look_away()
        self.listening.tail.pause()
        self.log_row.pause()

    def tick(self) -> None:
        """Show what changed in the store."""
        self.store.look_at_runs()
        if not self.is_cut_off(self.store.freshness):
            now = self.store.clock()
            self._show_runs(now)
            self.show_steps(now)
            name, pod = self._listened()
            step = self.step_named(name)
            # The pods of a mapped step are those of its items, each with a slug of its own.
            self.listening.listen(self.run, name, step.slug if step and not step.mapped_over else "", pod)
        self.listening.take()
        self.logs_pane.tell(*self.listening.facts())
        self.log_row.tick()

    def crumbs(self) -> Sequence[str]:
        """The run, and the step where the keys go to the tree."""
        run = self.run
        if run is None:
            return ()
        inside = self.active is self.steps_pane and self.step
        return (run.run, self.step.name) if inside and self.step else (run.run,)

    def tally(self) -> Sequence[Fact]:
        """How many runs go on, and how many failed."""
        runs = self.store.board.runs if self.store.board else ()
        if runs is not self._tallied:
            running = sum(not run.state.ended for run in runs)
            failed = sum(run.state is RunState.FAILED for run in runs)
            self._tallied = runs
            self._tally = [
                Fact(f"{running} running" if running else "", "running", 7),
                Fact(f"{failed} failed" if failed else "", "failed", 1),
            ]
        return self._tally

    def pointless(self) -> frozenset[str]:
        """What ends or revives a run, by whether it goes on; all of it for marked runs of both kinds."""
        run = self.run
        if run is None:
            return frozenset({"why", "logs", "stop", "retry", "describe"})
        if self.table.marks:
            return frozenset()
        going = {"retry"} if not run.state.ended else {"stop"}
        return frozenset({*going, *({"retry"} if run.state is RunState.SUCCEEDED else ())})

    def filter_hint(self, view: LineView) -> str:
        """Words and fields for the table; a text for the rest."""
        return FILTER_HINT if view is self.table else super().filter_hint(view)

    def _listened(self) -> tuple[str, str]:
        """The step, and the pod of an earlier attempt, whose logs are shown.

        They are those under the cursor of the steps while the keys go there, and still in the logs themselves.
        """
        if self.active is self.steps_pane:
            return self.step.name if self.step else "", self.attempt.pod if self.attempt else ""
        return (self.listening.step, self.listening.pod) if self.active in self.log_row.panes else ("", "")

    # The table.

    def _show_runs(self, now: float) -> None:
        board = self.store.board
        runs = board.runs if board else ()
        if self.looks_elsewhere():
            self.set_class(self._everywhere, "everywhere")
            self.table.set_columns(rows.sheet(everywhere=self._everywhere).columns)
        if self._rows_of != (version := (self.store.watched.version, self._everywhere)):
            self._rows_of = version
            self._run_rows = rows.run_rows(self.store.watched.has, everywhere=self._everywhere)
        if not self.is_due(board, runs, now):
            return
        keep = keeper(self._filter, rows.FIELDS)
        kept = [run for run in runs if keep(rows.fields_of(run))] if self._filter else runs
        self.table.set_empty(*no_runs_text(self.store, total=len(runs), filtered=self._filter))
        self.table.update_rows(self._run_rows.rows(kept, now), self._run_rows.renewed)
        if expected := self.awaited():
            self.table.go_to(expected)
        self.runs_pane.tell(*self.facts(len(kept), len(runs)))

    @on(PickView.Highlighted, "#runs")
    def _highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.listening.step = self.listening.pod = ""
        self.settle_soon(self._settle, at_once=bool(event.key) and self._inside == "")
        self.refresh_now()

    @on(PickView.Selected, "#runs")
    def _opened_run(self, event: PickView.Selected) -> None:
        event.stop()
        self.go_to_pane(self.steps_pane)
