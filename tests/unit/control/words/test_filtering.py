"""The filter language: what is found, and what is refused before something is done to what it finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.words.filtering import Value, check_filter, keeper, parse_filter
from k8stui.model.errors import InvalidInputError

FIELDS = {"status": "failed", "run": "train*", "label": "team=ml", "age": ">1h", "restarts": ">3"}
POD: dict[str, Value] = {
    "status": "failed",
    "run": "Train-x7k2b",
    "label": ("team=ml", "tier=gold"),
    "age": 7200.0,
    "restarts": 2.0,
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("train", True),
        ("TRAIN failed", True),
        ("train nightly", False),
        ("!nightly", True),
        ("!failed", False),
        ("status:failed,evicted", True),
        ("status:running", False),
        ("!status:running,queued", True),
        ("run:train-*", True),
        ("run:x7k", True),
        ("run:x7k?", False),
        ("run:*x7k??", True),
        ("label:team=ml", True),
        ("label:team=m", False),
        ("label:team=m*", True),
        ("label:tier", True),
        ("label:tie", False),
        ("label:other", False),
        ("age:>1h", True),
        ("age:>2h", False),
        ("age:<1d", True),
        ("age:>1h30m status:failed", True),
        ("age:1h", False),
        ("age:>soon", False),
        ("restarts:>1", True),
        ("restarts:<2", False),
        ("other:failed", False),
    ],
)
def test_what_is_found(text: str, found: bool) -> None:
    assert keeper(text, FIELDS)(POD) is found


def test_what_is_not_known_passes_no_comparison() -> None:
    unknown: dict[str, Value] = {"age": None}
    assert not keeper("age:>1h", FIELDS)(unknown)
    assert not keeper("age:<1h", FIELDS)(unknown)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stats:failed", "there is no such field"),
        ("!stats:failed", "there is no such field"),
        ("age:>soon", "has no value"),
        ("age:1h", "has no value"),
        ("status:", "has no value"),
        ("status:,", "has no value"),
    ],
)
def test_a_filter_that_would_find_more_than_is_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        check_filter(f"train {text}", FIELDS)


def test_a_good_filter_is_not_refused() -> None:
    check_filter("train !nightly status:failed,evicted age:>1h restarts:<3 label:team=ml 10.0.0.1:80", FIELDS)


@given(st.text())
def test_nothing_typed_is_an_error(text: str) -> None:
    parse_filter(text, FIELDS)
    keeper(text, FIELDS)(POD)
