"""The editor of a schedule: its fields, when it would fire, and what saving would change.

What takes time goes through functions that it is given: it knows no cluster. An edit is bound to the schedule as the
person saw it; where somebody else was faster, both sides are shown, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import tzinfo
from typing import TypeAlias

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker

from k8stui.authoring.rescheduling import completed
from k8stui.cluster.client import Cluster
from k8stui.control.schedules.editing import ScheduleEdit, edit_schedule
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.localzone import local_zone
from k8stui.control.words.spans import age, span
from k8stui.model.errors import ConflictError
from k8stui.model.scheduleviews import ScheduleView
from k8stui_tui.sanitize import cell, clip
from k8stui_tui.screens.acting import aligned
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.create.said import Keys, Said
from k8stui_tui.screens.schedule_editor.body import FormWithPreview, Names
from k8stui_tui.screens.schedule_editor.fields import (
    CRON,
    FILE,
    SUSPEND,
    ZONE,
    edit_of,
    fields_for,
    others_of,
    parameters_of,
    sides,
    texts_of,
    with_mine,
    with_theirs,
)
from k8stui_tui.screens.schedule_editor.outlook import Outlook, outlook, told
from k8stui_tui.theme.glyphs import ASCII, glyphs
from k8stui_tui.widgets.form import Form
from k8stui_tui.wording import error_lines

Save: TypeAlias = Callable[[ScheduleEdit, ScheduleView, Mapping[str, str], str], Awaitable[ScheduleView]]
"""Changes the schedule that was seen, with parameters of its pipeline, and the file of other code or an empty text.

Refuses where it is another one by now."""

Reload: TypeAlias = Callable[[], Awaitable[ScheduleView]]
"""The schedule as it is now."""


THEIRS, MINE = "take theirs", "save mine"
"""What can be done after somebody else was faster."""

SIDE = 22
"""Columns of a text that is shown beside two others."""


class EditScheduleScreen(ModalScreen[ScheduleView | None], inherit_bindings=False):
    """Edits a schedule; gives it as it was saved, or None when nothing was."""

    DEFAULT_CSS = """
    EditScheduleScreen { background: transparent; }
    EditScheduleScreen #edit-schedule {
        height: 1fr;
        margin-top: 1;
        background: $background;
        border-top: solid $line;
        border-title-color: $accent;
        border-title-style: bold;
    }
    EditScheduleScreen #edit-schedule.ascii { border-top: ascii $line; }
    EditScheduleScreen .about { height: auto; max-height: 3; padding: 0 2; color: $dim; text-style: $quiet-text-style; }
    """

    def __init__(
        self,
        view: ScheduleView,
        *,
        save: Save,
        reload: Reload,
        where: str,
        here: tzinfo,
        now: Callable[[], float] = time.time,
        others: Sequence[ScheduleView] = (),
    ) -> None:
        """Make the dialog.

        Args:
            view: The schedule as it is seen.
            save: Writes an edit.
            reload: Reads the schedule anew.
            where: Cluster and namespace, as a person knows them.
            here: The viewer's zone.
            now: Seconds since the epoch.
            others: Schedules of the same namespace, whose runs may be at work at the same time.
        """
        super().__init__()
        self.seen = view
        self._save, self._reload, self._where, self._here, self._now = save, reload, where, here, now
        self._others = tuple(others)
        self._about = Static(self._told_about(), markup=False, classes="about")
        self._said = Said()
        self._work: Worker[None] | None = None

    @classmethod
    def using(
        cls,
        cluster: Cluster,
        view: ScheduleView,
        *,
        context: str = "",
        others: Sequence[ScheduleView] = (),
        now: Callable[[], float] = time.time,
    ) -> EditScheduleScreen:
        """The dialog for a schedule of a cluster.

        Args:
            cluster: Where it is.
            view: The schedule as it is seen.
            context: Name of the kubeconfig's context; empty inside a cluster.
            others: Schedules of the same namespace.
            now: Seconds since the epoch.
        """
        namespace = view.namespace or cluster.namespace

        async def save(
            edit: ScheduleEdit, seen: ScheduleView, parameters: Mapping[str, str], file: str
        ) -> ScheduleView:
            whole = await completed(cluster, view.name, edit, parameters=parameters, target=file, namespace=namespace)
            return await edit_schedule(cluster, view.name, whole, namespace=namespace, seen=seen)

        async def reload() -> ScheduleView:
            return await show_schedule(cluster, view.name, namespace=namespace)

        where = ", ".join(filter(None, (context, f"namespace {namespace}")))
        return cls(view, save=save, reload=reload, where=where, here=local_zone(), now=now, others=others)

    def compose(self) -> ComposeResult:
        """Head, form and preview, what is said, keys."""
        self._body = self._made({})
        classes = "ascii" if glyphs() is ASCII else ""
        frame = Vertical(self._about, self._body, self._said, Keys("form"), id="edit-schedule", classes=classes)
        frame.border_title = Text(f"Schedule {cell(self.seen.name)}")  # as text: a name is no markup
        yield frame

    def on_mount(self) -> None:
        """Begin with the expression."""
        self._body.form.begin()

    def settle(self) -> None:
        """Have the preview show what stands in the form."""
        self._body.settle()

    # Saving.

    @on(Form.Submitted)
    def _submitted(self) -> None:
        if self._busy:
            return
        if not self._body.changes:
            self._said.note(["Nothing was changed: there is nothing to save."])
        elif self._body.settle().never:
            question = f"{self.seen.name} will never fire with {self._body.form.texts[CRON]!r}. Save it all the same?"
            self.app.push_screen(ConfirmScreen(question, "save", details=self._changes()), self._answered)
        else:
            self._answered("save")

    def _answered(self, answer: str | None) -> None:
        texts = self._body.form.texts
        made_anew = parameters_of(self.seen, texts) or edit_of(self.seen, texts).needs_spec
        if answer and made_anew and not texts.get(FILE):
            question = f"Load the code that is kept with {self.seen.name} on this machine?"
            details = ["That code puts its pipeline together anew, with what was changed.", *self._changes()]
            self.app.push_screen(ConfirmScreen(question, "load", details=details), self._sending)
        else:
            self._sending(answer)

    def _sending(self, answer: str | None) -> None:
        if answer:
            texts = self._body.form.texts
            edit, parameters = edit_of(self.seen, texts), parameters_of(self.seen, texts)
            self._work = self.run_worker(self._send(edit, parameters, texts.get(FILE, "").strip()), group="work")

    async def _send(self, edit: ScheduleEdit, parameters: Mapping[str, str], file: str) -> None:
        self._said.stage("saving")
        try:
            saved = await self._save(edit, self.seen, parameters, file)
        except asyncio.CancelledError:
            self._said.note(["Not waited for: whether it was saved is not known."])
            raise
        except ConflictError as error:
            await self._conflict(error)
        except Exception as error:
            self._said.error(error_lines(error))
        else:
            self.dismiss(saved)

    async def _conflict(self, error: ConflictError) -> None:
        try:
            theirs = await self._reload()
        except Exception as failure:
            self._said.error([*error_lines(error), *error_lines(failure)])
            return
        old, new = texts_of(self.seen), texts_of(theirs)
        if theirs.generation == self.seen.generation:
            self._said.error(error_lines(error))  # Something else stands against it.
            return
        self._said.error(error_lines(error)[:1])
        by = next((change.by for change in theirs.changes if change.by), "")
        question = f"{self.seen.name} was changed by {by or 'somebody else'} since you opened it; nothing was saved."
        found = sides(self._body.form.texts, old, new)
        rows = aligned([("", "was", "theirs", "yours"), *(tuple(clip(one, SIDE) for one in row) for row in found)])
        asked = ConfirmScreen(question, THEIRS, MINE, details=rows)
        self.app.push_screen(asked, lambda answer: self._decided(answer, theirs))

    async def _decided(self, answer: str | None, theirs: ScheduleView) -> None:
        if not answer:
            return
        old, new, typed = texts_of(self.seen), texts_of(theirs), self._body.form.texts
        self.seen = theirs
        self._about.update(self._told_about())
        merged = (with_theirs if answer == THEIRS else with_mine)(typed, old, new)
        await self._body.renew(fields_for(theirs), merged)
        self._body.form.begin()
        self._said.note(["These are their values, with what you typed in other fields."] if answer == THEIRS else [])
        if answer == MINE:
            self._submitted()

    # Leaving.

    @on(Form.Cancelled)
    def _leave(self) -> None:
        if self._work is not None and self._busy:
            self._work.cancel()
        elif self._body.changes:
            ask = ConfirmScreen("Leave without saving?", "leave", details=self._changes())
            self.app.push_screen(ask, self._left)
        else:
            self.dismiss(None)

    def _left(self, answer: str | None) -> None:
        if answer:
            self.dismiss(None)

    @property
    def _busy(self) -> bool:
        return self._work is not None and not self._work.is_finished

    def _changes(self) -> list[str]:
        return list(map(told, self._body.changes))

    def _look(self, cron: str, zone: str) -> Outlook:
        seen = self.seen
        return outlook(cron, zone, self._now(), self._here, usual=seen.usual, others=self._others, name=seen.name)

    def _made(self, texts: Mapping[str, str]) -> FormWithPreview:
        return FormWithPreview(
            fields_for(self.seen),
            texts,
            names=Names(CRON, ZONE, SUSPEND),
            look=self._look,
            now=self._now,
            submit="save",
            compared=True,
        )

    def _told_about(self) -> str:
        view, now = self.seen, self._now()
        facts = [f"pipeline {view.pipeline}" if view.pipeline else "", self._where]
        if view.suspended:
            facts.append("suspended")
        elif view.next is not None:
            facts.append(f"next in {age(now, view.next)}")
        if view.last_run is not None:
            facts.append(f"last: {view.last_run.state.value}")
        if view.usual is not None:
            facts.append(f"a run takes {span(view.usual)}")
        lines = [f" {glyphs().dot} ".join(filter(None, facts))]
        if view.origin != "k8stui":
            rest = f" ({', '.join(others)})" if (others := others_of(view)) else ""
            what = "cron, time zone and suspension can be changed here, the rest not"
            lines.append(f"Made by {view.origin}: {what}{rest}.")
        return "\n".join(map(cell, lines))
