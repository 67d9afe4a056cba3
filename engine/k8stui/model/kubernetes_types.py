"""Turns what a user wrote for a part of a Pod into the plain camelCase JSON that Kubernetes reads, or says why not.

Users write such parts as dictionaries in either case style, as objects of `kubernetes.client.models`, or as a mix of
them. The schema (`pod_schema.json`, made by `tools/make_pod_schema.py`) knows which keys are fields, to be renamed, and
which are a user's own (labels, resource names), to be left alone. The client's model objects are recognised by their
`attribute_map`: importing their package would cost hundreds of milliseconds.
"""

from __future__ import annotations

import difflib
import functools
import importlib.resources
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from k8stui.model import rules
from k8stui.model.errors import InvalidInputError


class _Type:
    """One type of the schema.

    Attributes:
        name: Name of its class in the Kubernetes client, such as `V1Toleration`.
        fields: Expressions of the fields' types by camelCase name.
        required: The fields that must be there.
        python: camelCase names by the names that the Kubernetes client gives them in Python.
    """

    __slots__ = ("fields", "name", "python", "required")

    def __init__(self, name: str, data: dict[str, Any]) -> None:
        self.name = name
        self.fields: dict[str, str] = data["fields"]
        self.required: list[str] = data.get("required", [])
        self.python: dict[str, str] = data.get("python", {})


@functools.cache
def _schema() -> dict[str, _Type]:
    text = importlib.resources.files("k8stui.model").joinpath("pod_schema.json").read_text(encoding="utf-8")
    return {name: _Type(name, data) for name, data in json.loads(text).items()}


def fields_of(kind: str) -> dict[str, str]:
    """The camelCase names of a type's fields, with the expressions of their types."""
    return dict(_schema()[kind].fields)


def to_json(value: object, kind: str, *, where: str, partial: bool = False) -> Any:
    """The value as plain JSON in Kubernetes' own spelling.

    Args:
        value: What the user wrote.
        kind: Its type in the schema's notation: `V1Affinity`, `[V1Toleration]`, `labels`, `bool` …
        where: The path that errors name, such as `pod_settings.affinity`.
        partial: Whether fields that Kubernetes requires may be missing at the top level.

    Raises:
        InvalidInputError: A field is unknown, missing or of a wrong type; the message names its full path.
    """
    if kind.startswith("["):
        return _list(value, kind[1:-1], where)
    if kind.startswith("{"):
        entries = _mapping(value, where)
        return {key: to_json(item, kind[1:-1], where=f"{where}[{key!r}]") for key, item in entries.items()}
    if kind in _SCALARS:
        return _SCALARS[kind](value, where)
    return _object(value, _schema()[kind], where, partial=partial)


def unknown_field(where: str, name: str, known: Sequence[str], *, noun: str = "field") -> InvalidInputError:
    """The error for a name that is not among the known ones; it suggests the nearest."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    ask = f"; did you mean {near[0]!r}?" if near else ""
    return InvalidInputError(
        f"{where}: unknown {noun} {name!r}{ask}",
        hint="" if near else f"Known here: {', '.join(known)}",
    )


def _object(value: object, kind: _Type, where: str, *, partial: bool) -> dict[str, Any]:
    entries: Mapping[str, Any]
    names = getattr(type(value), "attribute_map", None)
    if isinstance(names, dict):
        given = type(value).__name__
        if given != kind.name and given in _schema():
            raise InvalidInputError(f"{where}: expected {kind.name}, got {given}")
        entries = {key: getattr(value, attribute) for attribute, key in names.items()}
    else:
        entries = _mapping(value, where, like=kind)
    result: dict[str, Any] = {}
    for key, item in entries.items():
        name = key if key in kind.fields else kind.python.get(key, "")
        if not name:
            spelled = list(kind.fields) if "_" not in key else sorted({*kind.python, *kind.fields})
            raise unknown_field(where, key, spelled)
        if name in result:
            raise InvalidInputError(f"{where}: field {name!r} is given twice, in both case styles")
        if item is not None:
            result[name] = to_json(item, kind.fields[name], where=f"{where}.{name}")
    if not partial:
        for name in kind.required:
            if name not in result:
                raise InvalidInputError(f"{where}: field {name!r} is missing")
    return result


def _mapping(value: object, where: str, *, like: _Type | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        fields = f" with fields such as {', '.join(list(like.fields)[:4])}" if like else ""
        raise _wrong_type(where, f"a dictionary{fields}", value)
    for key in value:
        if not isinstance(key, str):
            raise InvalidInputError(f"{where}: the key {key!r} must be a text", hint=f"Write {str(key)!r}.")
    return value


def _list(value: object, kind: str, where: str) -> list[Any]:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        raise _wrong_type(where, "a list", value)
    return [to_json(item, kind, where=f"{where}[{index}]") for index, item in enumerate(value)]


def _wrong_type(where: str, expected: str, value: object, *, hint: str = "") -> InvalidInputError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return InvalidInputError(f"{where}: expected {expected}, got {shown} ({type(value).__name__})", hint=hint)


def _text(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    hint = ""
    if isinstance(value, bool):
        hint = f"Kubernetes wants a text here: write '{str(value).lower()}'."
    elif isinstance(value, (int, float)):
        hint = f"Kubernetes wants a text here: write '{value}'."
    raise _wrong_type(where, "a text", value, hint=hint)


def _integer(value: object, where: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _wrong_type(where, "a whole number", value)


def _boolean(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong_type(where, "true or false", value)


def _number_or_text(value: object, where: str) -> int | str:
    return value if isinstance(value, str) else _integer(value, where)


def _time(value: object, where: str) -> str:
    return value.isoformat() if isinstance(value, datetime) else _text(value, where)


def _quantity(value: object, where: str) -> str:
    # JSON numbers are quantities as well: `cpu: 2` and `cpu: 0.5` are what people write.
    text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _text(value, where)
    _must_be_good(text, rules.quantity_problem(text), where)
    return text


def _env_name(value: object, where: str) -> str:
    text = _text(value, where)
    _must_be_good(text, rules.env_name_problem(text), where)
    return text


def _quantities(value: object, where: str) -> dict[str, str]:
    result = {}
    for key, item in _mapping(value, where).items():
        _must_be_good(key, rules.key_problem(key), where)
        result[key] = _quantity(item, f"{where}[{key!r}]")
    return result


def _labels(value: object, where: str) -> dict[str, str]:
    result = {}
    for key, item in _mapping(value, where).items():
        _must_be_good(key, rules.key_problem(key), where)
        text = _text(item, f"{where}[{key!r}]")
        _must_be_good(text, rules.label_value_problem(text), f"{where}[{key!r}]")
        result[key] = text
    return result


def _annotations(value: object, where: str) -> dict[str, str]:
    result = {}
    for key, item in _mapping(value, where).items():
        _must_be_good(key, rules.key_problem(key), where)
        result[key] = _text(item, f"{where}[{key!r}]")
    return result


def _must_be_good(text: str, problem: str, where: str) -> None:
    if problem:
        raise InvalidInputError(f"{where}: {text!r} is not possible: {problem}")


def _anything(value: object, where: str) -> Any:
    if not isinstance(value, (str, int, float, bool, list, Mapping)):
        raise _wrong_type(where, "JSON", value)
    return value


_SCALARS: dict[str, Callable[[object, str], Any]] = {
    "str": _text,
    "int": _integer,
    "bool": _boolean,
    "bytes": _text,
    "object": _anything,
    "datetime": _time,
    "intOrString": _number_or_text,
    "quantity": _quantity,
    "quantities": _quantities,
    "labels": _labels,
    "annotations": _annotations,
    "envName": _env_name,
}
