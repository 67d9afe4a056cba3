"""Handovers are offered while they arrive, and pods that are made during a burst of deletions are known."""

from __future__ import annotations

from k8stui.incluster.scheduling.bursts import PAUSE, Bursts
from k8stui.incluster.scheduling.offers import MISSES, Offers


def missed(offers: Offers, *, offered: bool = True, reported: bool = True) -> bool:
    offers.made("a", offered)
    return offers.ended("a", reported)


def test_nothing_is_offered_after_misses_in_a_row_and_that_is_told_once() -> None:
    offers = Offers(True)
    assert [missed(offers) for _ in range(MISSES - 1)] == [False] * (MISSES - 1)
    offers.made("b", True)
    offers.taken("b")
    assert [missed(offers) for _ in range(MISSES + 1)] == [False] * (MISSES - 1) + [True, False]
    assert not offers.open


def test_what_was_not_offered_or_told_nothing_is_no_miss() -> None:
    offers = Offers(True)
    for _ in range(MISSES):
        missed(offers, offered=False)
        missed(offers, reported=False)
    assert offers.open
    assert not Offers(False).open


def test_pods_that_may_tell_something_are_counted() -> None:
    offers = Offers(True)
    for pod in "abcd":
        offers.made(pod, pod != "d")
    offers.taken("a")
    offers.ended("b", False)
    offers.gone("c")
    assert len(offers) == 1


def test_pods_that_are_made_in_a_burst_are_known_until_it_is_over() -> None:
    bursts = Bursts()
    bursts.made("before")
    assert bursts.made_since(1000.0) is None
    bursts.deleted(1000.0)
    bursts.made("first")
    bursts.deleted(1000.0 + PAUSE)
    bursts.made("second")
    assert bursts.made_since(1001.0 + PAUSE) == {"first", "second"}
    assert bursts.made_since(1000.0 + 2 * PAUSE) is None
    bursts.deleted(1001.0 + 3 * PAUSE)
    assert bursts.made_since(1001.0 + 3 * PAUSE) == set()
