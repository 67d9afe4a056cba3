"""A form means exactly what `--param` means, shows defaults as text, and tells each field's mistake by itself."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field as Constraint

from k8stui.authoring.forms import Field, FormError, Kind, fields_of, filled, parse
from k8stui.authoring.parameters import Parameter, bind, parameters_of
from k8stui.model.errors import InvalidInputError


class Size(enum.Enum):
    SMALL = "small"
    BIG = "big"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclass
class Range:
    low: int
    high: int


class Opaque:
    """Nothing that could be checked."""


def everything(  # type: ignore[no-untyped-def]  # some have no annotation
    *,
    n: int,
    word: str,
    rate: float = 1e-05,
    name: str = "x",
    deep: bool = False,
    part: Annotated[int, Constraint(ge=1)] = 3,
    mode: Literal["fast", "slow"] = "slow",
    count: Literal[1, 2] = 2,
    both: Literal["1", 1] = 1,
    size: Size = Size.BIG,
    level: Level = Level.LOW,
    rates: list[float] | None = None,
    table: dict[str, int] = {},  # noqa: B006 - as authors write it
    limit: int | None = None,
    maybe: str | None = None,
    over: Range = Range(0, 1),  # noqa: B008 - likewise
    free: Any = None,
    inferred=5,
    listed=("a",),
) -> None:
    """A pipeline function with a parameter of every kind.

    Args:
        n: How many.
    """


def parameters(function: Callable[..., Any] = everything) -> tuple[Parameter, ...]:
    return parameters_of(function, inspect.signature(function))


FIELDS = fields_of(parameters())
BY_NAME = {field.name: field for field in FIELDS}
NEEDED = {"n": "1", "word": "w"}


@pytest.mark.parametrize(
    ("name", "kind", "default", "choices"),
    [
        ("n", Kind.INTEGER, "", ()),
        ("word", Kind.TEXT, "", ()),
        ("rate", Kind.NUMBER, "1e-05", ()),
        ("name", Kind.TEXT, "x", ()),
        ("deep", Kind.FLAG, "false", ("false", "true")),
        ("part", Kind.INTEGER, "3", ()),
        ("mode", Kind.CHOICE, "slow", ("fast", "slow")),
        ("count", Kind.CHOICE, "2", ("1", "2")),
        ("both", Kind.JSON, "1", ()),
        ("size", Kind.CHOICE, "big", ("small", "big")),
        ("level", Kind.CHOICE, "1", ("1", "2")),
        ("rates", Kind.JSON, "null", ()),
        ("table", Kind.JSON, "{}", ()),
        ("limit", Kind.JSON, "null", ()),
        ("maybe", Kind.JSON, "null", ()),
        ("over", Kind.JSON, '{"low": 0, "high": 1}', ()),
        ("free", Kind.JSON, "null", ()),
        ("inferred", Kind.INTEGER, "5", ()),
        ("listed", Kind.JSON, '["a"]', ()),
    ],
)
def test_a_field_is_of_its_parameters_kind(name: str, kind: Kind, default: str, choices: tuple[str, ...]) -> None:
    field = BY_NAME[name]
    assert (field.kind, field.default, field.choices) == (kind, default, choices)
    assert field.required is (name in NEEDED)


def test_help_is_the_type_and_what_the_author_wrote() -> None:
    assert BY_NAME["n"].help == "int: How many."
    assert BY_NAME["mode"].help == "Literal['fast', 'slow']"


def test_an_untouched_form_gives_what_is_required_and_leaves_defaults_to_the_pipeline() -> None:
    texts = {field.name: field.default for field in FIELDS} | NEEDED
    assert parse(FIELDS, texts) == parse(FIELDS, NEEDED) == NEEDED


def test_every_mistake_is_a_sentence_at_its_field() -> None:
    with pytest.raises(FormError) as caught:
        parse(FIELDS, {"n": "", "rate": "fast", "part": "0", "mode": "medium", "rates": "[1,"})
    said = caught.value.problems
    assert said["n"] == said["word"] == "It needs a value."
    assert said["rate"].startswith("'fast' is not a float (input should be a valid number")
    assert "greater than or equal to 1" in said["part"]
    assert "'fast' or 'slow'" in said["mode"]
    assert "valid list" in said["rates"]
    assert list(said) == ["n", "word", "rate", "part", "mode", "rates"]
    assert isinstance(caught.value, InvalidInputError)


def test_a_type_that_cannot_be_checked_is_told_at_its_field() -> None:
    def function(thing: Any, other: Any = Opaque()) -> None: ...  # noqa: B008 - as authors write it

    function.__annotations__.update(thing=Opaque, other=Opaque)
    thing, other = fields_of(parameters(function))
    assert "cannot be checked. Use text, numbers" in thing.problem("1")
    assert (other.kind, other.default, other.default_value) == (Kind.JSON, "", None)
    assert parse([other], {}) == {}


def test_an_emptied_field_is_the_default_unless_it_is_a_text() -> None:
    assert parse(FIELDS, {**NEEDED, "rate": "", "rates": "", "name": ""}) == {**NEEDED, "name": ""}


TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["1", "2", "0", "1.5", "true", "no", "null", "fast", "big", "[1, 2]", '{"a": 1}', "[", "x"]),
)


@given(
    st.fixed_dictionaries({"n": TEXTS, "word": TEXTS}, optional={name: TEXTS for name in BY_NAME if name not in NEEDED})
)
def test_a_form_accepts_and_gives_exactly_what_the_command_line_would(texts: dict[str, str]) -> None:
    given_texts = {name: text for name, text in texts.items() if BY_NAME[name].required or BY_NAME[name].given(text)}
    complete = all(texts[name] for name in NEEDED)
    expected = outcome(lambda: bind(parameters(), given_texts, where="p") if complete else None)
    assert outcome(lambda: bind(parameters(), parse(FIELDS, texts), where="p")) == expected


def outcome(work: Callable[[], Any]) -> str:
    """What came out, types included; empty for a mistake."""
    try:
        return repr(work() or "")
    except InvalidInputError:
        return repr("")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(FIELDS), JSON)
def test_an_earlier_value_comes_back_exactly_or_is_told_as_lost(field: Field, value: Any) -> None:
    texts, lost = filled([field], {field.name: value})
    if lost:
        assert (lost, texts) == ([field.name], {})
        return
    values = bind([field.parameter], parse([field], texts), where="p")
    kept = field.parameter.to_json(values[field.name], where="p")
    assert repr(kept) == repr(value)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("n", 7, "7"),
        ("deep", True, "true"),
        ("mode", "fast", "fast"),
        ("level", 2, "2"),
        ("size", "small", "small"),
        ("rates", [1.0], "[1.0]"),
        ("rates", None, "null"),
        ("over", {"low": 3, "high": 4}, '{"low": 3, "high": 4}'),
        ("name", "line\nbreak", "line\nbreak"),
    ],
)
def test_values_of_an_earlier_run_become_texts(name: str, value: Any, text: str) -> None:
    assert filled(FIELDS, {name: value, "gone": 1}) == ({name: text}, [])


def test_fields_of_two_loads_of_the_same_file_have_the_same_shape() -> None:
    def changed(n: int, word: str = "") -> None: ...

    assert [one.shape for one in FIELDS] == [one.shape for one in fields_of(parameters())]
    assert BY_NAME["word"].shape != fields_of(parameters(changed))[1].shape
