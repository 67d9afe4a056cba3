"""Parameters of a pipeline are checked against their types, from Python values and from text alike."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from k8stui.authoring.parameters import bind, parameters_of
from k8stui.model.errors import InvalidInputError


class Size(enum.Enum):
    SMALL = "small"
    BIG = "big"


@dataclass
class Range:
    low: int
    high: int


def everything(  # type: ignore[no-untyped-def]  # some have no annotation
    n: int,
    rate: float = 0.1,
    name: str = "x",
    deep: bool = False,
    rates: list[float] | None = None,
    table: dict[str, int] = {},  # noqa: B006 - as authors write it
    mode: Literal["fast", "slow"] = "fast",
    size: Size = Size.SMALL,
    limit: int | None = None,
    over: Range = Range(0, 1),  # noqa: B008 - likewise
    free: Any = None,
    inferred=5,
) -> None:
    """A pipeline function with a parameter of every kind."""


def bound(given: dict[str, Any], function: Callable[..., Any] = everything) -> dict[str, Any]:
    return bind(parameters_of(function, inspect.signature(function)), given, where="pipeline 'p'")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n", "3", 3),
        ("rate", "1e-3", 0.001),
        ("name", "3", "3"),
        ("deep", "true", True),
        ("deep", "no", False),
        ("rates", "[1, 2.5]", [1.0, 2.5]),
        ("rates", "null", None),
        ("table", '{"a": 1}', {"a": 1}),
        ("mode", "slow", "slow"),
        ("size", "big", Size.BIG),
        ("limit", "7", 7),
        ("over", '{"low": 1, "high": 2}', Range(1, 2)),
        ("free", "3", "3"),
        ("inferred", "6", 6),
    ],
)
def test_text_becomes_the_parameters_type(name: str, text: str, value: Any) -> None:
    found = bound({"n": 1, name: text})[name]
    assert found == value
    assert type(found) is type(value)


def test_defaults_fill_what_is_not_given() -> None:
    found = bound({"n": 1})
    assert (found["rate"], found["size"], found["inferred"]) == (0.1, Size.SMALL, 5)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("n", "three", "an int"),
        ("n", 2.5, "an int"),
        ("rate", "fast", "a float"),
        ("deep", "perhaps", "a bool"),
        ("rates", "1,2", "list[float]"),
        ("mode", "medium", "Literal['fast', 'slow']"),
        ("size", "huge", "a Size"),
    ],
)
def test_a_wrong_value_names_parameter_value_and_type(name: str, value: Any, expected: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        bound({"n": 1, name: value})
    said = caught.value.message
    assert f"pipeline 'p': parameter {name!r}: {value!r} is not" in said
    assert expected in said
    assert caught.value.exit_code == 2


def test_an_unknown_parameter_lists_the_known_ones_and_the_nearest() -> None:
    with pytest.raises(InvalidInputError, match="has no parameter 'rat'") as caught:
        bound({"n": 1, "rat": 2})
    assert "Did you mean 'rate'?" in caught.value.hint
    assert "limit" in caught.value.hint


def test_a_missing_parameter_says_how_to_give_it() -> None:
    with pytest.raises(InvalidInputError, match=r"needs the parameter 'n' \(int\)") as caught:
        bound({})
    assert "--param n=VALUE" in caught.value.hint


def test_every_value_can_be_kept_as_json() -> None:
    parameters = {p.name: p for p in parameters_of(everything, inspect.signature(everything))}
    found = bound({"n": 1, "size": "big"})
    kept = {name: parameters[name].to_json(value, where="p") for name, value in found.items()}
    assert (kept["size"], kept["over"], kept["n"]) == ("big", {"low": 0, "high": 1}, 1)


def test_parameters_without_a_name_are_refused() -> None:
    def listed(*values: int) -> None: ...

    def keyed(**values: int) -> None: ...

    for function in (listed, keyed):
        with pytest.raises(InvalidInputError, match="no fixed name"):
            parameters_of(function, inspect.signature(function))


def test_a_type_that_does_not_exist_at_run_time_is_told_at_once() -> None:
    def function(table: Missing) -> None: ...  # type: ignore[name-defined]  # noqa: F821 - it is missing

    with pytest.raises(InvalidInputError, match="'Missing' is not defined"):
        parameters_of(function, inspect.signature(function))


def test_a_type_whose_values_cannot_be_checked_is_told() -> None:
    class Opaque:
        pass

    def function(thing: Any) -> None: ...

    function.__annotations__["thing"] = Opaque
    with pytest.raises(InvalidInputError, match="cannot be checked"):
        bound({"thing": 1}, function)
