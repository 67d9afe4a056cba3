"""When a schedule fires, and what of a schedule is refused before Kubernetes is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from k8stui.model.cron import cron_problem, fire_times, zone_problem
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import ScheduleSpec


def times(cron: str, zone: str, after: datetime, count: int = 2) -> list[str]:
    return [found.strftime("%Y-%m-%d %H:%M") for found in islice(fire_times(cron, zone, after), count)]


def test_times_are_meant_in_the_schedules_zone_and_told_in_utc() -> None:
    after = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert times("5 2 * * *", "Etc/UTC", after) == ["2026-02-01 02:05", "2026-02-02 02:05"]
    assert times("5 2 * * *", "Asia/Kolkata", after) == ["2026-01-31 20:35", "2026-02-01 20:35"]


def test_the_time_itself_is_not_among_those_after_it() -> None:
    assert times("0 0 29 2 *", "Etc/UTC", datetime(2028, 2, 29, tzinfo=UTC), 1) == ["2032-02-29 00:00"]


def test_a_schedule_that_never_fires_has_no_times() -> None:
    assert times("0 0 30 2 *", "Etc/UTC", datetime(2026, 1, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Etc/UTC", "America/New_York"])
def test_names_of_time_zones_are_taken(zone: str) -> None:
    assert zone_problem(zone) == ""


@pytest.mark.parametrize("zone", ["", "Local", "Mars/Olympus", "../etc/passwd", "CEST+2"])
def test_anything_else_is_no_time_zone(zone: str) -> None:
    assert zone_problem(zone)


def test_an_expression_is_measured_by_what_a_cronjob_takes() -> None:
    assert cron_problem("*/5 9-17 * jan-mar mon,fri") == ""
    assert "Sunday is 0" in cron_problem("0 0 * * 7")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cron": "5 2 * *"}, "cron '5 2 * *' is not possible: expected exactly 5 fields, found 4"),
        ({"name": "Nightly"}, "name 'Nightly' is not possible"),
        ({"name": "n" * 53}, "it has 53 characters, 52 are allowed"),
        ({"time_zone": "Berlin"}, "time_zone 'Berlin' is not possible"),
        ({"starting_deadline": -1}, "starting_deadline -1 is not possible"),
    ],
)
def test_a_schedule_that_kubernetes_would_refuse_names_its_field(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ScheduleSpec(**{"cron": "5 2 * * *", **wrong})
    assert said in caught.value.message
