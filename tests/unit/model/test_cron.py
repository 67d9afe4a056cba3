"""Cron expressions as Kubernetes reads them.

The answers were given by its own parser, which the suite for real clusters asks for thousands more.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.model.cron import clocks, cron_problem, fire_times, zone_of, zone_problem
from k8stui.model.cron.grammar import Calendar, parse
from k8stui.model.cron.meant import normalised, wall_times
from k8stui.model.cron.notes import notes
from tests.chances import examples
from tests.unit.model.expressions import expressions

REFUSED = {
    "": "empty spec string",
    " @daily": "expected exactly 5 fields, found 1: [@daily]",
    "@never": "unrecognized descriptor: @never",
    "@every": "unrecognized descriptor: @every",
    "@every 5d": 'failed to parse duration @every 5d: time: unknown unit "d" in duration "5d"',
    "@every 5": 'failed to parse duration @every 5: time: missing unit in duration "5"',
    "@every x": 'failed to parse duration @every x: time: invalid duration "x"',
    "TZ=UTC 0 2 * * *": "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
    "0 2 * *": "expected exactly 5 fields, found 4: [0 2 * *]",
    "0 0 2 * * *": "expected exactly 5 fields, found 6: [0 0 2 * * *]",
    "60 * * * *": "end of range (60) above maximum (59): 60",
    "* * 0 * *": "beginning of range (0) below minimum (1): 0",
    "0 0 * * 7": "end of range (7) above maximum (6): 7",
    "0 0 * * fri-mon": "beginning of range (5) beyond end of range (1): fri-mon",
    "0 0 L * *": 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax',
    "0 0 * * mon#1": 'failed to parse int from mon#1: strconv.Atoi: parsing "mon#1": invalid syntax',
    "0 0 1W * *": 'failed to parse int from 1W: strconv.Atoi: parsing "1W": invalid syntax',
    "*/0 * * * *": "step of range should be a positive number: */0",
    "1-2-3 * * * *": "too many hyphens: 1-2-3",
    "1/2/3 * * * *": "too many slashes: 1/2/3",
    "-1 * * * *": 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax',
    "99999999999999999999 * * * *": "failed to parse int from 99999999999999999999: strconv.Atoi: parsing "
    '"99999999999999999999": value out of range',
}

TAKEN = (
    *(
        "? ? ? ? ?",
        "1,,2 * * * *",
        "+5 2 * * *",
        "5/10 * * * *",
        "0 0 * JAN-mar Mon,fri",
        "*-9/7 * * * *",
        "0\t2\t*  * *",
    ),
    *("@midnight", "@every 5m", "@every -3s", "@every 1h1.5m"),
)


@pytest.mark.parametrize("expression", REFUSED)
def test_what_kubernetes_refuses_is_refused_with_its_reason(expression: str) -> None:
    assert cron_problem(expression).startswith(REFUSED[expression])


@pytest.mark.parametrize("expression", TAKEN)
def test_what_kubernetes_takes_is_taken(expression: str) -> None:
    assert cron_problem(expression) == ""


@pytest.mark.parametrize(
    ("expression", "more"),
    [
        ("0 0 * * 7", "Sunday is 0."),
        ("0 0 2 * * *", "A CronJob takes five fields: minute, hour, day of month, month, day of week."),
        ("0 0 L * *", "L, W and # are not known to Kubernetes."),
        ("0 0 * * fri-mon", "Other programs take it, Kubernetes does not."),
    ],
)
def test_a_refusal_that_may_surprise_is_explained(expression: str, more: str) -> None:
    assert cron_problem(expression).endswith(more)


def times(expression: str, zone: str, after: str, count: int = 3) -> list[str]:
    found = islice(fire_times(expression, zone, datetime.fromisoformat(after)), count)
    return [moment.isoformat().removesuffix("+00:00") for moment in found]


def test_a_day_of_the_month_and_a_day_of_the_week_are_either_or_unless_one_says_any() -> None:
    after = "2026-11-25T00:00:00Z"
    either = ["2026-11-27T00:00:00", "2026-12-01T00:00:00", "2026-12-04T00:00:00"]
    assert times("0 0 1 * 5", "UTC", after) == either
    assert times("0 0 1 * *", "UTC", after, 2) == ["2026-12-01T00:00:00", "2027-01-01T00:00:00"]
    assert times("0 0 */1 * 5", "UTC", after, 2) == ["2026-11-27T00:00:00", "2026-12-04T00:00:00"]
    assert times("0 0 */2 * 5", "UTC", after, 2) == ["2026-11-27T00:00:00", "2026-11-29T00:00:00"]


def test_leap_days_and_ends_of_months() -> None:
    assert times("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", 2) == ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]
    assert times("0 0 31 * *", "UTC", "2026-11-25T00:00:00Z", 2) == ["2026-12-31T00:00:00", "2027-01-31T00:00:00"]
    assert times("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 2) == [], "2100 has none, and five years are searched"


def test_every_is_counted_in_whole_seconds_from_the_moment() -> None:
    assert times("@every 90m", "UTC", "2026-11-25T00:00:10.5Z", 2) == ["2026-11-25T01:30:10", "2026-11-25T03:00:10"]
    assert times("@every 10ms", "UTC", "2026-11-25T00:00:10Z", 1) == ["2026-11-25T00:00:11"]


def test_a_time_that_does_not_exist_is_skipped_and_one_that_comes_twice_fires_twice() -> None:
    spring = times("30 2 * * *", "Europe/Berlin", "2027-03-27T00:00:00Z")
    assert spring == ["2027-03-27T01:30:00", "2027-03-29T00:30:00", "2027-03-30T00:30:00"]
    autumn = times("30 2 * * *", "Europe/Berlin", "2027-10-30T12:00:00Z")
    assert autumn == ["2027-10-31T00:30:00", "2027-10-31T01:30:00", "2027-11-01T01:30:00"]


def test_days_on_which_the_parser_loses_its_way_are_told_as_it_goes() -> None:
    lord_howe = times("0 5 * * *", "Australia/Lord_Howe", "2026-10-02T12:00:00Z")
    assert lord_howe == ["2026-10-02T18:30:00", "2026-10-04T18:00:00", "2026-10-05T18:00:00"]
    cairo = times("0 12 24 4 *", "Africa/Cairo", "2031-04-01T00:00:00Z")
    assert cairo == ["2031-04-24T10:00:00", "2031-04-25T09:00:00", "2032-04-24T10:00:00"]


MOMENTS = st.integers(0, 10 * 365 * 86_400).map(
    lambda second: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)


@examples(150)
@given(expressions(), MOMENTS)
def test_where_clocks_never_change_the_times_are_those_that_croniter_finds(expression: str, after: datetime) -> None:
    schedule = parse(expression)
    assert isinstance(schedule, Calendar)
    for moment in islice(fire_times(expression, "Etc/UTC", after), 3):
        shown = moment.replace(tzinfo=None)
        assert shown in wall_times(schedule, shown, shown + timedelta(minutes=1))
        assert moment > after
    begin = after.replace(hour=0, minute=0, second=0)
    day = begin.replace(tzinfo=None)
    meant = [one.replace(tzinfo=UTC) for one in wall_times(schedule, day, day + timedelta(days=1))]
    found = list(islice(fire_times(expression, "Etc/UTC", begin - timedelta(seconds=1)), len(meant)))
    assert found == meant


@examples(60)
@given(expressions(), MOMENTS, st.sampled_from(["Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe"]))
def test_times_go_on_in_order_and_show_what_was_asked_for(expression: str, after: datetime, zone: str) -> None:
    schedule = parse(expression)
    assert isinstance(schedule, Calendar)
    found = [after, *islice(fire_times(expression, zone, after), 5)]
    assert all(one < other for one, other in pairwise(found))
    for moment in found[1:]:
        local = moment.astimezone(zone_of(zone))
        assert local.minute in schedule.minute.values
        assert local.hour in schedule.hour.values


@given(expressions())
def test_the_normal_form_means_the_same(expression: str) -> None:
    first, second = parse(expression), parse(normalised_of(expression))
    assert isinstance(first, Calendar)
    assert isinstance(second, Calendar)
    assert (first.minute.values, first.hour.values) == (second.minute.values, second.hour.values)
    assert first.month.values == second.month.values
    for day in range(1, 32):
        for weekday in range(7):
            assert first.day_matches(day, weekday) == second.day_matches(day, weekday)


def normalised_of(expression: str) -> str:
    schedule = parse(expression)
    assert isinstance(schedule, Calendar)
    return normalised(schedule)


class TestNotes:
    START = datetime(2026, 11, 25, tzinfo=UTC)

    def told(self, expression: str, zone: str = "Europe/Berlin", usual: float | None = None) -> list[str]:
        return notes(expression, zone_of(zone), self.START, usual=usual)

    def test_a_quiet_schedule_needs_none(self) -> None:
        assert self.told("30 4 * * *") == []
        assert self.told("0 * * * *") == [], "an hourly one goes on, whatever clocks show"
        assert self.told("30 2 * * *", "UTC") == []

    def test_one_that_never_fires(self) -> None:
        assert self.told("0 0 30 2 *") == ["It never fires: no day within five years matches."]
        assert self.told(", * * * *") == ["It never fires: no day within five years matches."]

    def test_times_that_clocks_skip_or_show_twice(self) -> None:
        assert self.told("30 2 * * *") == [
            "28 Mar 2027 02:30 does not exist in Europe/Berlin, the clocks are set forward: this run is skipped.",
            "31 Oct 2027 02:30 comes twice in Europe/Berlin, the clocks are set back: it fires twice.",
        ]

    def test_times_that_exist_and_are_passed_over(self) -> None:
        first = self.told("0 5 * * *", "Australia/Lord_Howe")[0]
        assert first.startswith("04 Apr 2027 05:00 is passed over")

    def test_many_times_of_a_night_are_told_in_one_sentence(self) -> None:
        skipped, doubled = self.told("*/5 2 * * *")
        assert skipped.startswith("28 Mar 2027 02:00 to 02:55 (12 times) do not exist in Europe/Berlin, the clocks")
        assert doubled.startswith("31 Oct 2027 02:00 to 02:55 (12 times) come twice in Europe/Berlin, the clocks")
        assert self.told("0,30 2 * * *")[0].startswith("28 Mar 2027 02:00 and 02:30 do not exist")

    @pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Casablanca", "America/Havana", "Antarctica/Troll"])
    @pytest.mark.parametrize("expression", ["0-59 0-22 * * *", "*/10 1-9 * * *", "*/7 0-20 * * 0,6"])
    def test_of_one_that_fires_often_the_hours_around_a_change_tell_the_same(
        self, expression: str, zone: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        short = self.told(expression, zone)
        monkeypatch.setattr(clocks, "OFTEN", 24 * 60)
        assert short == self.told(expression, zone)

    def test_runs_that_overlap(self) -> None:
        assert self.told("*/5 * * * *", usual=432.0) == [
            "A run takes 7m12s and the next one begins 5m00s later: they overlap."
        ]
        assert self.told("@every 10m", usual=432.0) == []


def test_the_default_zone_needs_no_database_of_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.ZoneInfo", None)
    assert zone_problem("Etc/UTC") == ""
    assert times("0 2 * * *", "Etc/UTC", "2026-11-25T00:00:00Z", 1) == ["2026-11-25T02:00:00"]
