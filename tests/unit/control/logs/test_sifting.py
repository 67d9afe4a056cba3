"""Which log lines pass what a person typed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.control.logs.sifting import sieve_from, sieve_of
from k8stui.model.errors import InvalidInputError

LINES = ["epoch 1 loss=0.5", "GET /healthz 200", "ERROR disk full", "error in epoch 2", "Traceback"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", LINES),
        ("epoch", [LINES[0], LINES[3]]),
        ("error", [LINES[2], LINES[3]]),
        ("ERROR", [LINES[2]]),
        ("!healthz", [LINES[0], *LINES[2:]]),
        ("epoch !error", [LINES[0]]),
        ("!epoch !healthz !trace", [LINES[2]]),
        (r"\S+=0\.\d", [LINES[0]]),
        ("^epoch|full$", [LINES[0], LINES[2]]),
        ("!", LINES),
        ("epoch !", [LINES[0], LINES[3]]),
        ("a!b", []),
    ],
)
def test_what_is_typed_shows_and_hides(typed: str, shown: list[str]) -> None:
    sieve = sieve_of(typed)
    assert [line for line in LINES if sieve.passes(line)] == shown
    assert bool(sieve) == (shown != LINES)


@pytest.mark.parametrize("typed", ["(", "epoch !["])
def test_what_is_no_regular_expression_is_a_sentence(typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"'[\(\[]' is no regular expression: "):
        sieve_of(typed)


def test_lists_of_expressions_show_what_any_finds_and_hide_what_any_finds() -> None:
    sieve = sieve_from(["epoch", "ERROR"], ["error", "loss"])
    assert [line for line in LINES if sieve.passes(line)] == [LINES[2]]


def test_a_line_passes_in_any_form_and_is_hidden_in_any() -> None:
    raw, folded = '{"level": "error", "msg": "no"}', "ERROR no"
    assert sieve_of("^error no").passes(raw, folded)
    assert sieve_of('"level"').passes(raw, folded)
    assert not sieve_of("!^ERROR").passes(raw, folded)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused_with_a_sentence(typed: str) -> None:
    with suppress(InvalidInputError):
        sieve_of(typed).passes("some line")
