"""The step cache: what a hit needs, what is told of a miss, and what has to go when there is no room."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.contract.inputs import Input
from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.scheduling.caching import MOST_ENTRY_BYTES, TOUCHED, Index, Parts, parts_of
from tests.unit.incluster.samples import step

IMAGE = "python:3.13-slim"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def train(cache: str = "code.settings", **more: Any) -> StepPlan:
    inputs = {"n": Input(3), "data": Input(None, "load", "output")}
    return step("train", "load", cache=cache, **{"inputs": inputs, "outputs": ("output",), **more})


def parts(
    cache: str = "code.settings", image: str = IMAGE, outputs: tuple[str, ...] = ("output",), **values: Any
) -> Parts:
    return parts_of(train(cache, outputs=outputs), image, {"n": 3, "data": [1, 2], **values})


def indexed(**changed: Any) -> Index:
    """An index that knows the step's result of run `first`."""
    index = Index()
    index.add("train", "first", parts(**changed), {"output": 7}, 100.0)
    return Index(index.to_text())


class TestHit:
    def test_tells_the_result_and_the_run_it_is_from(self) -> None:
        entry = indexed().find(parts(), 200.0)
        assert entry is not None
        assert (entry["run"], entry["step"], entry["results"]) == ("first", "train", {"output": 7})

    @pytest.mark.parametrize(
        "changed",
        [
            {"cache": "other.settings"},
            {"cache": "code.other"},
            {"cache": "code.settings.2026-11-25T00:00:00Z"},
            {"image": "python:3.12-slim"},
            {"outputs": ("first", "second")},
            {"n": 4},
            {"n": "3"},
            {"n": True},
            {"data": [2, 1]},
            {"more": None},
        ],
    )
    def test_needs_everything_to_be_the_same(self, changed: dict[str, Any]) -> None:
        assert indexed().find(parts(**changed), 200.0) is None

    def test_needs_every_output(self) -> None:
        index = Index()
        index.add("train", "first", parts(), {}, 100.0)
        index = Index(index.to_text())
        assert index.find(parts(), 200.0) is None
        assert index.why_not(train(), parts()) == "its outputs changed since run first"

    def test_does_not_depend_on_the_name_of_the_step(self) -> None:
        index = Index()
        index.add("train_2", "first", parts(), {"output": 7}, 100.0)
        assert Index(index.to_text()).find(parts(), 200.0) is not None

    @given(st.dictionaries(st.text(min_size=1, max_size=3), JSON, max_size=3))
    def test_takes_any_json_and_any_order(self, values: dict[str, Any]) -> None:
        there = json.loads(json.dumps(dict(reversed(values.items()))))
        assert parts(**values).key == parts(**there).key

    @given(JSON, JSON)
    def test_takes_different_values_for_different(self, one: Any, other: Any) -> None:
        same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
        assert (parts(n=one).key == parts(n=other).key) is same


class TestMiss:
    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"n": 4}, "parameter n changed 3 -> 4"),
            ({"n": "x" * 50}, "parameter n changed"),
            ({"data": [3]}, "data from load changed [1,2] -> [3]"),
            ({"more": 1}, "parameter more is new"),
            ({"cache": "new.settings"}, "its code changed"),
            ({"cache": "code.new"}, "its environment or volumes changed"),
            ({"cache": "code.settings.t"}, "the time it was due at changed"),
            ({"image": "p:2"}, f"its image changed {IMAGE} -> p:2"),
            ({"cache": "new.settings", "n": 4}, "its code changed, parameter n changed 3 -> 4"),
            ({"cache": "a.b", "n": 4}, "its code changed, its environment or volumes changed and 1 more"),
        ],
    )
    def test_tells_what_changed(self, changed: dict[str, Any], told: str) -> None:
        assert indexed().why_not(train(), parts(**changed)) == f"{told} since run first"

    def test_tells_what_is_gone(self) -> None:
        assert indexed(more=1).why_not(train(), parts()) == "parameter more is gone since run first"

    def test_compares_with_the_newest_result(self) -> None:
        index = Index()
        for number, run in enumerate(("first", "second")):
            index.add("train", run, parts(n=number), {"output": 1}, 100.0 + number)
        assert Index(index.to_text()).why_not(train(), parts(n=5)) == "parameter n changed 1 -> 5 since run second"

    def test_has_nothing_to_tell_of_a_step_that_never_succeeded(self) -> None:
        assert Index().why_not(train(), parts()) == ""


class TestText:
    @pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 2}', '{"schema": 1}', '{"schema": 1, "entries": []}'])
    def test_that_cannot_be_read_is_an_empty_index(self, text: str) -> None:
        assert len(Index(text)) == 0

    def test_leaves_out_an_entry_that_is_damaged(self) -> None:
        data = json.loads(indexed().to_text())
        data["entries"]["x"] = {"run": "other"}
        assert len(Index(json.dumps(data))) == 1

    def test_never_holds_an_entry_that_is_too_large(self) -> None:
        index = Index()
        index.add("train", "first", parts(), {"output": "x" * MOST_ENTRY_BYTES}, 100.0)
        assert not index.changed

    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 300)), max_size=30), st.integers(60, 3000))
    def test_is_never_too_large_and_keeps_what_was_used_last(self, adds: list[tuple[int, int]], most: int) -> None:
        index = Index()
        for now, (n, size) in enumerate(adds):
            index.add("train", "run", parts(n=n), {"output": "x" * size}, float(now))
        text = index.to_text(most)
        assert len(text) <= most
        kept = json.loads(text)["entries"]
        newest = {n: now for now, (n, _) in enumerate(adds)}
        missing = [now for n, now in newest.items() if parts(n=n).key not in kept]
        there = [now for n, now in newest.items() if parts(n=n).key in kept]
        assert not missing or not there or max(missing) < min(there)
        assert Index(text).to_text(most) == text

    def test_of_two_masters_keeps_what_both_found(self) -> None:
        base = indexed().to_text()
        one, other = Index(base), Index(base)
        one.add("train", "one", parts(n=4), {"output": 1}, 200.0)
        other.add("train", "other", parts(n=5), {"output": 2}, 201.0)
        other.read_again(one.to_text())
        both = Index(other.to_text())
        assert [both.find(parts(n=n), 0.0) is not None for n in (3, 4, 5)] == [True] * 3


class TestWrite:
    def test_is_not_worth_it_where_nothing_is_new(self) -> None:
        index = indexed()
        assert not index.changed
        index.find(parts(), 100.0 + TOUCHED)
        assert not index.changed

    def test_is_worth_it_for_a_result_or_a_use_after_a_long_time(self) -> None:
        index = indexed()
        index.find(parts(), 101.0 + TOUCHED)
        assert index.changed
        assert json.loads(index.to_text())["entries"][parts().key]["used"] == 101.0 + TOUCHED
        index = indexed()
        index.add("train", "second", parts(n=4), {"output": 1}, 101.0)
        assert index.changed
