"""Logs side by side: that of what the cursor is on, and those that a person pinned, which stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from k8stui_tui.keys import way_to
from k8stui_tui.screens.tailing import Tail
from k8stui_tui.store import Store
from k8stui_tui.widgets.log import LogPane
from k8stui_tui.widgets.logacts import LogActs
from k8stui_tui.widgets.pane import Pane

if TYPE_CHECKING:
    from k8stui.control.logs.many import LogQuery
    from k8stui_tui.screens.frame import FrameScreen


class Pin:
    """A log that stays.

    Attributes:
        pane: Where it is shown.
    """

    def __init__(self, store: Store, place: int) -> None:
        log = LogPane(id=f"pinned-{place}")
        self.pane = Pane("PINNED", log, id=f"pinned-pane-{place}")
        self.pane.add_class("unused", "pinned")
        self._tail = Tail(store, log, store.pinned[place])
        self._store = store
        self._query: LogQuery | None = None
        self._context = ""

    @property
    def used(self) -> bool:
        """Whether something is pinned here."""
        return self._query is not None

    def take_over(self, tail: Tail) -> None:
        """Stay on what is followed there, as it is looked at there."""
        self._query, self._tail.scope, self._tail.named = tail.query, tail.scope, tail.named
        self._context = self._store.place.context
        self._tail.pane.look_as(tail.pane)
        self.pane.remove_class("unused")
        self.tick()

    def let_go(self) -> None:
        """Show nothing any more."""
        self._query = None
        self._tail.forget()
        self.pane.add_class("unused")

    def pause(self) -> None:
        """Follow it no more; `tick` goes on."""
        self._tail.pause()

    def tick(self) -> None:
        """Show what came. In another cluster there is no such log."""
        if self._query is None:
            return
        if self._context != self._store.place.context:
            self.let_go()
            return
        self._tail.follow(self._query, named=self._tail.named, scope=self._tail.scope)
        self._tail.take("No log lines.")
        self.pane.tell(*self._tail.facts())


class LogRow(Horizontal):
    """The log pane of a screen, and those pinned beside it."""

    def __init__(self, store: Store, main: Pane, tail: Tail, *, id: str) -> None:  # noqa: A002 - Textual's name
        """Make the row.

        Args:
            store: Where logs come from.
            main: The pane of what the cursor is on.
            tail: What fills it.
            id: For queries.
        """
        super().__init__(id=id)
        self.main, self._tail = main, tail
        self.pins = [Pin(store, place) for place in range(len(store.pinned))]

    def compose(self) -> ComposeResult:
        """The main pane, and room for pins."""
        yield self.main
        for pin in self.pins:
            yield pin.pane

    def on_mount(self) -> None:
        """Keep as many lines as the person wants."""
        lines = cast("FrameScreen", self.screen).center.config.logs.lines
        for log in self.query(LogPane):
            log.buffer.most = lines

    @property
    def panes(self) -> Sequence[Pane]:
        """Those that are seen."""
        return self.main, *(pin.pane for pin in self.pins if pin.used)

    def tick(self) -> None:
        """Show what came to the pinned ones."""
        for pin in self.pins:
            pin.tick()

    def pause(self) -> None:
        """Follow no pinned log; `tick` goes on."""
        for pin in self.pins:
            pin.pause()

    @on(LogActs.Pin)
    def _pin(self, event: LogActs.Pin) -> None:
        event.stop()
        pinned = next((pin for pin in self.pins if pin.pane.view is event.pane), None)
        free = next((pin for pin in self.pins if not pin.used), None)
        if pinned is not None:
            pinned.let_go()
            self.screen.set_focus(self.main.view)
        elif free is None:
            way = way_to("log.pin")
            self.notify(f"{len(self.pins)} logs are pinned already: {way} in one of them lets it go.", markup=False)
        elif self._tail.query is not None:
            free.take_over(self._tail)
