"""Schedules and retries are checked where they are written."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui import Schedule, StepRetry
from k8stui.incluster.contract.protocol import Retry
from k8stui.model.cron import fire_times
from k8stui.model.cron.intervals import interval_cron
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import Concurrency, ScheduleSpec
from tests.chances import examples


@pytest.mark.parametrize(
    "expression", ["5 2 * * *", "0 0 1 * *", "*/5 9-17 * jan-mar mon,fri", "0 0 * * 0-6/7", "@daily"]
)
def test_expressions_of_a_cronjob_are_taken(expression: str) -> None:
    assert Schedule(cron_expression=expression).cron_expression == expression


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("5 2 * *", "found 4: [5 2 * *]. A CronJob takes five fields: minute"),
        ("0 5 2 * * *", "found 6"),
        ("61 2 * * *", "end of range (61) above maximum (59): 61, in the minute"),
        ("5 2 * * mo#1", "failed to parse int from mo#1"),
        ("5 2 L * *", "in the day of month. L, W and # are not known"),
        ("5 2 * * 7", "Sunday is 0"),
        ("", "empty spec string"),
        (5, "is not text"),
    ],
)
def test_a_wrong_expression_names_itself_and_its_place(expression: Any, said: str) -> None:
    with pytest.raises(InvalidInputError, match=r"test_schedule_and_retry\.py:\d+: Schedule") as caught:
        Schedule(cron_expression=expression)
    assert said in str(caught.value)
    assert repr(expression) in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"cron_expression": "5 2 * * *", "interval_second": timedelta(hours=1)},
        {"interval_second": 60},
        {"run_once_start_time": "2030-01-01"},
        {"cron_expression": "5 2 * * *", "run_once_start_time": datetime(2030, 1, 2, tzinfo=UTC)},
        {"interval_second": timedelta(0)},
        {"cron_expression": "5 2 * * *", "start_time": "2030-01-01"},
        {"cron_expression": "5 2 * * *", "concurrency": "never"},
        {"cron_expression": "5 2 * * *", "starting_deadline": "1m"},
        {"cron_expression": "5 2 * * *", "time_zone": 1},
        {
            "cron_expression": "5 2 * * *",
            "start_time": datetime(2030, 1, 2, tzinfo=UTC),
            "end_time": datetime(2030, 1, 1, tzinfo=UTC),
        },
    ],
)
def test_other_wrong_fields_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="Schedule"):
        Schedule(**wrong)


def test_a_schedule_reaches_the_cronjob_as_it_was_given() -> None:
    given = Schedule(
        cron_expression="5 2 * * *",
        name="nightly",
        time_zone="Europe/Berlin",
        concurrency="Forbid",
        starting_deadline=60,
        suspend=True,
    )
    assert given.compiled() == ScheduleSpec(
        cron="5 2 * * *",
        name="nightly",
        time_zone="Europe/Berlin",
        concurrency=Concurrency.FORBID,
        starting_deadline=60,
        suspend=True,
    )


@pytest.mark.parametrize(
    ("interval", "cron"),
    [
        (timedelta(minutes=1), "*/1 * * * *"),
        (timedelta(minutes=15), "*/15 * * * *"),
        (timedelta(hours=1), "0 * * * *"),
        (timedelta(hours=6), "0 */6 * * *"),
        (timedelta(days=1), "0 0 * * *"),
        (timedelta(minutes=7), "@every 7m"),
        (timedelta(seconds=90), "@every 1m30s"),
        (timedelta(hours=5), "@every 5h"),
        (timedelta(days=2), "@every 48h"),
    ],
)
def test_a_fixed_distance_becomes_an_expression(interval: timedelta, cron: str) -> None:
    assert Schedule(interval_second=interval).compiled().cron == cron
    start = datetime(2026, 3, 1, tzinfo=UTC)
    first, second, third = itertools.islice(fire_times(cron, "Etc/UTC", start), 3)
    assert second - first == third - second == interval


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (timedelta(seconds=59), "interval_second=0:00:59 is not possible: Kubernetes starts a schedule once a minute"),
        (timedelta(0), "once a minute at most"),
        (timedelta(minutes=-5), "once a minute at most"),
        (timedelta(seconds=61.5), "whole seconds"),
    ],
)
def test_a_distance_that_kubernetes_cannot_keep_is_refused(interval: timedelta, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        Schedule(interval_second=interval)


@given(st.integers(60, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
@examples(100)
def test_every_distance_of_a_minute_or_more_is_kept(interval: timedelta) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    first, second, third = itertools.islice(fire_times(interval_cron(interval), "Etc/UTC", start), 3)
    assert second - first == third - second == interval


def test_a_run_at_one_time_only_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(InvalidInputError, match="nothing like run_once_start_time") as caught:
        Schedule(run_once_start_time=datetime(2030, 1, 2, tzinfo=UTC)).compiled()
    assert "without a schedule" in caught.value.hint


@pytest.mark.parametrize(
    "fields",
    [
        {"start_time": datetime(2030, 1, 2, tzinfo=UTC)},
        {"end_time": datetime(2030, 1, 2, tzinfo=UTC)},
        {"catchup": True},
    ],
)
def test_what_kubernetes_cannot_keep_is_refused_with_what_to_do_instead(fields: dict[str, Any]) -> None:
    schedule = Schedule(cron_expression="5 2 * * *", **fields)
    with pytest.raises(InvalidInputError, match=f"nothing like {next(iter(fields))}") as caught:
        schedule.compiled()
    assert caught.value.hint


def test_retries_reach_the_plan() -> None:
    assert StepRetry(3, 10, 2).compiled() == Retry(max_retries=3, delay=10.0, backoff=2.0)


def test_no_backoff_keeps_the_delay() -> None:
    assert StepRetry(3, 10, 0).compiled().backoff == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_retries": -1},
        {"max_retries": 1.5},
        {"max_retries": True},
        {"delay": "5s"},
        {"delay": float("inf")},
        {"backoff": 0.5},
    ],
)
def test_a_wrong_retry_names_its_field(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=f"StepRetry: {next(iter(wrong))}="):
        StepRetry(**wrong)
