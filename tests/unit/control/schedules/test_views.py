"""Schedules as they are shown, from whatever the API sends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from k8stui.control.schedules.changes import ANNOTATION, History
from k8stui.control.schedules.views import known_of, overdue, schedule_view
from k8stui.incluster.contract import names
from k8stui.model.scheduleviews import ChangeView, FieldChange
from tests.unit.control.schedules.samples import cron_job

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()


def job(name: str, owner: str = "u-1", **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "ownerReferences": [{"uid": owner}]}, **more}


def test_everything_is_told_from_the_cronjob() -> None:
    view = schedule_view(cron_job(startingDeadlineSeconds=60), [], NOW)
    assert view.model_dump(mode="json", exclude_defaults=True) == {
        "name": "nightly",
        "namespace": "ml",
        "pipeline": "my pipeline",
        "cron": "5 2 * * *",
        "time_zone": "Europe/Berlin",
        "concurrency": "Forbid",
        "starting_deadline": 60,
        "last": "2026-11-24T01:05:00.000Z",
        "last_success": "2026-11-24T01:09:00.000Z",
        "next": "2026-11-25T01:05:00.000Z",
        "created": "2026-11-20T08:00:00.000Z",
        "submitted_by": "ada",
        "image": "python:3",
        "version": "1",
        "source": {"target": "flows/train.py:train"},
        "parameters": {"rows": 5},
        "generation": 3,
    }


def test_only_its_own_jobs_that_have_not_ended_are_active() -> None:
    ended = {"conditions": [{"type": "Complete", "status": "True"}]}
    jobs = [job("a"), job("b", owner="other"), job("c", status=ended), job("d")]
    assert schedule_view(cron_job(), jobs, NOW).active == ("a", "d")


def test_a_suspended_schedule_fires_next_at_no_time_and_misses_none() -> None:
    late = NOW + 3 * 86400
    view = schedule_view(cron_job(suspend=True), [], late)
    assert (view.next, view.missed) == (None, 0)
    assert schedule_view(cron_job(), [], late).missed == 3


def test_one_that_cannot_be_read_here_is_shown_all_the_same() -> None:
    view = schedule_view(cron_job(schedule="@every 5m", timeZone="Mars/Olympus"), [], NOW)
    assert (view.cron, view.time_zone, view.next) == ("@every 5m", "Mars/Olympus", None)


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_damaged_note_is_as_good_as_none(text: str) -> None:
    found = cron_job()
    found["metadata"]["annotations"][names.ANNOTATION_SCHEDULE] = text
    assert known_of(found) == {}
    assert schedule_view(found, [], NOW).pipeline == "my-pipeline-1a2b3c"


@pytest.mark.parametrize(("deadline", "missed"), [(60, 0), (None, 3)])
def test_what_passed_while_it_was_suspended_is_missed_only_where_it_will_be_made_up_for(
    deadline: int | None, missed: int
) -> None:
    resumed = ChangeView(at=NOW + 3 * 86400, fields=(FieldChange(field="suspend", old="yes", new="no"),))
    found = cron_job(startingDeadlineSeconds=deadline)
    found["metadata"]["annotations"][ANNOTATION] = History((resumed,)).to_text()
    now = NOW + 3 * 86400 + 60
    assert schedule_view(found, [], now).missed == missed
    assert (overdue(found, now) is None) is (missed == 0)
    assert schedule_view(found, [], now + 86400).missed == missed + 1
    found["spec"]["suspend"] = True
    assert overdue(found, now) is not None
