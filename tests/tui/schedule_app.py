"""The editor of schedules on an app of its own, with an engine that keeps one schedule in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from k8stui.control.schedules.editing import ScheduleEdit, applied, changes_of
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ConflictError
from k8stui.model.scheduleviews import ChangeView, FieldChange, FiringView, ScheduleView
from k8stui_tui.screens.schedule_editor.fields import texts_of
from k8stui_tui.screens.schedule_editor.screen import EditScheduleScreen
from tests.tui.create_app import Host
from tests.tui.harness import USUAL, screen_text

NOW = datetime(2026, 11, 24, 13, 33, tzinfo=UTC).timestamp()

NIGHTLY = ScheduleView(
    name="nightly-churn",
    namespace="ml",
    pipeline="train-churn",
    cron="0 2 * * *",
    time_zone="Europe/Berlin",
    concurrency="Allow",
    successful_history=3,
    failed_history=1,
    next=datetime(2026, 11, 25, 1, tzinfo=UTC).timestamp(),
    last_run=FiringView(run="nightly-churn-29", state=RunState.SUCCEEDED),
    usual=252.0,
    generation=4,
)


ETL = ScheduleView(
    name="etl-daily", namespace="ml", cron="30 2 * * *", time_zone="Europe/Berlin", usual=2400.0, generation=1
)


class Engine:
    """One schedule that others may change as well."""

    def __init__(self, view: ScheduleView = NIGHTLY) -> None:
        self.view = view
        self.edits: list[ScheduleEdit] = []
        self.parameters: list[dict[str, str]] = []
        self.files: list[str] = []
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_gate = asyncio.Event()

    async def save(
        self, edit: ScheduleEdit, seen: ScheduleView, parameters: Mapping[str, str], file: str
    ) -> ScheduleView:
        self.edits.append(edit)
        self.files.append(file)
        self.parameters.append(dict(parameters))
        self.at_gate.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        if seen.generation != self.view.generation:
            raise ConflictError(f"The schedule {seen.name} was changed since it was looked at.", hint="Look again.")
        self.change(edit)
        return self.view

    async def reload(self) -> ScheduleView:
        return self.view

    def change(self, edit: ScheduleEdit, by: str = "ada") -> None:
        fields = changes_of(self.view, edit)
        change = ChangeView(at=NOW, by=by, fields=fields)
        after = {"generation": self.view.generation + 1, "changes": (change, *self.view.changes)}
        self.view = applied(self.view, edit).model_copy(update=after)


class Editing:
    """The running editor, and what a person sees of it."""

    def __init__(self, pilot: Pilot[None], app: Host, engine: Engine) -> None:
        self.pilot, self.app, self.engine = pilot, app, engine

    @property
    def editor(self) -> EditScheduleScreen:
        assert isinstance(self.app.dialog, EditScheduleScreen)
        return self.app.dialog

    @property
    def texts(self) -> dict[str, str]:
        return self.editor._body.form.texts

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        return self.editor._body.changes

    def problem(self, name: str) -> str:
        return next(row.problem for row in self.editor._body.form.rows if row.field.name == name)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type in place of what stands in the field."""
        await self.press("end", "ctrl+u", *text)

    async def to_field(self, name: str) -> None:
        row = next(row for row in self.editor._body.form.rows if row.field.name == name)
        row.control.focus()
        await self.pilot.pause()

    async def settle(self) -> None:
        """Let workers end, unless they wait at the gate, and have the preview show what is typed."""
        if self.engine.gate.is_set():
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        if self.editor.is_attached:
            self.editor.settle()
        await self.pilot.pause()

    @property
    def text(self) -> str:
        return screen_text(self.app)

    def line_with(self, word: str) -> str:
        return next(line.strip(" │") for line in self.text.splitlines() if word in line)


def editor_of(engine: Engine, here: str = "Europe/Berlin") -> EditScheduleScreen:
    return EditScheduleScreen(
        engine.view,
        save=engine.save,
        reload=engine.reload,
        where="prod-eu, namespace ml",
        here=ZoneInfo(here),
        others=(ETL, engine.view),
        now=lambda: NOW,
    )


@asynccontextmanager
async def editing(
    engine: Engine | None = None, size: tuple[int, int] = USUAL, here: str = "Europe/Berlin"
) -> AsyncIterator[Editing]:
    engine = engine or Engine()
    app = Host(editor_of(engine, here))
    async with app.run_test(size=size) as pilot:
        shown = Editing(pilot, app, engine)
        await shown.settle()
        yield shown


__all__ = ["ETL", "NIGHTLY", "Editing", "Engine", "editing", "editor_of", "texts_of"]
