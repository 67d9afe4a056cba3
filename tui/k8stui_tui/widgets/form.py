"""A form: a line for each field, what it is for below it, and in the same place what is wrong with it.

What is wrong is said once a person has left the field or submits, and taken back as soon as it is right. Which field
has the focus is told by a sign, not by a colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from k8stui.authoring.forms import Field, Kind
from k8stui_tui.keys import bindings
from k8stui_tui.sanitize import cell, clip
from k8stui_tui.theme.glyphs import glyphs
from k8stui_tui.widgets.cells import shown_width
from k8stui_tui.widgets.controls import Changed, ChoiceControl, Complete, CompletingControl, Confirmed, TextControl

MOST_LABEL = 26
"""Columns of the longest label that is shown whole."""


class FieldRow(Vertical):
    """One field: its name, its control, and a note."""

    def __init__(self, field: Field, text: str, *, label: int, complete: Complete | None = None) -> None:
        """Make a row.

        Args:
            field: What it is.
            text: What stands in it at first.
            label: Columns of the label.
            complete: Gives the whole of what is typed into it, as far as that is clear.
        """
        super().__init__()
        self.field = field
        self._label = label
        self._problem = ""
        self._sign = Static("", markup=False, classes="field-sign")
        self.note = Static("", markup=False, classes="field-note")
        self.control: TextControl | ChoiceControl
        if field.kind in (Kind.FLAG, Kind.CHOICE):
            self.control = ChoiceControl(field.choices, text)
        elif complete is not None:
            self.control = CompletingControl(text, complete)
        else:
            self.control = TextControl(text, placeholder="(required)" if field.required else "")

    def compose(self) -> ComposeResult:
        """Sign, label, control; the note below."""
        name = Static(clip(cell(self.field.name), self._label), markup=False, classes="field-name")
        name.styles.width = self._label + 2
        self.note.styles.margin = (0, 1, 0, self._label + 4)
        with Horizontal(classes="field-line"):
            yield self._sign
            yield name
            yield self.control
        yield self.note

    def on_mount(self) -> None:
        """Say what it is for."""
        self._tell()

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.control.text

    @property
    def problem(self) -> str:
        """What is said to be wrong with it; empty for nothing."""
        return self._problem

    @problem.setter
    def problem(self, sentence: str) -> None:
        self._problem = sentence
        self._tell()

    def check(self) -> None:
        """Say what is wrong with what stands in it, if anything is."""
        self.problem = self.field.problem(self.text)

    def on_descendant_focus(self) -> None:
        """It is this one's turn."""
        self._sign.update(glyphs().cursor)
        self.scroll_visible(animate=False)

    def on_descendant_blur(self) -> None:
        """It was left. An empty field that nobody has reached yet is no mistake."""
        self._sign.update(" ")
        if self.text or self._problem:
            self.check()

    @on(Changed)
    def _changed(self) -> None:
        if self._problem:
            self.check()
        else:
            self._tell()

    def _tell(self) -> None:
        self.set_class(bool(self._problem), "wrong")
        self.note.update(f"! {cell(self._problem)}" if self._problem else cell(self._help()))

    def _help(self) -> str:
        field = self.field
        kind, colon, said = field.help.partition(": ") if field.parameter.description else (field.help, "", "")
        kind += ", required" if field.required else ""
        shown = f"{kind}{colon}{said}"
        if self.text != field.default and (default := field.default_said()):
            shown += f"  ({default})"
        return shown


class Form(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Fields and the button below them."""

    SCOPES: ClassVar[tuple[str, ...]] = ("form",)
    BINDINGS = bindings("form")

    DEFAULT_CSS = """
    Form {
        height: 1fr;
        max-width: 130;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $line;
        scrollbar-color-hover: $dim;
        scrollbar-color-active: $primary;
    }
    Form FieldRow { height: auto; }
    Form .field-line { height: 1; }
    Form .field-sign { width: 2; height: 1; color: $accent; }
    Form .field-name { height: 1; text-style: bold; }
    Form .field-note { height: auto; color: $dim; text-style: $quiet-text-style; }
    Form .wrong .field-note { color: $error; text-style: bold; }
    Form TextControl { width: 1fr; background: $panel; margin-right: 1; }
    Form TextControl:focus { background: $selection; }
    Form ChoiceControl { width: 1fr; height: 1; margin-right: 1; }
    Form .form-buttons { height: 1; margin: 1 0 0 2; }
    Form Button { margin-right: 2; }
    """

    class Submitted(Message):
        """The form is to be submitted, and nothing in it is known to be wrong.

        Attributes:
            texts: What stands in each field, by its name.
        """

        def __init__(self, texts: dict[str, str]) -> None:
            super().__init__()
            self.texts = texts

    class Cancelled(Message):
        """Never mind."""

    def __init__(
        self,
        fields: Sequence[Field],
        texts: Mapping[str, str] | None = None,
        *,
        submit: str = "submit",
        complete: Mapping[str, Complete] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make a form.

        Args:
            fields: From top to bottom.
            texts: What stands in them at first, where that is not their default.
            submit: What the button does, in a word.
            complete: Of fields whose text can be completed, by their names: what does it.
            id: For queries.
        """
        super().__init__(id=id)
        given, whole = dict(texts or {}), complete or {}
        label = min(MOST_LABEL, max((shown_width(field.name) for field in fields), default=0))
        self.rows = [
            FieldRow(field, given.get(field.name, field.default), label=label, complete=whole.get(field.name))
            for field in fields
        ]
        self._submit = submit

    def compose(self) -> ComposeResult:
        """The fields and the buttons."""
        yield from self.rows
        with Horizontal(classes="form-buttons"):
            yield Button(Content(f"[ {self._submit} ]"), id="form-submit", compact=True)
            yield Button(Content("[ cancel ]"), id="form-cancel", compact=True)

    @property
    def texts(self) -> dict[str, str]:
        """What stands in each field, by its name."""
        return {row.field.name: row.text for row in self.rows}

    def begin(self) -> None:
        """The focus to where there is something to do: the first field that needs a value, or the first of all."""
        empty = next((row for row in self.rows if row.field.required and not row.text), None)
        first = empty or next(iter(self.rows), None)
        (first.control if first else self.query_one("#form-submit")).focus()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say what is wrong with which fields, and go to the first of them.

        Args:
            problems: Sentences by the fields' names; those of other fields are taken back.
        """
        for row in self.rows:
            row.problem = problems.get(row.field.name, "")
        wrong = next((row for row in self.rows if row.problem), None)
        if wrong is not None:
            wrong.control.focus()

    @on(Confirmed)
    def _confirmed(self, event: Confirmed) -> None:
        event.stop()
        self.action_next_field()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "form-submit":
            self.action_submit()
        else:
            self.action_cancel()

    # Actions, see actions/.

    def action_submit(self) -> None:
        """Submit, unless a field is wrong."""
        texts = self.texts
        problems = {row.field.name: said for row in self.rows if (said := row.field.problem(texts[row.field.name]))}
        self.show_problems(problems)
        if not problems:
            self.post_message(self.Submitted(texts))

    def action_cancel(self) -> None:
        """Never mind."""
        self.post_message(self.Cancelled())

    def action_defaults(self) -> None:
        """All fields as they are by default."""
        for row in self.rows:
            row.control.text = row.field.default
            row.problem = ""

    def action_next_field(self) -> None:
        """To the next field, or the button."""
        self.screen.focus_next("Form *")

    def action_previous_field(self) -> None:
        """To the field before."""
        self.screen.focus_previous("Form *")
