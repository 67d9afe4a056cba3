"""The editor of schedules: what is typed is answered at once, only what was changed is saved, and nobody is overruled
unseen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from k8stui.control.schedules.editing import ScheduleEdit
from k8stui.model.errors import ForbiddenError
from k8stui.model.scheduleviews import FieldChange, ScheduleView
from k8stui.model.views import SourceView
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.schedule_editor.fields import (
    edit_of,
    fields_for,
    parameters_of,
    settings_rule,
    texts_of,
)
from tests.tui.harness import LARGE, NARROW, USUAL
from tests.tui.schedule_app import NIGHTLY, NOW, Engine, editing


@pytest.mark.parametrize("size", [NARROW, USUAL, LARGE])
async def test_typing_shows_times_words_and_the_change(size: tuple[int, int]) -> None:
    async with editing(size=size) as shown:
        assert "Schedule nightly-churn" in shown.text
        assert "At 02:00" in shown.text
        await shown.type("30 4 * * 1-5")
        assert "At 04:30, Monday through Friday" in shown.text
        assert "Wed 25 Nov 04:30 CET" in shown.text
        assert "cron: 0 2 * * * -> 30 4 * * 1-5" in shown.text


async def test_problems_stand_at_their_field_while_it_is_typed() -> None:
    async with editing() as shown:
        await shown.type("0 0 * * 7")
        assert "! Refused by Kubernetes: end of range" in shown.text
        assert "Sunday is 0." in shown.text
        await shown.type("0 0 * * 0")
        assert "Refused" not in shown.text
        assert "only on Sunday" in shown.text


async def test_a_problem_is_not_saved() -> None:
    async with editing() as shown:
        await shown.type("0 0 * *")
        await shown.press("ctrl+s")
        assert shown.engine.edits == []
        assert "expected exactly 5 fields, found 4" in shown.problem("cron")


async def test_a_zone_is_suggested_and_tab_takes_it_then_goes_on() -> None:
    async with editing() as shown:
        await shown.to_field("time-zone")
        await shown.type("new york")
        assert "Did you mean America/New_York? tab takes it." in shown.problem("time-zone")
        assert "! No such time zone." in shown.text
        await shown.press("tab")
        assert shown.texts["time-zone"] == "America/New_York"
        assert "02:00 EST" in shown.text
        await shown.press("tab")
        assert shown.app.focused is not None
        assert shown.app.focused.__class__.__name__ == "ChoiceControl"


async def test_runs_that_would_overlap_are_noted() -> None:
    async with editing() as shown:
        await shown.type("*/2 * * * *")
        assert "they overlap" in " ".join(shown.text.split())


async def test_other_schedules_at_the_same_time_are_noted_and_it_is_no_other_itself() -> None:
    async with editing(size=LARGE) as shown:
        assert "also starts" not in shown.text
        await shown.type("30 2 * * *")
        assert "etl-daily also starts at 02:30 (Europe/Berlin)" in " ".join(shown.text.split())
        assert "nightly-churn also" not in shown.text


async def test_saving_gives_the_engine_exactly_the_changes_and_what_was_seen() -> None:
    async with editing() as shown:
        await shown.type("30 2 * * *")
        await shown.to_field("suspend")
        await shown.press("space", "ctrl+s")
        assert shown.engine.edits == [ScheduleEdit(cron="30 2 * * *", suspend=True)]
        assert shown.app.results == [shown.engine.view]


async def test_without_a_change_nothing_is_saved() -> None:
    async with editing() as shown:
        await shown.press("ctrl+s")
        assert shown.engine.edits == []
        assert "Nothing was changed" in shown.text
        await shown.press("escape")
        assert shown.app.results == [None]


async def test_one_that_never_fires_is_saved_only_when_that_is_meant() -> None:
    async with editing() as shown:
        await shown.type("0 0 30 2 *")
        await shown.press("ctrl+s")
        assert isinstance(shown.app.screen, ConfirmScreen)
        assert "nightly-churn will never fire" in shown.text
        await shown.press("n")
        assert shown.engine.edits == []
        await shown.press("ctrl+s", "y")
        assert shown.engine.edits == [ScheduleEdit(cron="0 0 30 2 *")]


async def test_leaving_asks_when_something_was_changed() -> None:
    async with editing() as shown:
        await shown.type("30 2 * * *")
        await shown.press("escape")
        assert "Leave without saving?" in shown.text
        await shown.press("n")
        assert shown.texts["cron"] == "30 2 * * *"
        await shown.press("escape", "y")
        assert shown.app.results == [None]


async def test_defaults_are_the_schedule_as_it_is() -> None:
    async with editing() as shown:
        await shown.type("30 2 * * *")
        await shown.press("ctrl+r")
        assert shown.changes == ()
        await shown.press("escape")
        assert shown.app.results == [None]


async def test_an_error_stands_in_place_and_saving_goes_on_after_it() -> None:
    engine = Engine()
    engine.error = ForbiddenError("You may not patch cronjobs in ml.", hint="Ask for the verb patch.")
    async with editing(engine) as shown:
        await shown.type("30 2 * * *")
        await shown.press("ctrl+s")
        assert "Error: You may not patch cronjobs in ml." in shown.text
        assert "Ask for the verb patch." in shown.text
        engine.error = None
        await shown.press("ctrl+s")
        assert shown.app.results == [engine.view]


async def test_while_it_is_saved_a_second_time_does_nothing_and_escape_stops_waiting() -> None:
    engine = Engine()
    engine.gate.clear()
    async with editing(engine) as shown:
        await shown.type("30 2 * * *")
        await shown.press("ctrl+s")
        await engine.at_gate.wait()
        await shown.press("ctrl+s")
        assert len(engine.edits) == 1
        assert "saving ..." in shown.text
        await shown.press("escape")
        assert "whether it was saved is not known" in shown.text
        assert shown.app.results == []


async def test_of_zenmls_only_the_timing_can_be_edited() -> None:
    engine = Engine(ScheduleView(name="zen", namespace="ml", origin="zenml", cron="0 2 * * *", time_zone="Etc/UTC"))
    async with editing(engine) as shown:
        assert list(shown.texts) == ["cron", "time-zone", "suspend"]
        assert (
            "Made by zenml: cron, time zone and suspension can be changed here, the rest not (concurrency Allow"
            in shown.text
        )


async def test_times_move_on_with_the_minutes() -> None:
    async with editing() as shown:
        assert "in 11h27m" in shown.line_with("next     ")
        shown.editor._body._now = shown.editor._now = lambda: NOW + 61
        shown.editor._body._minute()
        await shown.pilot.pause()
        assert "in 11h25m" in shown.line_with("next     ")


def test_the_day_of_these_tests_is_the_one_their_dates_mean() -> None:
    assert datetime.fromtimestamp(NOW, UTC).isoformat() == "2026-11-24T13:33:00+00:00"


class TestParameters:
    """Those of the pipeline, which its kept code must take."""

    RICH = NIGHTLY.model_copy(update={"parameters": {"rows": 15, "day": "yesterday", "rates": [0.1, 1.0]}})

    def test_they_stand_in_the_form_as_the_command_line_takes_them(self) -> None:
        texts = {one.name: one.default for one in fields_for(self.RICH)}
        wanted = {"param.rows": "15", "param.day": "yesterday", "param.rates": "[0.1, 1.0]"}
        assert {name: text for name, text in texts.items() if name.startswith("param.")} == wanted
        assert parameters_of(self.RICH, {**texts, "param.rows": "16"}) == {"rows": "16"}
        assert parameters_of(self.RICH, texts) == {}

    async def test_a_changed_one_is_saved_after_a_question_about_the_code(self) -> None:
        async with editing(Engine(self.RICH), LARGE) as shown:
            await shown.to_field("param.rows")
            await shown.type("16")
            assert shown.changes == (FieldChange(field="param.rows", old="15", new="16"),)
            await shown.press("ctrl+s")
            assert isinstance(shown.app.screen, ConfirmScreen)
            assert "Load the code that is kept with nightly-churn on this machine?" in shown.text
            assert shown.engine.edits == []
            await shown.press("y")
            assert (shown.engine.edits, shown.engine.parameters) == ([ScheduleEdit()], [{"rows": "16"}])

    async def test_no_code_is_loaded_for_anything_else_and_none_unasked(self) -> None:
        async with editing(Engine(self.RICH), LARGE) as shown:
            await shown.to_field("param.day")
            await shown.type("today")
            await shown.press("ctrl+s", "n")
            assert shown.engine.edits == []
            await shown.type("yesterday")
            await shown.to_field("failed-history")
            await shown.type("4")
            await shown.press("ctrl+s")
            assert (shown.engine.edits, shown.engine.parameters) == ([ScheduleEdit(failed_history=4)], [{}])

    async def test_a_parameter_that_somebody_else_took_away_is_no_crash(self) -> None:
        engine = Engine(self.RICH)
        async with editing(engine, LARGE) as shown:
            engine.view = NIGHTLY.model_copy(update={"generation": 5, "parameters": {"rows": 15}})
            await shown.to_field("failed-history")
            await shown.type("4")
            await shown.press("ctrl+s")
            assert "was changed by somebody else since you opened it" in shown.text
            await shown.press("2")
            assert engine.edits[-1] == ScheduleEdit(failed_history=4)
            assert "param.day" not in shown.texts if shown.editor.is_attached else engine.view.failed_history == 4


class TestCode:
    """What the pipeline is compiled with anew: image, settings, other code."""

    KEPT = NIGHTLY.model_copy(
        update={
            "source": SourceView(target="flows/train.py:train"),
            "image": "python:3",
            "settings": {"step_timeout": 60},
        }
    )

    def test_settings_that_are_set_changed_and_taken_back(self) -> None:
        texts = texts_of(self.KEPT)
        assert texts["settings"] == '{"step_timeout": 60}'
        assert edit_of(self.KEPT, texts) == ScheduleEdit()
        edit = edit_of(self.KEPT, {**texts, "settings": '{"run_timeout": 5}', "image": "python:4"})
        assert edit.settings is not None
        assert (edit.settings.explicit(), edit.unset, edit.image) == ({"run_timeout": 5}, ("step_timeout",), "python:4")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "an object of JSON"),
            ("[1]", "an object of JSON"),
            ('{"step_tiemout": 5}', "step_timeout"),
            ('{"step_timeout": "soon"}', "step_timeout"),
            ("{}", ""),
        ],
    )
    def test_wrong_settings_are_told_at_their_field(self, text: str, said: str) -> None:
        assert said in settings_rule(text)
        assert bool(settings_rule(text)) is bool(said)

    async def test_another_image_asks_before_the_kept_code_is_loaded(self) -> None:
        async with editing(Engine(self.KEPT), LARGE) as shown:
            await shown.to_field("image")
            await shown.type("python:4")
            await shown.press("ctrl+s")
            assert "Load the code that is kept with nightly-churn on this machine?" in shown.text
            await shown.press("y")
            assert (shown.engine.edits, shown.engine.files) == ([ScheduleEdit(image="python:4")], [""])

    async def test_other_code_is_ones_own_file_and_needs_no_question(self) -> None:
        async with editing(Engine(self.KEPT), LARGE) as shown:
            await shown.to_field("file")
            await shown.type("flows/new.py:train")
            await shown.press("ctrl+s")
            assert (shown.engine.edits, shown.engine.files) == ([ScheduleEdit()], ["flows/new.py:train"])
