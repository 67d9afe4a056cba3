"""One line of text that is asked for before something is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from k8stui.model.errors import InvalidInputError, K8stuiError
from k8stui_tui.keys import bindings
from k8stui_tui.sanitize import cell
from k8stui_tui.widgets.controls import Confirmed, TextControl
from k8stui_tui.wording import error_lines


def typed(word: str, *, protected: bool) -> AskScreen:
    """A dialog that gives something only after a word was typed.

    Args:
        word: The name of a protected place, or a number.
        protected: Whether it is the former.
    """

    def check(text: str) -> None:
        if text.strip() != word:
            raise InvalidInputError(f"That is something else than {word}; escape leaves all as it is.")

    question = (
        f"{word} is protected. Type its name to go on." if protected else f"Type {word} to go on: so many are meant."
    )
    return AskScreen(question, "", hint="Nothing has been done yet.", check=check)


class AskScreen(ModalScreen["str | None"], inherit_bindings=False):
    """Gives what was typed, once it can be used; None for never mind."""

    SCOPES: ClassVar[tuple[str, ...]] = ("ask",)
    BINDINGS = bindings("ask")

    def __init__(self, question: str, text: str, *, hint: str, check: Callable[[str], object]) -> None:
        """Make the question.

        Args:
            question: One sentence.
            text: What stands there at first.
            hint: What can be typed.
            check: Raises K8stuiError for what cannot be used.
        """
        super().__init__()
        self._question, self._check = question, check
        self._field = TextControl(text)
        self._said = Static(cell(hint), markup=False, classes="details")

    def compose(self) -> ComposeResult:
        """Question, field, what is said of it."""
        with Vertical(id="asking"):
            yield Static(cell(self._question), markup=False, classes="asked")
            yield self._field
            yield self._said

    def on_mount(self) -> None:
        """The keys go to the field."""
        self.set_focus(self._field)

    @on(Confirmed)
    def _confirmed(self, event: Confirmed) -> None:
        event.stop()
        try:
            self._check(self._field.text)
        except K8stuiError as error:
            self._said.update("\n".join(map(cell, error_lines(error))))
        else:
            self.dismiss(self._field.text)

    # Actions, see actions/.

    def action_close(self) -> None:
        """Never mind."""
        self.dismiss(None)
