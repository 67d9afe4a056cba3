"""A question before something is changed: what it is about, by name and number, and No as the answer at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from k8stui_tui.keys import bindings
from k8stui_tui.sanitize import cell

_MOST_LINES = 12


class ConfirmScreen(ModalScreen[bool], inherit_bindings=False):
    """Asks; gives True for yes."""

    SCOPES: ClassVar[tuple[str, ...]] = ("confirm",)
    BINDINGS = bindings("confirm")

    def __init__(self, question: str, *, yes: str, details: Sequence[str] = ()) -> None:
        """Make the question.

        Args:
            question: One sentence that names the objects or their number.
            yes: What the answer does, in one word: `stop`.
            details: What will happen, and to which objects.
        """
        super().__init__()
        self._question, self._details = question, tuple(details)
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Question, details, answers."""
        details = self._details
        if len(details) > _MOST_LINES:
            details = (*details[: _MOST_LINES - 1], f"and {len(details) - _MOST_LINES + 1} more")
        with Vertical(id="question"):
            yield Static(cell(self._question), markup=False, classes="asked")
            if details:
                yield Static("\n".join(map(cell, details)), markup=False, classes="details")
            with Horizontal(id="answers"):
                yield Button(f"{self._yes} (y)", id="yes", compact=True)
                yield Button("no (n)", id="no", compact=True)

    def on_mount(self) -> None:
        """No is the answer at hand."""
        self.set_focus(self.query_one("#no"))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    # Actions, see commands.py.

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Do nothing."""
        self.dismiss(False)

    def action_choose(self) -> None:
        """Take the answer that is marked."""
        self.dismiss(self.focused is not None and self.focused.id == "yes")

    def action_other(self) -> None:
        """Mark the other answer."""
        self.focus_next()
