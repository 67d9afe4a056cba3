"""A handle refuses everything that would need its value, because the value exists only at run time."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import pytest

from k8stui.authoring.handles import StepHandle, StepOutput
from k8stui.model.errors import InvalidInputError

USES: dict[str, Callable[[Any], Any]] = {
    "if": bool,
    "len": len,
    "for": list,
    "index": lambda handle: handle[0],
    "in": lambda handle: 3 in handle,
    "attribute": lambda handle: handle.shape,
    "call": lambda handle: handle(),
    "less than another one": lambda handle: handle < StepOutput("train", "loss"),
    "add": lambda handle: handle + 1,
    "add from the right": lambda handle: 1 + handle,
    "times": lambda handle: handle * 2,
    "negative": operator.neg,
    "int": int,
    "float": float,
    "f-string": lambda handle: f"{handle}",
    "range": range,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize("handle", [StepOutput("train", "output"), StepHandle("tell")])
def test_using_the_value_is_refused_naming_place_and_step(use: Callable[[Any], Any], handle: StepHandle) -> None:
    with pytest.raises(InvalidInputError, match=r"test_handles\.py:\d+: .*step '(train|tell)' cannot be") as caught:
        use(handle)
    assert "inside a step" in caught.value.hint


COMPARISONS: dict[str, Callable[[Any], Any]] = {
    "equal": lambda handle: handle == 3,
    "unequal": lambda handle: handle != 3,
    "less": lambda handle: handle < 3,
    "at most": lambda handle: handle <= 3,
    "more": lambda handle: handle > 3,
    "at least": lambda handle: handle >= 3,
}


@pytest.mark.parametrize("compare", COMPARISONS.values(), ids=COMPARISONS.keys())
def test_comparing_an_output_with_a_constant_is_a_condition_but_not_for_python(compare: Callable[[Any], Any]) -> None:
    condition = compare(StepOutput("train", "output"))
    with pytest.raises(InvalidInputError, match=r"test_handles\.py:\d+: step 'train' cannot be compared") as caught:
        bool(condition)
    assert "when=" in caught.value.hint


@pytest.mark.parametrize("compare", COMPARISONS.values(), ids=COMPARISONS.keys())
def test_a_step_without_a_value_cannot_be_compared(compare: Callable[[Any], Any]) -> None:
    with pytest.raises(InvalidInputError, match="step 'tell' cannot be compared"):
        compare(StepHandle("tell"))


def test_handles_can_be_kept_in_sets_and_told_apart() -> None:
    first, second = StepOutput("a", "output"), StepOutput("a", "output")
    assert {first, second} == {second, first}
    assert first != second
    assert first == first  # noqa: PLR0124 - its own ==, which makes no condition here
    assert first in [second, first]


def test_a_handle_can_be_shown_and_copied() -> None:
    assert repr(copy.copy(StepOutput("a", "rows"))) == "<output 'rows' of step 'a'>"
