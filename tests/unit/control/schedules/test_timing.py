"""When a schedule fires next and what it missed, by a clock that the test holds."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from k8stui.control.schedules.timing import GRACE, MOST_MISSED, Timing, last_due, timing
from k8stui.model.cron import fire_times

HOUR, DAY = 3600.0, 86400.0
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("since", "now", "missed"),
    [
        (NOON, NOON + 1, 0),
        (NOON, NOON + HOUR, 0),
        (NOON, NOON + HOUR + GRACE - 1, 0),
        (NOON, NOON + HOUR + GRACE, 1),
        (NOON, NOON + 2 * HOUR, 1),
        (NOON, NOON + 3.5 * HOUR, 3),
        (NOON - 1, NOON + 1, 0),
        (NOON - 1, NOON + GRACE, 1),
        (NOON, NOON - HOUR, 0),
        (NOON, NOON + 100 * HOUR + GRACE, 100),
        (NOON, NOON + 5000 * DAY, MOST_MISSED),
    ],
)
def test_what_should_have_fired_since_and_has_not_is_missed_after_a_grace(
    since: float, now: float, missed: int
) -> None:
    assert timing("0 * * * *", "Etc/UTC", since, now).missed == missed


@pytest.mark.parametrize("offset", [0.0, 1.0, 29.0, 30.0, 31.0, 1799.0, 3599.0, 7300.0])
@pytest.mark.parametrize("cron", ["0 * * * *", "*/7 * * * *", "@every 25m", "5 2 * * *"])
def test_nothing_changes_before_it_is_due_and_something_does_then(cron: str, offset: float) -> None:
    now = NOON + offset
    found = timing(cron, "Europe/Berlin", NOON - 600, now)
    assert found.due is not None
    assert found.due > now
    before, after = (timing(cron, "Europe/Berlin", NOON - 600, moment) for moment in (found.due - 0.5, found.due))
    assert (before.next, before.missed) == (found.next, found.missed)
    assert (after.next, after.missed) != (found.next, found.missed)


def test_an_interval_is_counted_from_the_last_firing_and_not_from_now() -> None:
    found = timing("@every 90m", "Etc/UTC", NOON, NOON + 4 * HOUR)
    assert found.next == NOON + 4.5 * HOUR
    assert found.missed == 2


def test_an_interval_of_seconds_over_years_is_told_at_once() -> None:
    begun = time.thread_time()
    assert timing("@every 1s", "Etc/UTC", 0.0, NOON).missed == MOST_MISSED
    assert time.thread_time() - begun < 10.0


def test_what_never_fires_misses_nothing() -> None:
    assert timing("0 0 30 2 *", "Etc/UTC", NOON - 900 * DAY, NOON) == Timing()


@pytest.mark.parametrize(("cron", "zone"), [("0 0 * * 7", "Etc/UTC"), ("0 0 * * *", "Mars/Olympus")])
def test_nothing_is_said_of_what_cannot_be_read_here(cron: str, zone: str) -> None:
    assert timing(cron, zone, NOON - 10 * DAY, NOON) == Timing()


def test_a_time_that_comes_twice_in_the_zone_is_missed_twice() -> None:
    night = datetime(2026, 10, 24, 22, 0, tzinfo=UTC).timestamp()
    assert timing("30 2 * * *", "Europe/Berlin", night, night + 8 * HOUR).missed == 2


@pytest.mark.parametrize("cron", ["*/7 * * * *", "0 3 * * 1", "@every 25m", "* * * 2 *", "0 0 29 2 *", "30 2 * * *"])
@pytest.mark.parametrize("hours", [0.0, 0.4, 5.0, 400.0, 9000.0])
def test_the_latest_time_that_was_due_is_the_last_of_all(cron: str, hours: float) -> None:
    since, until = NOON - 9000 * HOUR, NOON - 9000 * HOUR + hours * HOUR
    last, count = None, 0
    for moment in fire_times(cron, "Europe/Berlin", datetime.fromtimestamp(since, UTC)):
        if moment.timestamp() > until or count > 12_000:
            break
        last, count = moment.timestamp(), count + 1
    found = last_due(cron, "Europe/Berlin", since, until)
    if count <= 12_000:
        assert found == last
    else:
        assert found is not None
        assert last is not None
        assert found > last


def test_an_interval_keeps_the_seconds_of_the_last_firing() -> None:
    assert last_due("@every 90s", "Etc/UTC", NOON + 0.7, NOON + 200) == NOON + 180
    assert last_due("@every 90s", "Etc/UTC", NOON, NOON + 89) is None


@pytest.mark.parametrize("cron", ["0 * * * *", "@every 1h"])
def test_what_was_due_before_it_counts_is_not_missed(cron: str) -> None:
    plain, counted = (
        timing(cron, "Etc/UTC", NOON, NOON + 9.5 * HOUR, counted=moment) for moment in (0.0, NOON + 7.2 * HOUR)
    )
    assert (plain.missed, counted.missed) == (9, 2)
    assert (plain.next, plain.due) == (counted.next, counted.due)


def test_a_deadline_below_the_distance_of_every_leaves_no_next_time() -> None:
    assert timing("@every 90m", "Etc/UTC", NOON, NOON + HOUR, deadline=60) == Timing()
    assert timing("@every 90m", "Etc/UTC", NOON, NOON + HOUR, deadline=5400).next == NOON + 5400
    assert timing("0 * * * *", "Etc/UTC", NOON, NOON + 60, deadline=60).next == NOON + HOUR
