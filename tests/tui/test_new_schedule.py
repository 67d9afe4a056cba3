"""The dialog that creates a schedule: a pipeline's form, and with it when it runs by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import pytest

from k8stui.authoring.creating import FormChangedError, RunForm
from k8stui.control.schedules.creating import ScheduleRef
from k8stui.model.errors import ConflictError
from k8stui.model.schedule import Concurrency, ScheduleSpec
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.schedule_editor.new import NewSchedulePane, NewScheduleScreen
from tests.tui.create_app import TRAIN, Dialog, Engine, Host, form_fields, train
from tests.tui.harness import LARGE, NARROW, TIGHT, USUAL, Look, Shown, Size
from tests.tui.schedule_app import ETL, NOW


def engine_of(own: ScheduleSpec | None = None) -> Engine:
    engine = Engine()
    engine.form = RunForm(TRAIN, "train", train.__doc__ or "", form_fields(), {"day": "friday"}, schedule=own)
    engine.outcome = ScheduleRef("train-abcde", "ml", "train")
    return engine


def screen_of(engine: Engine) -> NewScheduleScreen:
    return NewScheduleScreen(
        discover=engine.discover,
        open_form=engine.open_form,
        submit=engine.submit,
        folder="flows",
        where="prod-eu, namespace ml",
        image="python:3.11-slim",
        here=ZoneInfo("Europe/Berlin"),
        now=lambda: NOW,
        others=[ETL],
    )


class Scheduling(Dialog):
    """The running dialog."""

    @property
    def pane(self) -> NewSchedulePane:
        return self.app.dialog.query_one(NewSchedulePane)

    async def fill_in(self, name: str, text: str) -> None:
        row = next(row for row in self.pane.form.rows if row.field.name == name)
        row.control.focus()
        await self.pilot.press("end", "ctrl+u", *text)
        await self.settle()
        self.pane.preview.settle()
        await self.pilot.pause()


@asynccontextmanager
async def scheduling(engine: Engine | None = None, size: tuple[int, int] = USUAL) -> AsyncIterator[Scheduling]:
    engine = engine or engine_of()
    app = Host(screen_of(engine))
    async with app.run_test(size=size) as pilot:
        shown = Scheduling(pilot, app, engine)
        await shown.settle()
        await shown.press("enter")
        yield shown


@pytest.mark.parametrize("size", [NARROW, USUAL, LARGE])
async def test_a_pipeline_is_picked_then_its_form_asks_for_the_times_first(size: Size) -> None:
    async with scheduling(size=size) as shown:
        assert "New schedule of train" in shown.text
        assert "Type a cron expression to see when it fires." in shown.text
        await shown.fill_in("--cron", "30 2 * * *")
        assert "At 02:30" in shown.text
        assert "Wed 25 Nov 02:30 UTC" in shown.text


async def test_the_order_is_the_run_and_its_schedule() -> None:
    async with scheduling() as shown:
        for name, text in (
            ("--cron", "30 2 * * *"), ("--time-zone", "Europe/Berlin"), ("rows", "7"), ("--name", "nightly"),
            ("--starting-deadline", "60"), ("--image", "mine"),
        ):  # fmt: skip
            await shown.fill_in(name, text)
        assert "etl-daily also starts at 02:30" in " ".join(shown.text.split())
        await shown.press("ctrl+s")
        (order,) = shown.engine.orders
        assert order.schedule == ScheduleSpec(
            cron="30 2 * * *", time_zone="Europe/Berlin", name="nightly", starting_deadline=60
        )
        assert (order.image, order.texts["day"], order.texts["rows"]) == ("mine", "friday", "7")
        assert set(order.texts) == {one.name for one in form_fields()}
        assert shown.app.results == [shown.engine.outcome]


async def test_the_pipelines_own_schedule_stands_in_the_form() -> None:
    own = ScheduleSpec(cron="@weekly", time_zone="Europe/Berlin", concurrency=Concurrency.FORBID, suspend=True)
    async with scheduling(engine_of(own)) as shown:
        assert "only on Sunday" in shown.text
        assert "It is suspended" in shown.text
        await shown.press("ctrl+s")
        assert shown.engine.orders[0].schedule == own


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("--cron", "", "It needs one"),
        ("--cron", "0 0 * * 7", "Refused by Kubernetes"),
        ("--time-zone", "Mars", "time zone"),
        ("--name", "Not_A_Name", "lower-case letters"),
        ("--name", "n" * 60, "60 characters"),
        ("--starting-deadline", "soon", "no whole number"),
        ("rows", "many", "is not an int"),
    ],
)
async def test_mistakes_stand_at_their_fields_and_nothing_is_created(name: str, text: str, said: str) -> None:
    async with scheduling(engine_of(ScheduleSpec(cron="@daily"))) as shown:
        await shown.fill_in(name, text)
        await shown.press("ctrl+s")
        assert shown.engine.orders == []
        assert said in next(row.problem for row in shown.pane.form.rows if row.field.name == name)


async def test_one_that_never_fires_is_created_only_when_that_is_meant() -> None:
    async with scheduling() as shown:
        await shown.fill_in("--cron", "0 0 30 2 *")
        await shown.press("ctrl+s")
        assert isinstance(shown.app.screen, ConfirmScreen)
        await shown.press("n")
        assert shown.engine.orders == []
        await shown.press("ctrl+s", "y")
        assert len(shown.engine.orders) == 1


async def test_errors_and_other_parameters_keep_what_was_typed() -> None:
    def edited(day: str, rows: int = 5, late: bool = False) -> None: ...

    engine = engine_of()
    engine.outcome = ConflictError("There is a schedule nightly already.", hint="Give it another name.")
    async with scheduling(engine) as shown:
        await shown.fill_in("--cron", "30 2 * * *")
        await shown.press("ctrl+s")
        assert "Error: There is a schedule nightly already." in shown.text
        engine.outcome = FormChangedError("The parameters changed", hint="Look.", fields=form_fields(edited))
        await shown.press("ctrl+s")
        assert "Error: The parameters changed" in shown.text
        assert shown.pane.form.texts["--cron"] == "30 2 * * *"
        assert shown.pane.form.texts["late"] == "false"
        engine.outcome = ScheduleRef("train-abcde", "ml", "train")
        await shown.press("ctrl+s")
        assert shown.app.results == [engine.outcome]


class TestPictures:
    """The form as pictures."""

    @TIGHT
    def test_form(self, looks: Look, size: Size) -> None:
        """The second step of a new schedule."""
        assert looks(size=size, then=_fill)


async def _fill(shown: Shown) -> None:
    screen = screen_of(engine_of())
    shown.app.push_screen(screen)
    await shown.until("skipped: broken.py")
    await shown.keys("enter")
    await shown.until("▌ --cron")
    await shown.keys(*"30 2 * * *")
    screen.query_one(NewSchedulePane).preview.settle()
    await shown.pilot.pause()
