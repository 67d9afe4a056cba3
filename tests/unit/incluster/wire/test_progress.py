"""What a step may say of itself, and that what breaks a rule is left out with a sentence."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.wire.progress import MAX_BYTES, MAX_METRICS, MAX_NAME, MAX_TEXT, Progress


class Tensor:
    """A number of a library that knows nothing of ours."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Broken:
    def __float__(self) -> float:
        raise RuntimeError("on another device")

    def __repr__(self) -> str:
        raise RuntimeError("nor can it be shown")


def merged(progress: object = None, **metrics: object) -> tuple[dict[str, Any], dict[str, str]]:
    found, problems = Progress(0.25, {"loss": 1.0}).merged(progress, metrics)
    return found.to_json(), problems


def test_news_stand_on_top_of_what_was_said_before() -> None:
    assert merged(0.5, rate=2) == ({"progress": 0.5, "metrics": {"loss": 1.0, "rate": 2.0}}, {})
    assert merged(loss=0.5) == ({"progress": 0.25, "metrics": {"loss": 0.5}}, {})
    assert merged() == ({"progress": 0.25, "metrics": {"loss": 1.0}}, {})


@pytest.mark.parametrize(("value", "kept"), [(0, 0.0), (1, 1.0), (1.0000000000000002, 1.0), (Tensor(0.5), 0.5)])
def test_a_share_is_from_0_to_1(value: object, kept: float) -> None:
    assert merged(value)[0]["progress"] == kept


@pytest.mark.parametrize("value", [-0.01, 1.01, 64, math.nan, math.inf, "0.5", [0.5], Broken(), 10**400])
def test_any_other_share_is_left_out_and_told(value: object) -> None:
    found, problems = merged(value, loss=0.5)
    assert found == {"progress": 0.25, "metrics": {"loss": 0.5}}
    assert problems["progress"].startswith("progress must be ")


@pytest.mark.parametrize("value", [math.nan, -math.inf, None, [1], {"a": 1}, Broken(), 10**400, "y" * (MAX_TEXT + 1)])
def test_a_metric_that_is_no_finite_number_and_no_short_text_is_left_out_and_told(value: object) -> None:
    found, problems = merged(loss=value, rate=0.1)
    assert found == {"progress": 0.25, "metrics": {"loss": 1.0, "rate": 0.1}}
    assert problems["loss"].startswith("metric loss ")


def test_names_are_short() -> None:
    long, longest = "x" * (MAX_NAME + 1), "x" * MAX_NAME
    assert merged(**{longest: 1.0})[1] == {}
    assert list(merged(**{long: 1.0})[1]) == [long]
    assert list(merged(**{"": 1.0})[1]) == [""]


def test_there_are_only_so_many_and_those_that_are_there_can_still_change() -> None:
    full = Progress(None, {f"m{n}": 0.0 for n in range(MAX_METRICS)})
    found, problems = full.merged(None, {"m3": 7, "new": 1})
    assert (found.metrics["m3"], list(problems)) == (7.0, ["new"])


def test_as_many_numbers_as_there_may_be_with_the_longest_names_fit() -> None:
    metrics = {f"{n:0{MAX_NAME}}": -1.2345678901234567e-300 for n in range(MAX_METRICS)}
    assert Progress().merged(None, metrics)[1] == {}


def test_what_was_known_is_not_changed_in_its_place() -> None:
    known = Progress(0.1, {"loss": 1.0})
    known.merged(0.2, {"loss": 2.0})
    assert known.to_json() == {"progress": 0.1, "metrics": {"loss": 1.0}}


@given(
    st.one_of(st.none(), st.floats(), st.integers(), st.text()),
    st.dictionaries(st.text(max_size=60), st.one_of(st.floats(), st.integers(), st.text(max_size=100)), max_size=40),
)
def test_whatever_a_step_says_the_master_takes_what_the_runner_kept(said: object, metrics: dict[str, object]) -> None:
    kept = Progress().merged(said, metrics)[0].to_json()
    assert len(json.dumps(kept.get("metrics", {}))) <= MAX_BYTES
    assert Progress.from_json(json.loads(json.dumps(kept, allow_nan=False))).to_json() == kept


JSON = st.recursive(
    st.none() | st.floats() | st.text() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["progress", "metrics", "x"]), inner),
)


@given(JSON)
def test_anything_else_is_refused_or_becomes_progress(data: object) -> None:
    try:
        found = Progress.from_json(data)
    except ValueError:
        return
    assert found.progress is None or 0 <= found.progress <= 1
