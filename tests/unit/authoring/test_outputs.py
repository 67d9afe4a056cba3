"""What a step returns is read from its annotation."""

# Nobody calls these functions, so they need no bodies.
# mypy: disable-error-code="empty-body"

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Tuple  # noqa: UP035  (authors write Tuple too)

import pytest

from k8stui.authoring.outputs import named, names_of_text, output_names
from k8stui.model.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sized as Tensor  # stands for a library that is missing at run time


def nothing() -> None: ...
def never() -> NoReturn: ...
def unsaid(): ...  # type: ignore[no-untyped-def]  # that is the case
def one() -> int: ...
def called() -> Annotated[float, "accuracy"]: ...
def two() -> tuple[int, str]: ...
def old_two() -> Tuple[int, str]: ...  # noqa: UP006 - authors write it, too
def mixed() -> tuple[Annotated[int, "rows"], dict[str, tuple[int, int]]]: ...
def many() -> tuple[int, ...]: ...
def alone() -> tuple[int]: ...
def unknown() -> tuple[Annotated[Tensor, "weights"], Tensor]: ...
def quoted() -> "tuple[int, int]": ...  # noqa: UP037 - likewise


CASES: list[tuple[Callable[..., Any], tuple[str, ...]]] = [
    (nothing, ()),
    (never, ()),
    (unsaid, ("output",)),
    (one, ("output",)),
    (called, ("accuracy",)),
    (two, ("output_0", "output_1")),
    (old_two, ("output_0", "output_1")),
    (mixed, ("rows", "output_1")),
    (many, ("output",)),
    (alone, ("output",)),
    (unknown, ("weights", "output_1")),
    (quoted, ("output_0", "output_1")),
]


@pytest.mark.parametrize(("function", "names"), CASES)
def test_the_annotation_names_the_outputs(function: Callable[..., Any], names: tuple[str, ...]) -> None:
    assert output_names(function) == names


@pytest.mark.parametrize(("function", "names"), [case for case in CASES if case[0] is not unsaid])
def test_its_text_alone_says_the_same(function: Callable[..., Any], names: tuple[str, ...]) -> None:
    assert names_of_text(inspect.get_annotations(function)["return"]) == names


def test_objects_in_place_of_text_say_the_same() -> None:
    def function() -> None: ...

    function.__annotations__["return"] = tuple[Annotated[int, "a"], Annotated[int, "b"]]
    assert output_names(function) == ("a", "b")


def test_two_outputs_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="two outputs are called 'a'"):
        names_of_text('tuple[Annotated[int, "a"], Annotated[int, "a"]]')


@pytest.mark.parametrize("wrong", ["ab", ["a", ""], [1]])
def test_outputs_that_are_no_names_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match="not a list of names"):
        named(wrong)
