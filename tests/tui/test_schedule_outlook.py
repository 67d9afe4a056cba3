"""What the editor of schedules makes of a typed expression, and of its fields an edit: pure."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.schedules.editing import ScheduleEdit, changes_of
from k8stui.model.schedule import Concurrency
from k8stui.model.scheduleviews import FieldChange
from k8stui_tui.screens.schedule_editor.fields import (
    changed,
    complete_zone,
    cron_rule,
    edit_of,
    fields_for,
    texts_of,
    with_mine,
    with_theirs,
    zone_rule,
)
from k8stui_tui.screens.schedule_editor.outlook import lines, outlook
from tests.chances import examples
from tests.tui.schedule_app import NIGHTLY, NOW

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
