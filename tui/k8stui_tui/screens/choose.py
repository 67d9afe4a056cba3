"""A choice among a few names, each with words on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from k8stui_tui.keys import bindings
from k8stui_tui.sanitize import cell
from k8stui_tui.widgets.cells import Cell
from k8stui_tui.widgets.columns import Column
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.table import LineTable, Row


class ChooseScreen(ModalScreen["str | None"], inherit_bindings=False):
    """Gives the name that was chosen; None for none."""

    SCOPES: ClassVar[tuple[str, ...]] = ("choose",)
    BINDINGS = bindings("choose")

    def __init__(self, question: str, names: Mapping[str, str], *, title: str) -> None:
        """Make the question.

        Args:
            question: One sentence.
            names: The names with words on each, the likeliest first.
            title: What one of them is called.
        """
        super().__init__()
        self._question, self._names = question, names
        columns = (Column("name", title.upper(), flex=1), Column("about", "", flex=2))
        self.table = LineTable(columns, empty="None.")

    def compose(self) -> ComposeResult:
        """Question and list."""
        with Vertical(id="choices"):
            yield Static(cell(self._question), markup=False, classes="asked")
            yield self.table

    def on_mount(self) -> None:
        """The cursor on the first one."""
        rows = [Row(name, (Cell(name, "strong"), Cell(about, "dim"))) for name, about in self._names.items()]
        self.table.styles.height = min(len(rows), 12) + 1
        self.table.update_rows(rows)
        self.set_focus(self.table)

    @on(PickView.Selected)
    def _chosen(self, event: PickView.Selected) -> None:
        event.stop()
        if event.key:
            self.dismiss(event.key)

    # Actions, see actions/.

    def action_close(self) -> None:
        """Choose none."""
        self.dismiss(None)
