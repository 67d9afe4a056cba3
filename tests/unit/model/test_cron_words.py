"""What a cron expression means in words, and which zones may be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.model.cron.words import words
from k8stui.model.cron.zones import zone_names, zones_like
from tests.chances import examples


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("30 2 * * *", "At 02:30"),
        ("*/5 * * * *", "Every 5 minutes"),
        ("? ? ? ? ?", "Every minute"),
        ("0 2 * * MON-fri", "At 02:00, Monday through Friday"),
        ("0 2 1 * 1", "At 02:00, on day 1 of the month, or on Monday"),
        ("0 2 1-31 * 1", "At 02:00"),
        ("0 2 29 2 *", "At 02:00, on day 29 of the month, only in February"),
        ("@weekly", "At 00:00, only on Sunday"),
        ("@every 90m", "Every 1h30m, counted from the last time"),
        ("@every 0s", "Every 1s, counted from the last time"),
    ],
)
def test_an_expression_in_words(expression: str, said: str) -> None:
    assert words(expression) == said


def test_a_step_that_does_not_come_out_even_is_told_by_its_numbers() -> None:
    assert words("*/20 * * * *") == "Every 20 minutes"
    assert words("*/25 * * * *") == "At 0, 25, and 50 minutes past the hour"
    assert words("*/90 * * * *") == "Every hour"
    assert words("0 */5 * * *") == "At 00:00, 05:00, 10:00, 15:00 and 20:00"


@pytest.mark.parametrize("expression", ["", "0 2 * *", "0 0 * * 7", ", * * * *", "1-59/2 * * * *", "@never"])
def test_where_words_would_not_help_there_are_none(expression: str) -> None:
    assert words(expression) == ""


@examples(300)
@given(st.one_of(st.text(), st.text("0123456789*/-,? @evrymhsLW#", max_size=40)))
def test_any_text_has_words_or_none(text: str) -> None:
    assert isinstance(words(text), str)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Europe/Berl", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Europe/Berlni", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Etc/UT", "Etc/UTC"),
    ],
)
def test_a_zone_is_found_by_its_beginning_its_city_or_nearly(typed: str, first: str) -> None:
    assert zones_like(typed)[0] == first


def test_a_name_needs_no_other_and_what_is_like_none_gets_none() -> None:
    assert zones_like("Europe/Berlin") == []
    assert zones_like("") == []
    assert zones_like("zzzzzzzz") == []
    assert "localtime" not in zone_names()


@examples(100)
@given(st.text())
def test_any_text_gets_names_of_zones_only(text: str) -> None:
    assert set(zones_like(text)) <= set(zone_names())
