"""Other schedules that are at work when one fires, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

from k8stui.control.schedules.neighbours import neighbours
from k8stui.control.schedules.preview import preview
from k8stui.model.scheduleviews import ScheduleView
from tests.unit.control.schedules.samples import schedule

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def told(*others: ScheduleView, cron: str = "30 2 * * *") -> list[str]:
    return neighbours(cron, "Europe/Berlin", others, START)


def test_one_that_starts_in_the_same_minute_is_told_in_the_zone_of_this_one() -> None:
    assert told(schedule("etl-daily", "30 1 * * *", 2400.0)) == [
        "etl-daily also starts at 02:30 (Europe/Berlin) and usually takes 40m."
    ]
    assert told(schedule("etl-daily", "30 1 * * *")) == ["etl-daily also starts at 02:30 (Europe/Berlin)."]


def test_one_that_usually_still_runs_is_told_with_its_start() -> None:
    assert told(schedule("long", "0 1 * * *", 1801.0)) == [
        "long usually still runs at 02:30 (Europe/Berlin): it starts at 02:00 and usually takes 30m1s."
    ]
    assert told(schedule("long", "0 1 * * *", 1800.0)) == []
    assert told(schedule("long", "0 23 * * *", 3 * 3600.0)) != []  # the evening before


def test_how_often_they_meet_is_told_where_they_do_not_always() -> None:
    assert told(schedule("weekly", "30 1 * * 1")) == [
        "weekly also starts at 02:30 (Europe/Berlin), at 1 of its next 7 times."
    ]


def test_one_that_fires_rarely_is_compared_at_its_next_time() -> None:
    assert told(schedule("daily", "0 23 * * *"), cron="0 0 1 1 *") == ["daily also starts at 00:00 (Europe/Berlin)."]


def test_what_is_suspended_unreadable_or_never_at_the_same_time_is_no_neighbour() -> None:
    suspended, unread = schedule("a", "30 1 * * *", suspended=True), schedule("b", "30 1 * * L")
    assert told(suspended, unread, schedule("c", "31 1 * * *"), schedule("d", "0 0 30 2 *")) == []
    assert told(schedule("a", "* * * * *"), cron="0 0 30 2 *") == []


def test_three_are_named_the_most_frequent_first() -> None:
    weekly = [schedule(f"weekly-{number}", "30 1 * * 1") for number in range(3)]
    found = told(*weekly, schedule("tick", "* * * * *"), schedule("each-second", "@every 1s"))
    assert [sentence.split()[0] for sentence in found] == ["each-second", "tick", "weekly-0", "And"]
    assert found[-1] == "And 2 more schedules are at work when it fires."


def test_a_deadline_below_the_distance_of_every_lets_it_never_fire() -> None:
    found = preview("@every 1m", "Etc/UTC", START, deadline=20)
    assert (found.times, [note.split(":")[0] for note in found.notes]) == ((), ["It never fires"])
    for cron, deadline in (("@every 1m", 60), ("@every 1m", None), ("0 2 * * *", 20)):
        assert preview(cron, "Etc/UTC", START, deadline=deadline).times


def test_a_preview_tells_neighbours_but_not_the_schedule_itself() -> None:
    given = [schedule("mine", "30 2 * * *"), schedule("other", "30 2 * * *")]
    assert preview("30 2 * * *", "Etc/UTC", START, others=given, name="mine").notes == (
        "other also starts at 02:30 (Etc/UTC).",
    )
