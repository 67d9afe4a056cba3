"""A question before something is changed: what it is about, by name and number, and No as the answer at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from k8stui_tui.keys import bindings, way_to
from k8stui_tui.sanitize import cell

_MOST_LINES = 12

_ACTIONS = {"yes": "confirm.yes", "first": "confirm.first_way", "second": "confirm.second_way"}
"""The action of each answer, whose key stands beside it."""


class ConfirmScreen(ModalScreen[str], inherit_bindings=False):
    """Asks; gives the word of the answer, an empty one for no."""

    SCOPES: ClassVar[tuple[str, ...]] = ("confirm",)
    BINDINGS = bindings("confirm")

    def __init__(self, question: str, *words: str, details: Sequence[str] = ()) -> None:
        """Make the question.

        Args:
            question: One sentence that names the objects or their number.
            words: What each answer but no does: one, `stop`, or two ways to do it.
            details: What will happen, and to which objects.
        """
        super().__init__()
        self._question, self._details = question, tuple(details)
        self._words = words
        self._names = ("yes",) if len(words) == 1 else ("first", "second")

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
                for word, name in zip(self._words, self._names, strict=True):
                    yield Button(f"{word} ({way_to(_ACTIONS[name])})", id=name, compact=True)
                yield Button(f"no ({way_to('confirm.no')})", id="no", compact=True)

    def on_mount(self) -> None:
        """No is the answer at hand."""
        self.set_focus(self.query_one("#no"))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self._answer(event.button.id)

    def _answer(self, name: str | None) -> None:
        """Give an answer by the name of its button; one that is not there is none."""
        if name in self._names:
            self.dismiss(self._words[self._names.index(name)])
        elif name == "no":
            self.dismiss("")

    # Actions, see actions/.

    def action_yes(self) -> None:
        """Do it, where there is one way."""
        self._answer("yes")

    def action_first_way(self) -> None:
        """Do it in the first way."""
        self._answer("first")

    def action_second_way(self) -> None:
        """Do it in the second way."""
        self._answer("second")

    def action_no(self) -> None:
        """Do nothing."""
        self._answer("no")

    def action_choose(self) -> None:
        """Take the answer that is marked."""
        self._answer(self.focused.id if self.focused else "no")

    def action_other(self) -> None:
        """Mark the next answer."""
        self.focus_next()

    def action_other_back(self) -> None:
        """Mark the answer before."""
        self.focus_previous()
