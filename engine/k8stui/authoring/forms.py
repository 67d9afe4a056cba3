"""A form for the parameters of a pipeline: which fields it has, and what is wrong with what was typed into them. Pure.

What a person types means the same as `--param NAME=TEXT` on the command line, because it is checked by the same code.
A field left as it was is not given at all, so that a default can be of a type that has no text of its own.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from k8stui.authoring.inputs import NotJsonError, json_value
from k8stui.authoring.parameters import MisfitError, Parameter
from k8stui.model.errors import InvalidInputError


class Kind(StrEnum):
    """What a field looks like."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    JSON = "json"


FLAG_TEXTS = ("false", "true")


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes:
        parameter: What it is for, with the rules for its values.
        kind: What it looks like.
        default: What stands in it at first: the parameter's default as text; empty when there is none, or when it has
            no text.
        choices: What can be chosen (flags and choices).
    """

    parameter: Parameter
    kind: Kind
    default: str = ""
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    @property
    def required(self) -> bool:
        """Whether something must be typed."""
        return self.parameter.required

    @property
    def default_value(self) -> Any:
        """The default as a JSON value; None when there is none, or when it has no JSON."""
        plain = None if self.required else _plain(self.parameter, self.parameter.default)
        return None if plain is _NONE else plain

    @property
    def help(self) -> str:
        """The type as its author wrote it, and what the parameter is for."""
        return ": ".join(part for part in (self.parameter.type_name, self.parameter.description) if part)

    def given(self, text: str) -> bool:
        """Whether a text in it is a value for the run, and not just the default or nothing."""
        if not self.required and text == self.default:
            return False
        return bool(text) or (self.kind is Kind.TEXT and not self.required)

    def problem(self, text: str) -> str:
        """What is wrong with a text in it, as a sentence; empty when nothing is."""
        if not self.given(text):
            return "It needs a value." if self.required else ""
        try:
            self.parameter.fit(text)
        except MisfitError as error:
            said = str(error)
            return f"{said[:1].upper()}{said[1:]}.{f' {error.hint}' if error.hint else ''}"
        return ""

    def default_said(self) -> str:
        """Its default, for its note; empty for none."""
        return f"default {self.default}" if self.default and not self.required else ""

    def text_of(self, value: Any) -> str | None:
        """The text that means a JSON value, as a record keeps it; None when no text does."""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if not self.required and _same(_plain(self.parameter, self.parameter.default), value):
            return self.default
        if not self.given(text):
            return None
        try:
            return text if _same(_plain(self.parameter, self.parameter.fit(text)), value) else None
        except MisfitError:
            return None

    @property
    def shape(self) -> tuple[Any, ...]:
        """Equal for fields that mean the same, also when their file was loaded twice."""
        known = self.parameter
        return self.kind, known.name, known.type_name, known.required, self.default, self.choices, known.description


class FormError(InvalidInputError):
    """Fields do not hold what they should.

    Attributes:
        problems: A sentence on each of them, by its name.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


def fields_of(parameters: Iterable[Parameter]) -> tuple[Field, ...]:
    """The fields for the parameters of a loaded pipeline, in order."""
    return tuple(map(_field, parameters))


def parse(fields: Sequence[Field], texts: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a filled-in form gives a run, as `--param` would give them.

    Args:
        fields: The form.
        texts: What stands in each field, by name; a field that is missing is as it was at first.

    Raises:
        FormError: Something does not fit.
    """
    found = {field.name: texts.get(field.name, field.default) for field in fields}
    problems = {field.name: problem for field in fields if (problem := field.problem(found[field.name]))}
    if problems:
        raise FormError(problems)
    return {field.name: found[field.name] for field in fields if field.given(found[field.name])}


def filled(fields: Sequence[Field], values: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The texts that give a run the values of an earlier one.

    Returns:
        Texts by name, and names of the parameters whose earlier value cannot be typed; they keep their default.
    """
    texts: dict[str, str] = {}
    lost = []
    for field in fields:
        if field.name in values:
            text = field.text_of(values[field.name])
            if text is None:
                lost.append(field.name)
            else:
                texts[field.name] = text
    return texts, lost


def _field(parameter: Parameter) -> Field:
    kind, choices = _kind(parameter)
    default = "" if parameter.required else _default(parameter, choices)
    return Field(parameter, kind, default, choices)


def _kind(parameter: Parameter) -> tuple[Kind, tuple[str, ...]]:
    plain = parameter.type
    while get_origin(plain) is Annotated:
        plain = get_args(plain)[0]
    simple = {str: Kind.TEXT, int: Kind.INTEGER, float: Kind.NUMBER}
    if plain is bool:
        return Kind.FLAG, FLAG_TEXTS
    if plain in simple:
        return simple[plain], ()
    members: Sequence[Any] = ()
    if get_origin(plain) is Literal:
        members = get_args(plain)
    elif isinstance(plain, type) and issubclass(plain, enum.Enum) and not issubclass(plain, enum.Flag):
        members = list(plain)
    texts = tuple(_choice(parameter, member) for member in members)
    # Where a member has no text of its own (`Literal["1", 1]`), it is typed like anything else.
    return (Kind.CHOICE, texts) if texts and all(texts) and len({*texts}) == len(texts) else (Kind.JSON, ())


def _choice(parameter: Parameter, member: Any) -> str:
    value = member.value if isinstance(member, enum.Enum) else member
    text = value if isinstance(value, str) else json.dumps(value, default=repr)
    try:
        found = parameter.fit(text)
    except MisfitError:
        return ""
    return text if found == member and type(found) is type(member) else ""


def _default(parameter: Parameter, choices: Sequence[str]) -> str:
    if choices and isinstance(parameter.default, enum.Enum):
        return _choice(parameter, parameter.default)
    plain = _plain(parameter, parameter.default)
    if plain is _NONE:
        return ""
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


_NONE = object()
"""For a value that has no JSON."""


def _plain(parameter: Parameter, value: Any) -> Any:
    try:
        return json_value(parameter.to_json(value, where=""))
    except (InvalidInputError, NotJsonError):
        return _NONE


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, and of one type all the way down: 1, 1.0 and true are three values."""
    if one is _NONE or other is _NONE:
        return False
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
