"""JSON without `json`: the same values, text and refusals, with or without the interpreter's own parts."""

import importlib
import json
import math
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.incluster.wire import slimjson

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.fixture(params=["its own", "json"])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module as an interpreter has it, and as one without `_json` has it."""
    if request.param == "json":
        monkeypatch.setitem(sys.modules, "_json", None)
    yield importlib.reload(slimjson)
    monkeypatch.undo()
    importlib.reload(slimjson)


@given(values)
def test_it_is_read_and_written_as_by_json(value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"))
    assert slimjson.dumps(value) == text
    assert slimjson.loads(text) == value
    assert slimjson.loads(json.dumps(value, indent=1, ensure_ascii=False) + "\n") == value


@pytest.mark.parametrize("text", ["", " ", "nothing", "{", '{"a"}', "[1,]", "1 2", "'a'", '"a', '"\x00"', "{1: 2}"])
def test_what_is_no_json_is_refused(made: ModuleType, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        made.loads(text)


def test_numbers_that_are_not_finite_are_read_as_json_reads_them(made: ModuleType) -> None:
    found = made.loads("[NaN, Infinity, -Infinity, 1e400]")
    assert math.isnan(found[0])
    assert found[1:] == [math.inf, -math.inf, math.inf]


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf], {"a": math.nan}])
def test_they_are_not_written(made: ModuleType, value: Any) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        made.dumps(value)


@pytest.mark.parametrize(("value", "named"), [({1, 2}, "set"), ([object()], "object"), ({"a": b""}, "bytes")])
def test_what_json_does_not_have_is_refused_by_name(made: ModuleType, value: Any, named: str) -> None:
    with pytest.raises(TypeError, match=f"Object of type {named} is not JSON serializable"):
        made.dumps(value)


def test_keys_that_are_no_text_are_refused_or_written_as_json_does(made: ModuleType) -> None:
    assert made.dumps({1: True, None: 2.5}) == '{"1":true,"null":2.5}'
    with pytest.raises(TypeError, match="keys must be"):
        made.dumps({(1,): 2})


def test_what_holds_itself_is_refused(made: ModuleType) -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="Circular"):
        made.dumps(value)
