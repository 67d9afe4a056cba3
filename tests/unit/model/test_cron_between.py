"""Times within a stretch are those that the walk finds, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.model.cron import fire_times, zone_of
from k8stui.model.cron.between import times_between
from tests.chances import examples
from tests.unit.model.expressions import expressions

ZONES = ("Etc/UTC", "Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca")
MOMENTS = st.integers(0, 10 * 365 * 86_400).map(lambda second: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(0, second))


def walked(expression: str, zone: str, after: datetime, until: datetime) -> Iterator[datetime]:
    return takewhile(lambda moment: moment <= until, fire_times(expression, zone, after))


@given(expressions(), st.sampled_from(ZONES), MOMENTS, st.integers(1, 20))
@examples(30)
def test_they_are_those_of_the_walk(expression: str, zone: str, after: datetime, days: int) -> None:
    until = after + timedelta(days=days)
    assert list(times_between(expression, zone_of(zone), after, until)) == list(walked(expression, zone, after, until))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("expression", ["30 2 * * *", "15 0 * * 0", "10 1 1 * *"])
def test_a_year_with_all_its_changes_of_the_clocks(expression: str, zone: str) -> None:
    after, until = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert list(times_between(expression, zone_of(zone), after, until)) == list(walked(expression, zone, after, until))


def test_every_is_counted_from_its_anchor() -> None:
    anchor = datetime(2026, 11, 25, tzinfo=UTC)
    after, until = anchor + timedelta(hours=10), anchor + timedelta(hours=15)
    found = times_between("@every 5h", UTC, after, until, anchor=anchor)
    assert list(found) == [anchor + timedelta(hours=15)]
    assert list(times_between("@every 5h", UTC, after, until)) == [after + timedelta(hours=5)]
    later = times_between("@every 5h", UTC, after, until, anchor=after + timedelta(hours=1))
    assert list(later) == []
