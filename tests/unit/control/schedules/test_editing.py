"""What an edit changes, what it may not, and what an editor is told who was too late."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.schedules.conflicts import check_allowed, conflict
from k8stui.control.schedules.editing import (
    NO_DEADLINE,
    ScheduleEdit,
    applied,
    changes_of,
    check_edit,
    difference,
)
from k8stui.control.schedules.fields import fields_of
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import Concurrency
from k8stui.model.scheduleviews import ChangeView, FieldChange, ScheduleView

VIEW = ScheduleView(
    name="nightly",
    namespace="ml",
    cron="5 2 * * *",
    time_zone="Etc/UTC",
    concurrency="Allow",
    starting_deadline=60,
    successful_history=3,
    failed_history=1,
    generation=2,
)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


EDITS = st.builds(
    ScheduleEdit,
    cron=optional(st.sampled_from(("5 2 * * *", "@daily", "0 * * * *"))),
    time_zone=optional(st.sampled_from(("Etc/UTC", "Europe/Berlin"))),
    suspend=optional(st.booleans()),
    concurrency=optional(st.sampled_from(Concurrency)),
    starting_deadline=optional(st.integers(0, 100) | st.just(NO_DEADLINE)),
    successful_history=optional(st.integers(0, 5)),
    failed_history=optional(st.integers(0, 5)),
)


def test_each_field_is_told_by_its_name_on_the_command_line_old_and_new() -> None:
    edit = ScheduleEdit(
        cron="@daily",
        time_zone="Asia/Kolkata",
        suspend=True,
        concurrency=Concurrency.FORBID,
        starting_deadline=NO_DEADLINE,
        successful_history=0,
        failed_history=9,
    )
    assert [(one.field, one.old, one.new) for one in changes_of(VIEW, edit)] == [
        ("cron", "5 2 * * *", "@daily"),
        ("time-zone", "Etc/UTC", "Asia/Kolkata"),
        ("suspend", "no", "yes"),
        ("concurrency", "Allow", "Forbid"),
        ("starting-deadline", "60", "none"),
        ("successful-history", "3", "0"),
        ("failed-history", "1", "9"),
    ]


@given(EDITS)
def test_an_edit_that_was_made_changes_nothing_more(edit: ScheduleEdit) -> None:
    once = applied(VIEW, edit)
    assert changes_of(once, edit) == ()
    assert changes_of(VIEW, edit) == difference(VIEW, once)


@given(EDITS, EDITS)
def test_edits_compose(first: ScheduleEdit, second: ScheduleEdit) -> None:
    fields = fields_of(VIEW)
    for view, edit in ((VIEW, first), (applied(VIEW, first), second)):
        for change in changes_of(view, edit):
            assert fields[change.field] == change.old
            fields[change.field] = change.new
    assert fields == fields_of(applied(applied(VIEW, first), second))


def test_an_edit_of_nothing_changes_nothing() -> None:
    assert changes_of(VIEW, ScheduleEdit()) == ()
    assert applied(VIEW, ScheduleEdit()) == VIEW


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (ScheduleEdit(cron=""), "schedule: cron '' is not possible"),
        (ScheduleEdit(cron="0 0 * * 7"), "schedule: cron '0 0 \\* \\* 7' is not possible: .*Sunday is 0"),
        (ScheduleEdit(time_zone="Mars"), "schedule: time_zone 'Mars' is not possible"),
        (ScheduleEdit(time_zone=""), "schedule: time_zone '' is not possible"),
        (ScheduleEdit(starting_deadline=-1), "schedule: starting_deadline -1 is not possible: it must not be negative"),
        (ScheduleEdit(failed_history=-2), "schedule: failed_history -2 is not possible: it must not be negative"),
    ],
)
def test_what_no_schedule_can_be_is_refused_with_field_and_value(edit: ScheduleEdit, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        check_edit(edit)


def test_of_what_others_made_only_the_timing_can_be_edited() -> None:
    theirs = VIEW.model_copy(update={"origin": "zenml"})
    edit = ScheduleEdit(cron="@daily", time_zone="Asia/Kolkata", suspend=True)
    check_allowed(theirs, [change.field for change in changes_of(theirs, edit)])
    with pytest.raises(InvalidInputError, match="made by zenml: concurrency, failed-history cannot be changed here"):
        check_allowed(theirs, ["cron", "concurrency", "failed-history"])


def test_who_was_too_late_is_told_each_difference_and_by_whom() -> None:
    by_ada = ChangeView(at=0.0, by="ada", generation=3, fields=(FieldChange(field="cron", old="x", new="@daily"),))
    before = ChangeView(at=0.0, by="bob", generation=2, fields=(FieldChange(field="suspend", old="no", new="yes"),))
    now = VIEW.model_copy(
        update={"cron": "@daily", "suspended": True, "generation": 4, "changes": (by_ada, before)},
    )
    error = conflict(VIEW, now)
    assert "nightly was changed since it was looked at: generation 2 then, 4 now" in error.message
    assert error.hint.splitlines() == [
        "cron: 5 2 * * * -> @daily (ada, 1970-01-01 00:00 UTC)",
        "suspend: no -> yes",
        "Look at it again, and repeat.",
    ]
    assert conflict(2, now).hint.splitlines()[0] == "cron: x -> @daily (ada, 1970-01-01 00:00 UTC)"
    assert conflict(VIEW, VIEW.model_copy(update={"generation": 3})).hint.startswith("Nothing that is shown of it")
