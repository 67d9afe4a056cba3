"""What authors write about parameters is found in the two usual ways of writing it."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.authoring.docstrings import arguments, first_line
from k8stui.authoring.parameters import parameters_of

GOOGLE = """Trains.

    Args:
        rows: How many rows there are: all
            of them.
        rate (float): How fast.

        Not an argument: text.
    Returns:
        x: Nothing.
    """
SPHINX = """Trains.

    :param rows: How many rows
        there are.
    :param float rate: How fast.
    :returns: nothing
    """


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        (GOOGLE, {"rows": "How many rows there are: all of them.", "rate": "How fast."}),
        (SPHINX, {"rows": "How many rows there are.", "rate": "How fast."}),
        ("Args: none", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_arguments_are_read_in_both_styles(doc: str | None, expected: dict[str, str]) -> None:
    assert arguments(doc) == expected


def test_the_first_line_is_the_first_with_words() -> None:
    assert [first_line(doc) for doc in ("\n\n  One.\nTwo.", "", None)] == ["One.", "", ""]


def test_a_parameter_has_what_its_pipelines_docstring_says() -> None:
    def function(rows: int, rate: float = 0.1, other: str = "") -> None: ...

    function.__doc__ = GOOGLE
    found = parameters_of(function, inspect.signature(function))
    assert [one.description for one in found] == ["How many rows there are: all of them.", "How fast.", ""]


@given(st.text())
def test_any_text_is_a_docstring(doc: str) -> None:
    for name, text in arguments(doc).items():
        assert name.isidentifier() or name.isdigit() or name.isalnum() or "_" in name
        assert "\n" not in text
