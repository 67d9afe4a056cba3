"""What fits is not touched, and of what does not only the wrong part is left out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.cluster.resources import ALL, CONFIGMAPS, PODS, ROLES, Resource
from k8stui.cluster.shapes import shaped
from k8stui.model.shapes import (
    MOST_NESTED,
    NOTHING,
    each,
    fields,
    instant,
    parsed,
    parsed_as,
    parsed_text,
    quantity,
    text,
)
from tests.hostile import wrong
from tests.unit.control.diagnosis.samples import recording

PODS_OF_A_CLUSTER = [found["pod"] for found in recording().values()]
NESTED = "[" * (MOST_NESTED + 1) + "]" * (MOST_NESTED + 1)


def test_pods_of_a_real_cluster_are_the_same_objects_as_before() -> None:
    for pod in PODS_OF_A_CLUSTER:
        whole = {
            **pod,
            "metadata": {"uid": "u", "resourceVersion": "1", **pod["metadata"]},
        }  # Left out of the recording.
        assert shaped(whole, PODS) is whole


@pytest.mark.parametrize("resource", ALL, ids=lambda one: one.kind)
def test_an_object_of_any_kind_needs_no_more_than_a_name(resource: Resource) -> None:
    known = shaped({"metadata": {"name": "x"}, "spec": None, "status": [], "data": "no"}, resource)
    assert known is not None
    assert known["metadata"] == {"name": "x", "uid": "", "resourceVersion": ""}
    several: tuple[object, ...] = (
        None,
        [],
        "x",
        {},
        {"metadata": None},
        {"metadata": {"name": ""}},
        {"metadata": {"name": 5}},
    )
    for nothing in several:
        assert shaped(nothing, resource) is None


@given(wrong(*PODS_OF_A_CLUSTER))
def test_what_was_made_to_fit_fits(pod: dict[str, object]) -> None:
    known = shaped(pod, PODS)
    assert known is None or shaped(known, PODS) is known


def test_only_the_wrong_part_is_left_out() -> None:
    status = {"phase": "Running", "startTime": "yesterday", "conditions": [None, {"type": "Ready", "status": True}]}
    known = shaped({"metadata": {"name": "x", "labels": {"a": "b", "c": 1}}, "status": status}, PODS)
    assert known is not None
    assert known["metadata"]["labels"] == {"a": "b"}
    assert known["status"] == {"phase": "Running", "conditions": [{"type": "Ready"}]}
    assert known["spec"] == {"containers": []}


def test_what_an_object_may_be_without_is_there_where_code_counts_on_it() -> None:
    rules = [{"verbs": ["get"]}, {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]
    known = shaped({"metadata": {"name": "x"}, "rules": rules}, ROLES)
    assert known is not None
    assert [rule["resources"] for rule in known["rules"]] == [[], []]
    assert shaped({"metadata": {"name": "x"}, "data": {"a": None}}, CONFIGMAPS, metadata_only=True) is not None


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("2026-11-24T04:16:56Z", True),
        ("2026-11-24T04:16:56.123456789+01:00", True),
        ("0001-01-01T00:00:00Z", False),
        ("2026-02-30T00:00:00Z", False),
        ("2026-11-24T04:16:56", False),
        ("2026-11-24T04:16:56Z\n", False),
        (1764000000, False),
    ],
)
def test_times_are_such_that_a_clock_shows(value: object, fits: bool) -> None:
    assert (instant(value) is not NOTHING) is fits


@pytest.mark.parametrize(("value", "fits"), [("500m", True), ("1e3", True), ("1e999999", False), ("9" * 99, False)])
def test_amounts_are_such_that_arithmetic_takes_no_time(value: str, fits: bool) -> None:
    assert (quantity(value) is not NOTHING) is fits


def test_json_that_programs_could_not_walk_through_is_none() -> None:
    assert parsed_text(NESTED[1:-1]) is not None
    for data in (NESTED, '{"a":' * 300 + "1" + "}" * 300, "[" * 100_000):
        with pytest.raises(ValueError, match=r"."):
            parsed_text(data)
    assert parsed_text(json.dumps(['"[' * 300])) == ['"[' * 300]


def test_halves_of_characters_and_bytes_that_are_no_text_are_replaced() -> None:
    assert parsed(b'{"a\\ud800": "\\udc00 \\ud83d\\ude00 \xff"}') == {"a\ufffd": "\ufffd \U0001f600 \ufffd"}
    assert parsed_text('"\ud800"') == "\ufffd"


NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False))
ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
)


@given(ANY_JSON)
def test_json_means_what_python_takes_it_for(value: object) -> None:
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert parsed(written) == value
        assert parsed(written.encode()) == value


@given(st.text(alphabet='[]{}":,\\0e-.1 nt'))
def test_what_is_no_json_is_refused_and_nothing_else(written: str) -> None:
    try:
        known = json.loads(written)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            parsed(written)
    else:
        assert parsed(written) == known


@given(st.one_of(st.text(), st.none(), st.integers()))
def test_an_annotation_is_an_object_of_json_or_says_nothing(data: object) -> None:
    shape = fields({"a": each(text)})
    assert isinstance(parsed_as(shape, data), dict)
    assert parsed_as(shape, '{"a": ["x", 5, null], "b": 1}') == {"a": ["x"], "b": 1}
