"""Pods, anybody's, and the log of the one under the cursor: to find those that are to go, and to let them go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult

from k8stui_tui.keys import bindings, way_to
from k8stui_tui.screens.logrow import LogRow
from k8stui_tui.screens.pods import rows
from k8stui_tui.screens.pods.acts import PodActs
from k8stui_tui.screens.pods.following import Counts, Matching
from k8stui_tui.screens.pods.reading import Reading
from k8stui_tui.screens.saying import freshness_of, why_board_empty
from k8stui_tui.store import Store
from k8stui_tui.theme.roles import role_of
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.control.live.freshness import Freshness
    from k8stui.control.pods.candidates import Candidate

EXAMPLE = "status:evicted,failed age:>1h !label:team=ml"

TALLIED = ("evicted", "failed", "running", "queued")


class PodsScreen(PodActs, inherit_bindings=False):
    """All pods of the namespace."""

    SCOPES: ClassVar[tuple[str, ...]] = ("frame", "pods")
    BINDINGS = bindings("frame", "pods")
    TITLE_OF_SCREEN = "Pods"
    NUMBERS = ","

    def __init__(self, store: Store) -> None:
        """Make the screen.

        Args:
            store: What it draws from.
        """
        super().__init__(store)
        self.table = LineTable(rows.sheet().columns, id="pods")
        self.log_pane = LogPane(id="pod-log")
        self.pods_pane = Pane("PODS", self.table, id="pods-pane")
        self.logs_pane = Pane("LOG", self.log_pane, id="pod-log-pane")
        self.reading = Reading(store, self.log_pane)
        self.log_row = LogRow(store, self.logs_pane, self.reading.tail, id="pod-logs-row")
        self._rows = rows.pod_rows(everywhere=False)
        self._matching = Matching()
        self._counts = Counts()
        self._tallied: Sequence[int] = ()
        self._tally: Sequence[Fact] = ()

    def body(self) -> ComposeResult:
        """Pods above, the log below."""
        yield self.pods_pane
        yield self.log_row

    @property
    def panes(self) -> Sequence[Pane]:
        """Pods, log, and those that are pinned."""
        return self.pods_pane, *self.log_row.panes

    # What is looked at.

    @property
    def pods(self) -> Sequence[Candidate]:
        """All pods."""
        board = self.store.pods.current
        return board.pods if board else ()

    @property
    def candidate(self) -> Candidate | None:
        """The pod under the cursor."""
        return self.find_target(self.table.cursor_key)

    def find_target(self, key: str) -> Candidate | None:
        """The pod of a row: that very one, none that has its name now."""
        namespace, _, rest = key.partition("/")
        name, _, uid = rest.partition("/")
        board = self.store.pods.current
        found = board.find(namespace, name) if board and name else None
        return found if found and found.pod.uid == uid else None

    def expect(self, namespace: str, name: str, *, filtered: str = "") -> None:
        """Put the cursor on a pod as soon as it is known, among those that match."""
        self.expect_line(f"{namespace}/{name}", filtered=filtered)

    # For the frame.

    @property
    def freshness(self) -> Freshness | None:
        """That of the pods."""
        return freshness_of(self.store, self.store.pods)

    def left(self) -> None:
        """The log is not followed any more; `tick` goes on with it."""
        self.reading.tail.pause()
        self.log_row.pause()

    def tick(self) -> None:
        """Show what changed in the store."""
        self.store.look_at_pods()
        if not self._is_cut_off():
            self._show_pods(self.store.clock())
            if self.store.logs.key is None:
                self._settle()
        self.reading.take()
        self.logs_pane.tell(*self.reading.facts())
        self.log_row.tick()

    def crumbs(self) -> Sequence[str]:
        """The pod."""
        one = self.candidate
        return (one.pod.name,) if one else ()

    def tally(self) -> Sequence[Fact]:
        """How many are in trouble, and how many run."""
        counts = self._counts.of(self.pods)
        numbers = [counts[word] for word in TALLIED]
        if numbers != self._tallied:
            self._tallied = numbers
            self._tally = [
                Fact(f"{number} {word}" if number else "", role_of(word), 3 + place)
                for place, (word, number) in enumerate(zip(TALLIED, numbers, strict=True))
            ]
        return self._tally

    def pointless(self) -> frozenset[str]:
        """All acts while there is no pod."""
        return frozenset() if self.candidate else frozenset({"why", "describe", "delete", "evict", "mark_all"})

    def filter_hint(self, view: LineView) -> str:
        """Words and fields."""
        from k8stui.control.cleanup.plan import FIELDS

        return f"as {EXAMPLE}   fields: {' '.join(FIELDS)}" if view is self.table else ""

    # The table.

    def _show_pods(self, now: float) -> None:
        pods = self.pods
        if self.looks_elsewhere():
            self.table.set_columns(rows.sheet(everywhere=self._everywhere).columns)
            self._rows = rows.pod_rows(everywhere=self._everywhere)
        if not self.is_due(self.store.pods.current, pods, now):
            return
        kept = self._matching.of(pods, self._filter, now)
        create = f"They come with runs; {way_to('app.runs')} shows these."
        boards = self.store, "pods", self.store.pods
        self.table.set_empty(*why_board_empty(*boards, total=len(pods), filtered=self._filter, create=create))
        self.table.update_rows(self._rows.rows(kept, now), self._rows.renewed)
        self._go_to_expected()
        self.pods_pane.tell(*self.facts(len(kept), len(pods)))

    def _go_to_expected(self) -> None:
        board = self.store.pods.current
        expected = self.awaited()
        if not expected or board is None:
            return
        namespace, _, name = expected.partition("/")
        found = board.find(namespace, name)
        if found and self.table.go_to(rows.key_of(found)):
            return
        if board.freshness.synced:
            self.center.tell(f"The pod {name} is gone.")
            self._expected = ""

    @on(PickView.Highlighted, "#pods")
    def _highlighted(self, event: PickView.Highlighted) -> None:
        event.stop()
        self.settle_soon(self._settle)
        self.refresh_now()

    def _settle(self) -> None:
        one = self.candidate
        if one is not None or not self._is_cut_off():
            self.reading.read(one.pod if one else None)

    def _is_cut_off(self) -> bool:
        pods = self.store.pods
        return self.is_cut_off(pods.current.freshness if pods.current else None, pods.error)

    @on(PickView.Selected, "#pods")
    def _opened(self, event: PickView.Selected) -> None:
        event.stop()
        self.action_open()
