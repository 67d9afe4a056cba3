"""Which time of the past an edit may bring to life: the rule of the CronJob controller, tried out on a real one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from k8stui.control.schedules.catchup import catch_up
from k8stui.model.scheduleviews import FieldChange, ScheduleView


def at(hour: int, minute: int) -> float:
    return datetime(2026, 11, 29, hour, minute, tzinfo=UTC).timestamp()


NOW = at(16, 25)
CRON = (FieldChange(field="cron", old="@yearly", new="20 * * * *"),)
VIEW = ScheduleView(
    name="nightly", namespace="ml", cron="20 * * * *", time_zone="Etc/UTC", created=at(8, 0), last=at(16, 0)
)


def test_the_latest_time_since_it_last_fired_is_told_with_what_prevents_it() -> None:
    said = catch_up(VIEW, CRON, NOW)
    assert said == (
        "Its times since it last fired include 2026-11-29 16:20 UTC: Kubernetes may make up for that one at once. "
        "A starting deadline of less than 5m00s prevents it."
    )
    never_fired = VIEW.model_copy(update={"last": None})
    assert "since it was made include 2026-11-29 16:20 UTC" in catch_up(never_fired, CRON, NOW)


@pytest.mark.parametrize("field", ["cron", "time-zone", "suspend", "starting-deadline"])
def test_each_change_of_its_times_counts(field: str) -> None:
    assert catch_up(VIEW, (FieldChange(field=field),), NOW)


@pytest.mark.parametrize(
    "update",
    [
        {"last": at(16, 20)},
        {"suspended": True},
        {"starting_deadline": 299},
        {"cron": "0 0 1 1 *"},
        {"cron": "no cron"},
        {"time_zone": "Mars"},
        {"last": None, "created": None},
    ],
)
def test_nothing_is_told_where_nothing_is_made_up_for(update: dict[str, object]) -> None:
    assert catch_up(VIEW.model_copy(update=update), CRON, NOW) == ""


def test_nothing_is_told_of_other_changes() -> None:
    assert catch_up(VIEW, (FieldChange(field="param.rows"),), NOW) == ""
    assert catch_up(VIEW.model_copy(update={"starting_deadline": 300}), CRON, NOW)
