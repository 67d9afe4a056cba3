"""The ports of pods that are reached at local ports: where, by how many connections, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from k8stui_tui.keys import bindings, footer_actions, way_to
from k8stui_tui.reach import at_hand, nodes_at_hand
from k8stui_tui.widgets.bar import Bar, key_fact
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.sheet import Sheet, by_text
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.control.pods.forwarding import Forward

SHEET: Sheet[Forward] = Sheet(
    lambda one: one.address,
    (Column("local", "LOCAL"), lambda one, _: by_text(one.address, "strong")),
    (Column("pod", "POD", flex=1, least=12, tail=8), lambda one, _: by_text(one.pod)),
    (Column("port", "PORT", right=True), lambda one, _: (Cell(str(one.ports.remote)), one.ports.remote)),
    (Column("open", "OPEN", right=True), lambda one, _: (Cell(str(one.open)), one.open)),
    (
        Column("state", "STATE", flex=2, least=9),
        lambda one, _: by_text(f"last: {one.said}", "caution") if one.said else by_text("listening", "good"),
    ),
)

LOOKS = 2
"""Looks at them in a second."""


class ForwardsScreen(ModalScreen[None], inherit_bindings=False):
    """Lists them while it is open."""

    SCOPES: ClassVar[tuple[str, ...]] = ("forwards",)
    BINDINGS = bindings("forwards")

    def __init__(self, forwards: list[Forward]) -> None:
        """Make the list.

        Args:
            forwards: Those that go on; others change it.
        """
        super().__init__()
        self._forwards = forwards
        self.table = LineTable(
            SHEET.columns, empty=f"No port is forwarded. {way_to('pods.forward')} on a pod forwards one."
        )
        self._foot = Bar(classes="dialog-footer")

    def compose(self) -> ComposeResult:
        """The list and its keys."""
        with Vertical(id="forwards"):
            yield Static("Forwarded ports", classes="asked")
            yield self.table
            yield self._foot

    def on_mount(self) -> None:
        """Look at them, and again."""
        self.set_focus(self.table)
        here, _ = footer_actions(at_hand(nodes_at_hand(self, self.table)))
        self._foot.show([key_fact(one, rank) for rank, one in enumerate(here, start=1) if one.scope == "forwards"])
        self._look()
        self.set_interval(1 / LOOKS, self._look)

    def _look(self) -> None:
        self.table.update_rows(SHEET.rows(self._forwards))

    # Actions, see actions/.

    def action_stop(self) -> None:
        """End the marked ones, or the one under the cursor."""
        for one in list(self._forwards):
            if one.address in self.table.targets:
                one.stop()
        self.table.set_marks(())
        self.call_after_refresh(self._look)

    def action_close(self) -> None:
        """Back to the screen; they go on."""
        self.dismiss(None)
