"""What is told of many pods as a few of them change is what it would be if all of them were looked at anew."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from k8stui.control.cleanup.sieve import sieve
from k8stui.control.live.altered import Altered, changed_places
from k8stui.control.pods.candidates import Candidate
from k8stui_tui.screens.pods.following import Counts, Matching
from k8stui_tui.screens.pods.rows import pod_rows
from tests.tui.sample_pods import every_pod
from tests.tui.sample_runs import NOW

FILTERS = ("status:failed,evicted", "status:failed,evicted churn", "!succeeded", "age:>4h", "nothing-like-it", "")
STATUSES = ("running", "failed", "succeeded", "evicted")


def turned(one: Candidate, status: str) -> Candidate:
    return replace(one, pod=one.pod.model_copy(update={"status": status}))


def test_counts_and_filters_follow_a_storm() -> None:
    chance = random.Random(3)
    pods: Sequence[Candidate] = every_pod()
    counts, matching = Counts(), Matching()
    kept: Sequence[Candidate] = ()
    for moment in range(160):
        changes = {place: turned(pods[place], chance.choice(STATUSES)) for place in chance.sample(range(len(pods)), 2)}
        if moment % 3:
            pods = Altered(pods, changes)
        if moment % 5 == 4:
            pods = [changes.get(place, one) for place, one in enumerate(pods)]
        if moment % 40 == 39:
            pods = pods[1:]
        text, now = FILTERS[moment // 27], NOW + moment * 20
        assert +counts.of(pods) == Counter(one.pod.status for one in pods)
        before, kept = kept, matching.of(pods, text, now)
        assert list(kept) == (list(filter(sieve(text, now), pods)) if text else pods)
        if (told := changed_places(kept, before)) is not None:
            assert set(told) >= {place for place, one in enumerate(kept) if one is not before[place]}


def test_a_filter_means_the_same_however_it_was_typed() -> None:
    pods, matching = every_pod(), Matching()
    typed = [
        "churn status:failed",
        "!evicted",
        "status:failed,evicted",
        "pod:*load-1",
        "etl restarts:>3",
        "label:run=etl-daily-91bc",
    ]
    for text in typed:
        for end in (*range(1, len(text) + 1), *range(len(text) - 1, 0, -1)):
            assert list(matching.of(pods, text[:end], NOW)) == list(filter(sieve(text[:end], NOW), pods)), text[:end]


def test_places_of_what_is_another_object() -> None:
    one, two, three = every_pod()[:3]
    assert changed_places([one, two], [one, three]) == [1]
    assert changed_places([one, two], [one]) is None
    assert changed_places([], []) == []


def test_a_list_tells_where_it_differs_from_the_one_it_was_made_from() -> None:
    one, two, three = every_pod()[:3]
    first = [one, two, three]
    second = Altered(first, {2: one, 0: three})
    third = Altered(second, {1: one})
    assert second == [three, two, one]
    assert changed_places(third, second) == [1]
    assert changed_places(second, first) == [0, 2]
    assert changed_places(third, first) == [0, 1, 2]


def test_rows_of_pods_are_made_anew_only_for_who_looks() -> None:
    pods, rows = every_pod(), pod_rows(everywhere=False)
    first = rows.rows(pods, NOW)
    for later in (NOW + 0.9, NOW + 1, NOW + 61, NOW + 4000):
        assert rows.rows(pods, later) is first
        seen, anew = list(map(rows.renewed, first)), pod_rows(everywhere=False).rows(pods, later)
        assert [(row.key, row.cells, row.sort) for row in seen] == [(row.key, row.cells, row.sort) for row in anew]
    assert all(rows.renewed(row) is rows.renewed(row) for row in first)
