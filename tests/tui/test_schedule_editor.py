"""The editor of schedules: what is typed is answered at once, only what was changed is saved, and nobody is overruled
unseen."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.schedules.editing import ScheduleEdit, changes_of
from k8stui.model.errors import ConflictError, ForbiddenError
from k8stui.model.schedule import Concurrency
from k8stui.model.scheduleviews import FieldChange, ScheduleView
from k8stui.model.views import SourceView
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.schedule_editor.fields import (
    changed,
    complete_zone,
    cron_rule,
    edit_of,
    fields_for,
    parameters_of,
    settings_rule,
    texts_of,
    with_mine,
    with_theirs,
    zone_rule,
)
from k8stui_tui.screens.schedule_editor.outlook import lines, outlook
from tests.chances import examples
from tests.tui.harness import LARGE, NARROW, USUAL
from tests.tui.schedule_app import NIGHTLY, NOW, Editing, Engine, editing

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
TYPED = st.one_of(st.text(), st.text("0123456789*/-,? @evrydailmnsuJAL#TZ\t", max_size=60), st.just("0-59 0-22 * * *"))


def told(cron: str, zone: str = "Europe/Berlin", columns: int = 100, rows: int = 40, here: ZoneInfo = BERLIN) -> str:
    drawn = lines(outlook(cron, zone, NOW, here), columns, rows)
    return "\n".join("".join(text for text, _ in line).rstrip() for line in drawn)


class TestPreview:
    """The lines that tell when a schedule fires."""

    def test_times_with_weekday_date_zone_and_how_long_until_then(self) -> None:
        first, second, *rest = told("30 2 * * *").splitlines()
        assert first == "At 02:30"
        assert second == "next     Wed 25 Nov 02:30 CET  in 11h57m"
        assert len([line for line in rest if " CET " in line]) == 9

    def test_the_viewers_own_time_where_it_is_another(self) -> None:
        assert "Wed 25 Nov 02:30 CET  Tue 24 Nov 20:30 EST  in 11h57m" in told("30 2 * * *", here=NEW_YORK)
        assert "Wed 25 Nov 02:30 CET  Tue 20:30 EST  in 11h57m" in told("30 2 * * *", here=NEW_YORK, columns=56)
        assert "EST" not in told("30 2 * * *", here=NEW_YORK, columns=50)

    def test_the_year_where_it_is_another_one(self) -> None:
        assert "Sat 29 Jan 2028" not in told("0 2 * * *")
        assert "Tue 29 Feb 2028 02:00 CET" in told("0 2 29 2 *")

    def test_seconds_where_there_are_any(self) -> None:
        assert "Tue 24 Nov 14:33:07 CET" in told("@every 7s")

    def test_little_room_folds_times_and_keeps_notes(self) -> None:
        found = told("30 2 * * *", columns=78, rows=10).splitlines()
        assert len(found) == 10
        assert found[5].split() == ["and", "6", "more", "until", "Fri", "04", "Dec", "2026"]
        assert "28 Mar 2027 02:30 does not exist" in found[6]
        assert len(told("30 2 * * *", columns=78, rows=3).splitlines()) == 9, "some times are there in any case"

    def test_what_is_refused_has_no_times(self) -> None:
        assert told("0 0 * * 7") == "No times: Kubernetes refuses the cron expression."
        assert told("0 0 * * *", "Mars/Base") == "No times: the time zone is not known."
        assert told("0 0 30 2 *").startswith("It never fires.")

    def test_a_suspended_one_says_that_nothing_starts(self) -> None:
        drawn = lines(outlook("0 4 * * *", "Etc/UTC", NOW, BERLIN), 100, 40, suspended=True)
        assert "It is suspended" in drawn[-1][1][0]

    def test_long_words_are_broken(self) -> None:
        found = told("*/20 9-17 1,15 */2 1-5", columns=50).splitlines()
        assert " ".join(found[:3]).startswith("Every 20 minutes, between 09:00 and 17:59, on day 1 and 15 of the month")

    def test_changes_stand_on_top(self) -> None:
        change = FieldChange(field="cron", old="0 2 * * *", new="30 2 * * *")
        drawn = lines(outlook("30 2 * * *", "Etc/UTC", NOW, BERLIN), 100, 40, changes=[change])
        assert drawn[1][1][0] == "cron: 0 2 * * * -> 30 2 * * *"

    @examples(80)
    @given(TYPED, st.one_of(st.text(), st.sampled_from(["Europe/Berlin", "Etc/UTC", "Africa/Casablanca"])))
    def test_any_text_is_answered_and_soon(self, cron: str, zone: str) -> None:
        begun = time.process_time()
        told(cron, zone)
        cron_rule(cron)
        zone_rule(zone)
        assert time.process_time() - begun < 2

    @pytest.mark.parametrize("cron", ["1," * 200_000 + "1 * * * *", "x" * 10**6, "1 " * 10**6, "1/" * 10**6])
    def test_what_no_person_types_is_not_looked_at(self, cron: str) -> None:
        begun = time.process_time()
        assert "longer than" in cron_rule(cron)
        assert "longer than" in zone_rule(cron)
        assert told(cron, cron) == "No times: Kubernetes refuses the cron expression."
        assert time.process_time() - begun < 0.5

    @examples(30)
    @given(TYPED, st.integers(1, 200), st.integers(0, 60))
    def test_lines_fit_wherever_there_is_some_room(self, cron: str, columns: int, rows: int) -> None:
        for line in told(cron, columns=columns, rows=rows).splitlines()[1:]:
            assert len(line) <= max(columns, 50)


class TestFields:
    """What is meant by what stands in the form."""

    def test_only_what_was_changed_is_in_the_edit(self) -> None:
        texts = texts_of(NIGHTLY)
        assert edit_of(NIGHTLY, texts) == ScheduleEdit()
        assert edit_of(NIGHTLY, {**texts, "cron": "1 2 * * *"}) == ScheduleEdit(cron="1 2 * * *")
        everything = {
            "cron": "@daily", "time-zone": "Etc/UTC", "suspend": "true", "concurrency": "Forbid",
            "starting-deadline": "60", "successful-history": "0", "failed-history": "7",
        }  # fmt: skip
        assert edit_of(NIGHTLY, everything) == ScheduleEdit(
            cron="@daily", time_zone="Etc/UTC", suspend=True, concurrency=Concurrency.FORBID,
            starting_deadline=60, successful_history=0, failed_history=7,
        )  # fmt: skip

    def test_the_engine_finds_the_changes_that_the_form_shows(self) -> None:
        texts = {**texts_of(NIGHTLY), "cron": "@daily", "failed-history": "7"}
        assert changes_of(NIGHTLY, edit_of(NIGHTLY, texts)) == changed(texts_of(NIGHTLY), texts)

    def test_an_empty_deadline_is_any(self) -> None:
        late = NIGHTLY.model_copy(update={"starting_deadline": 30})
        edit = edit_of(late, {**texts_of(late), "starting-deadline": ""})
        assert edit == ScheduleEdit(starting_deadline="none")
        (change,) = changed(texts_of(late), {**texts_of(late), "starting-deadline": ""})
        assert (change.old, change.new) == ("30", "any")

    def test_what_is_so_already_is_no_mistake(self) -> None:
        odd = NIGHTLY.model_copy(update={"cron": "TZ=UTC 0 2 * * *", "failed_history": None})
        assert [one.name for one in fields_for(odd) if one.problem(texts_of(odd)[one.name])] == []
        assert fields_for(odd)[0].problem("0 0 * * 7").startswith("Refused by Kubernetes: end of range (7)")

    @pytest.mark.parametrize("text", ["-1", "1.5", "x", "9999999999", "٣", "9" * 5000])
    def test_numbers_are_whole_and_not_too_large(self, text: str) -> None:
        by_name = {one.name: one for one in fields_for(NIGHTLY)}
        assert "no whole number" in by_name["starting-deadline"].problem(text)
        assert "no whole number" in by_name["failed-history"].problem(text)
        assert by_name["starting-deadline"].problem("") == ""

    def test_a_zone_is_completed_and_a_whole_one_left_alone(self) -> None:
        assert complete_zone("europe/berl") == "Europe/Berlin"
        assert complete_zone("Europe/Berlin") == complete_zone("") == ""

    def test_of_two_editors_each_keeps_what_the_other_did_not_touch(self) -> None:
        old = {"cron": "1", "zone": "A", "suspend": "false"}
        theirs = {"cron": "2", "zone": "A", "suspend": "true"}
        typed = {"cron": "3", "zone": "B", "suspend": "false"}
        assert with_theirs(typed, old, theirs) == {"cron": "2", "zone": "B", "suspend": "true"}
        assert with_mine(typed, old, theirs) == {"cron": "3", "zone": "B", "suspend": "true"}


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
