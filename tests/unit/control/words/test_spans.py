"""Times read as persons say them."""

from __future__ import annotations

import pytest

from k8stui.control.words.spans import age, brief, epoch, iso, seconds_of, span


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.42, "0.4s"),
        (9.96, "10s"),
        (59.4, "59s"),
        (59.6, "1m00s"),
        (252, "4m12s"),
        (11100, "3h05m"),
        (90000, "1d01h"),
    ],
)
def test_a_span_has_at_most_two_units(seconds: float | None, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0s"), (5, "5s"), (2400, "40m"), (5400, "1h30m"), (172_800, "2d"), (3661, "1h1m1s")]
)
def test_a_brief_span_has_no_part_that_is_nothing(seconds: float, text: str) -> None:
    assert brief(seconds) == text


def test_an_age_is_coarse_and_never_negative() -> None:
    assert [age(100, 100.9), age(100, 352), age(0, 20 * 86400), age(200, 100)] == ["0s", "4m12s", "20d", "0s"]


def test_kubernetes_times_are_read_to_the_nanosecond_digits_python_keeps() -> None:
    assert iso(epoch("2026-11-24T04:16:56.123456789Z")) == "2026-11-24T04:16:56.123Z"


@pytest.mark.parametrize(("text", "seconds"), [("30", 30), ("90s", 90), ("1h30m", 5400), ("3d", 259200)])
def test_durations_are_read(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "5x", "1h30", "-3m", "²m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        seconds_of(text)
