"""The editor of schedules, where somebody else has edited the same one: nobody is overruled unseen."""

from __future__ import annotations

from k8stui.control.schedules.editing import ScheduleEdit
from k8stui.model.errors import ConflictError
from k8stui.model.schedule import Concurrency
from k8stui_tui.screens.confirm import ConfirmScreen
from tests.tui.schedule_app import Editing, Engine, editing


async def conflicting(shown: Editing) -> None:
    """One's own cron and deadline, and meanwhile another cron and concurrency by somebody else."""
    await shown.type("30 2 * * *")
    await shown.to_field("starting-deadline")
    await shown.type("60")
    shown.engine.change(ScheduleEdit(cron="15 2 * * *", concurrency=Concurrency.FORBID), by="grace")
    await shown.press("ctrl+s")


async def test_a_conflict_shows_both_sides_and_saves_nothing() -> None:
    async with editing() as shown:
        await conflicting(shown)
        assert isinstance(shown.app.screen, ConfirmScreen)
        assert "nightly-churn was changed by grace since you opened it" in shown.text
        text = " ".join(shown.text.replace("│", "").split())
        assert "was theirs yours cron 0 2 * * * 15 2 * * * 30 2 * * * concurrency Allow Forbid" in text
        assert "Forbid starting-deadline any any 60" in text
        await shown.press("escape")
        assert shown.engine.view.cron == "15 2 * * *"
        assert shown.texts["cron"] == "30 2 * * *"


async def test_theirs_are_taken_and_what_they_did_not_touch_stays_as_typed() -> None:
    async with editing() as shown:
        await conflicting(shown)
        await shown.press("1")
        assert (shown.texts["cron"], shown.texts["concurrency"]) == ("15 2 * * *", "Forbid")
        assert shown.texts["starting-deadline"] == "60"
        await shown.press("ctrl+s")
        assert shown.engine.edits[-1] == ScheduleEdit(starting_deadline=60)
        assert shown.app.results == [shown.engine.view]


async def test_mine_are_saved_over_theirs_where_i_made_any() -> None:
    async with editing() as shown:
        await conflicting(shown)
        await shown.press("2")
        assert shown.engine.edits[-1] == ScheduleEdit(cron="30 2 * * *", starting_deadline=60)
        saved = shown.engine.view
        assert (saved.cron, saved.concurrency, saved.starting_deadline) == ("30 2 * * *", "Forbid", 60)
        assert shown.app.results == [saved]


async def test_a_conflict_that_is_no_edit_is_told_as_it_is() -> None:
    engine = Engine()
    engine.error = ConflictError("The schedule nightly-churn has lost its template.", hint="Create it again.")
    async with editing(engine) as shown:
        await shown.type("30 2 * * *")
        await shown.press("ctrl+s")
        assert "has lost its template" in shown.text
        assert "Create it again." in shown.text
