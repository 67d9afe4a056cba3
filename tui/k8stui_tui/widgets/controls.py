"""What a form's fields are typed or chosen with: a line of text, and one of several words.

Whatever they are given to show may hold anything; what they give back is what they were given, until a person changes
it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from k8stui_tui.keys import bindings
from k8stui_tui.sanitize import cell
from k8stui_tui.widgets.cells import shown_width

Complete: TypeAlias = Callable[[str], str]
"""Gives the whole of what is typed into a line; empty when that is whole already, or not clear."""


class Changed(Message):
    """What a control holds is something else now.

    Attributes:
        widget: The control.
    """

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget


class Confirmed(Changed):
    """Enter was pressed in it."""


class TextControl(Input):
    """One line of text."""

    def __init__(self, text: str, *, placeholder: str = "") -> None:
        """Make a line.

        Args:
            text: What stands in it; line breaks and control characters are kept, but not shown as such.
            placeholder: What is shown while nothing stands in it.
        """
        self._given = (cell(text), text)
        super().__init__(cell(text), placeholder=cell(placeholder), compact=True, select_on_focus=False)
        self.cursor_blink = False  # A blinking cursor keeps a slow line busy.

    def validate_value(self, value: str) -> str:
        """Text that was pasted may hold anything as well."""
        return cell(value)

    @property
    def text(self) -> str:
        """What stands in it: the text it was given, as long as nobody changed it."""
        shown, given = self._given
        return given if self.value == shown else self.value

    @text.setter
    def text(self, text: str) -> None:
        self._given = (cell(text), text)
        self.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        event.stop()
        self.post_message(Changed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(Confirmed(self))


class CompletingControl(TextControl):
    """A line of text that can be completed."""

    SCOPES: ClassVar[tuple[str, ...]] = ("complete",)
    BINDINGS = bindings("complete")

    def __init__(self, text: str, complete: Complete) -> None:
        """Make a line.

        Args:
            text: What stands in it.
            complete: Gives the whole of what is typed.
        """
        super().__init__(text)
        self._complete = complete

    def action_complete(self) -> None:
        """Complete it, or go on where it is complete."""
        if whole := self._complete(self.text):
            self.text = whole
            self.cursor_position = len(whole)
        else:
            self.post_message(Confirmed(self))


class ChoiceControl(Widget, can_focus=True):
    """One of several words, the chosen one in brackets; all in one line where there is room."""

    SCOPES: ClassVar[tuple[str, ...]] = ("choice",)
    BINDINGS = bindings("choice")

    def __init__(self, choices: Sequence[str], text: str) -> None:
        """Make a choice.

        Args:
            choices: What there is.
            text: What is chosen; anything else for nothing yet.
        """
        super().__init__()
        self._choices = tuple(choices)
        self._text = text

    @property
    def text(self) -> str:
        """What is chosen; empty for nothing."""
        return self._text if self._text in self._choices else ""

    @text.setter
    def text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.refresh()
            self.post_message(Changed(self))

    def on_key(self, event: events.Key) -> None:
        """A letter chooses the next word that begins with it."""
        letter = event.character or ""
        if event.key in ("enter", "space") or not letter.isprintable() or not letter.strip():
            return
        place = self._place
        later = (*self._choices[place + 1 :], *self._choices[: place + 1])
        found = next((one for one in later if one.lower().startswith(letter.lower())), None)
        if found is not None:
            event.stop()
            self.text = found

    def on_click(self, event: events.Click) -> None:
        """A click on a word chooses it; where the words do not fit, the next one."""
        _, ends = self._drawn()
        if not ends:
            self.action_next_choice()
        elif (place := bisect_right(ends, event.x)) < len(self._choices):
            self.text = self._choices[place]

    def render(self) -> Content:
        """The words, or the chosen one where they do not fit."""
        return self._drawn()[0]

    # Actions, see actions/.

    def action_next_choice(self) -> None:
        """The next word, after the last the first."""
        self.text = self._choices[(self._place + 1) % len(self._choices)]

    def action_previous_choice(self) -> None:
        """The word before."""
        self.text = self._choices[(max(self._place, 0) - 1) % len(self._choices)]

    def action_confirm_choice(self) -> None:
        """Go on."""
        self.post_message(Confirmed(self))

    @property
    def _place(self) -> int:
        return self._choices.index(self._text) if self._text in self._choices else -1

    def _drawn(self) -> tuple[Content, list[int]]:
        """What is seen with this much room, and the columns behind each word; none where only one is shown."""
        style = "reverse" if self.has_focus else "bold"
        shown = [cell(one) for one in self._choices]
        place = self._place
        if sum(shown_width(one) + 3 for one in shown) > self.size.width:
            chosen = f"[{shown[place]}]" if place >= 0 else "[ ]"
            return Content.assemble((chosen, style), f" {place + 1} of {len(shown)}"), []
        parts: list[str | tuple[str, str]] = [("[ ]", style) if self.has_focus and place < 0 else ""]
        x = len(parts[0][0]) if parts[0] else 0
        ends = []
        for number, one in enumerate(shown):
            parts += [(f"[{one}]", style) if number == place else f" {one} ", " "]
            ends.append(x := x + shown_width(one) + 3)
        return Content.assemble(*parts), ends
