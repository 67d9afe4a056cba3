"""The coming day or week over all schedules: what fires, what piles up, and how it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.schedules.calendar import ALL_STARTS, calendar
from k8stui.control.schedules.calendar_text import calendar_lines
from k8stui.model.cron import zone_of
from tests.chances import examples
from tests.unit.control.schedules.samples import at, schedule

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
BERLIN = zone_of("Europe/Berlin")


def test_each_schedule_has_its_times_in_its_own_zone() -> None:
    found = calendar([schedule("a", "30 2 * * *", time_zone="Asia/Tokyo"), schedule("b", "0 0 1 1 *")], START, 1, UTC)
    assert [(entry.schedule.name, entry.times) for entry in found.entries] == [("a", (at("2026-11-25T17:30:00Z"),))]
    assert (found.most, found.pile_ups) == (1, ())


def test_what_is_suspended_or_cannot_be_read_is_counted_and_left_out() -> None:
    given = [
        schedule("a", "@daily", suspended=True),
        schedule("b", "0 0 L * *"),
        schedule("c", "@daily", time_zone="X"),
    ]
    found = calendar(given, START, 7, UTC)
    assert (found.entries, found.suspended, found.unread) == ((), 1, ("b", "c"))
    assert calendar_lines(found, 200) == [
        "Wed 25 Nov 12:00 to Wed 02 Dec 12:00, UTC: nothing fires. 1 suspended. Cannot be read here: b, c."
    ]


def test_schedules_that_start_in_the_same_minute_pile_up() -> None:
    given = [schedule(name, "30 2 * * *") for name in "ab"] + [schedule("c", "31 2 * * *")]
    found = calendar(given, START, 7, UTC)
    assert [(one.most, one.times, one.names, one.first) for one in found.pile_ups] == [
        (2, 7, ("a", "b"), at("2026-11-26T02:30:00Z"))
    ]


def test_a_start_while_others_usually_still_run_is_a_pile_up_too() -> None:
    given = [schedule("long", "0 2 * * *", 2400.0), schedule("a", "39 2 * * *"), schedule("b", "40 2 * * *")]
    (one,) = calendar(given, START, 1, UTC).pile_ups
    assert (one.most, one.names) == (2, ("a", "long"))


def test_how_a_pile_up_builds_is_not_told_apart_from_its_worst() -> None:
    given = [schedule(name, f"{minute} 2 * * *", 3600.0) for name, minute in (("a", 0), ("b", 10), ("c", 20))]
    found = calendar(given, START, 1, UTC)
    assert [(one.most, one.names) for one in found.pile_ups] == [(3, ("a", "b", "c"))]
    assert found.most_at == at("2026-11-26T02:20:00Z")
    assert len(found.crowded) == 2


@pytest.mark.parametrize(("concurrency", "most"), [("Allow", 2), ("Forbid", 1), ("Replace", 1)])
def test_runs_of_one_schedule_overlap_only_where_they_may(concurrency: str, most: int) -> None:
    found = calendar([schedule("a", "0 * * * *", 5400.0, concurrency=concurrency)], START, 1, UTC)
    assert found.most == most
    assert [one.names for one in found.pile_ups] == ([("a",)] if most > 1 else [])


def test_one_that_fires_every_minute_is_one_line() -> None:
    found = calendar([schedule("tick", "* * * * *", 5.0), schedule("a", "30 2 * * *")], START, 1, UTC)
    assert [(entry.schedule.name, entry.count, entry.frequent) for entry in found.entries] == [
        ("a", 1, False),
        ("tick", 1440, True),
    ]
    lines = calendar_lines(found, 80)
    assert "  tick  every minute, 1,440 times" in lines
    assert len(lines) < 15


def test_frequent_schedules_are_in_pile_ups_but_mark_no_starts() -> None:
    found = calendar([schedule(name, "* * * * *") for name in "ab"] + [schedule("c", "30 2 * * *")], START, 1, UTC)
    assert [(one.most, one.times, one.names) for one in found.pile_ups] == [
        (3, 1, ("a", "b", "c")),
        (2, 1439, ("a", "b")),
    ]
    assert found.crowded == frozenset()


def test_what_fires_each_second_is_counted_and_no_more() -> None:
    found = calendar([schedule(f"a{number}", "@every 1s") for number in range(3)], START, 7, UTC)
    assert [entry.count for entry in found.entries] == [7 * 86_400] * 3
    assert sum(len(entry.times) for entry in found.entries) <= ALL_STARTS
    assert "  a0  every 1s, 604,800 times" in calendar_lines(found, 80)


def test_every_is_counted_from_the_last_firing() -> None:
    last = at("2026-11-25T11:58:00Z")
    (entry,) = calendar([schedule("a", "@every 7h", last=last)], START, 1, UTC).entries
    assert entry.times == tuple(last + 7 * 3600 * number for number in (1, 2, 3))


def test_one_that_never_fires_for_its_deadline_is_in_no_calendar() -> None:
    found = calendar([schedule("a", "@every 7h", starting_deadline=60), schedule("b", "@daily")], START, 1, UTC)
    assert [entry.schedule.name for entry in found.entries] == ["b"]


def test_names_tell_the_namespace_where_there_are_several() -> None:
    found = calendar([schedule("a", "@daily"), schedule("a", "@daily", namespace="etl")], START, 1, UTC)
    assert found.pile_ups[0].names == ("etl/a", "ml/a")


def test_a_day_is_told_by_the_hour() -> None:
    given = [
        schedule("etl", "30 2 * * *", 2400.0, time_zone="Europe/Berlin"),
        schedule("churn", "45 2 * * *", time_zone="Europe/Berlin"),
        schedule("report", "0 18 * * *"),
    ]
    assert calendar_lines(calendar(given, START, 1, BERLIN), 80) == [
        "Wed 25 Nov 13:00 to Thu 26 Nov 13:00, Europe/Berlin: 3 schedules fire 3 times,",
        "up to 2 runs at once (first Thu 26 Nov 02:45).",
        "",
        "Wed 25 Nov",
        "  19h  19:00  report",
        "Thu 26 Nov",
        "  02h  02:30  etl  (40m)",
        "       02:45! churn",
        "",
        "RUNS AT ONCE, by how long they usually take (a minute where that is not known)",
        "    2  Thu 26 Nov 02:45: churn, etl",
    ]


def test_a_week_is_a_table_of_days_and_hours() -> None:
    given = [schedule("a", "0 2 * * *"), schedule("b", "0 2 * * 1"), schedule("c", "15 */6 * * *")]
    lines = calendar_lines(calendar(given, START, 7, UTC), 90)
    head = lines.index("") + 1
    assert lines[head].split() == [f"{hour:02}" for hour in range(24)]
    monday = next(line for line in lines if line.startswith("Mon 30 Nov"))
    assert monday.split()[3:7] == ["1", ".", "2!", "."]
    assert all(len(line) <= 90 for line in lines)
    narrow = calendar_lines(calendar(given, START, 7, UTC), 50)
    assert narrow[narrow.index("") + 1].split() == [f"{hour:02}" for hour in range(0, 24, 2)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["* * * * *", "*/7 3 * * *", "30 2 * * 1-5", "@hourly", "@every 90m", "0 0 30 2 *"]),
            st.none() | st.floats(0, 100_000),
            st.sampled_from(["Allow", "Forbid", "Replace"]),
        ),
        max_size=8,
    ),
    st.integers(1, 8),
    st.integers(1, 200),
    st.sampled_from([UTC, BERLIN, zone_of("Australia/Lord_Howe")]),
)
@examples(40)
def test_lines_fit_whatever_fires(given: list[tuple[str, float | None, str]], days: int, width: int, zone: Any) -> None:
    schedules = [
        schedule(f"schedule-{number}", cron, usual, concurrency=how) for number, (cron, usual, how) in enumerate(given)
    ]
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = calendar(schedules, start, days, zone)
    begin, end = start.timestamp(), (start + timedelta(days=days)).timestamp()
    assert all(begin < moment <= end for entry in found.entries for moment in entry.times)
    assert found.most >= max((one.most for one in found.pile_ups), default=0)
    lines = calendar_lines(found, width)
    assert all(line.isascii() and len(line) <= max(width, 40) for line in lines)
    assert len(lines) < 24 * 14 + 100
