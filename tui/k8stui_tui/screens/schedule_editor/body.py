"""A form, and beside or below it what becomes of the schedule that stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from k8stui.authoring.forms import FLAG_TEXTS, Field
from k8stui.model.scheduleviews import FieldChange
from k8stui_tui.screens.schedule_editor.fields import changed, complete_zone
from k8stui_tui.screens.schedule_editor.outlook import Look, Outlook
from k8stui_tui.screens.schedule_editor.preview import PreviewView
from k8stui_tui.widgets.controls import Changed
from k8stui_tui.widgets.form import Form

PAUSE = 0.05
"""Seconds after the last key until it is looked ahead anew."""

WIDE = 116
"""Columns from which on form and preview stand side by side."""

VERY_WIDE = 160
"""Columns from which on the preview has room for whole dates in two zones."""

_MINUTE = 60.0


@dataclass(frozen=True)
class Names:
    """Which fields say when.

    Attributes:
        cron: The expression's.
        zone: The zone's.
        suspend: The one that says whether it is suspended.
    """

    cron: str
    zone: str
    suspend: str


class FormWithPreview(Container):
    """A form with the fields of a schedule, and when that fires."""

    DEFAULT_CSS = """
    FormWithPreview { height: 1fr; layout: vertical; }
    FormWithPreview Form { height: 2fr; }
    FormWithPreview PreviewView { height: 3fr; padding: 0 0 0 2; border-top: solid $line; }
    FormWithPreview.wide { layout: horizontal; }
    FormWithPreview.wide Form { width: 1fr; height: 1fr; }
    FormWithPreview.wide PreviewView {
        width: 60; height: 1fr; border-top: none; border-left: vkey $line;
    }
    FormWithPreview.very-wide PreviewView { width: 84; }
    """

    def __init__(
        self,
        fields: Sequence[Field],
        texts: Mapping[str, str],
        *,
        names: Names,
        look: Look,
        now: Callable[[], float],
        submit: str,
        compared: bool = False,
    ) -> None:
        """Make them.

        Args:
            fields: From top to bottom.
            texts: What stands in them at first, where that is not their default.
            names: Which of them say when.
            look: Looks ahead.
            now: Seconds since the epoch.
            submit: What the button does, in a word.
            compared: Whether what differs from the defaults is shown as changes.
        """
        super().__init__()
        self._names, self._look, self._now = names, look, now
        self._submit, self._compared = submit, compared
        self.form = self._made(fields, texts)
        self.preview = PreviewView(self._seen())
        self._pause: Timer | None = None
        self._shown_at = now()

    def compose(self) -> ComposeResult:
        """The form, the preview."""
        yield self.form
        yield self.preview

    def on_mount(self) -> None:
        """Show what stands in the form, and again with each minute that goes by."""
        self._lay_out(
            self.app.size.width
        )  # Its own width comes later, and the first picture should be the one that stays.
        self.settle()
        self.set_interval(1.0, self._minute)

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room."""
        self._lay_out(event.size.width)

    def _lay_out(self, columns: int) -> None:
        self.set_class(columns >= WIDE, "wide")
        self.set_class(columns >= VERY_WIDE, "very-wide")

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What is not as it was."""
        return changed({row.field.name: row.field.default for row in self.form.rows}, self.form.texts)

    async def renew(self, fields: Sequence[Field], texts: Mapping[str, str]) -> None:
        """Other fields.

        Args:
            fields: From top to bottom.
            texts: What stands in them.
        """
        old, self.form = self.form, self._made(fields, texts)
        await self.mount(self.form, after=old)
        await old.remove()
        self.settle()

    def settle(self) -> Outlook:
        """Look ahead for what stands in the form now, and show it.

        Returns:
            What is shown.
        """
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        seen, texts = self._seen(), self.form.texts
        for row in self.form.rows:
            if row.field.name in (self._names.cron, self._names.zone) and (row.text or row.problem):
                row.check()
        suspended = texts.get(self._names.suspend) == FLAG_TEXTS[True]
        self.preview.show(seen, suspended=suspended, changes=self.changes if self._compared else ())
        return seen

    @on(Changed)
    def _typed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self.settle)

    def _minute(self) -> None:
        if self._now() // _MINUTE != self._shown_at // _MINUTE:
            self.settle()

    def _seen(self) -> Outlook:
        self._shown_at = self._now()
        texts = self.form.texts
        return self._look(texts[self._names.cron], texts[self._names.zone])

    def _made(self, fields: Sequence[Field], texts: Mapping[str, str]) -> Form:
        return Form(fields, texts, submit=self._submit, complete={self._names.zone: complete_zone})
