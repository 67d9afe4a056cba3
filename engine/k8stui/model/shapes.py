"""What data from outside may look like, and what of it can be used. Pure.

A shape is a function: it gives a value back as it is, or, where something in it cannot be what it should be (a null, a
wrong type, a time that is none), a copy without just that; `NOTHING` where nothing of it is left. So whoever reads
such data need not doubt its types, and one bad field hides neither its object nor the others of a list.

What a shape does not name passes as it is. Values that fit, nearly all of them, are not copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from operator import is_
from typing import Any, Final, TypeAlias

Shape: TypeAlias = Callable[[Any], Any]

NOTHING: Final = object()
"""What is given in place of a value of which nothing can be used."""

_MOST = 1 << 63
"""What whole numbers of Kubernetes stay below."""

LATEST = 32_503_680_000.0
"""Seconds since the epoch of the year 3000: no clock is that wrong."""

_TIME = re.compile(r"(?:19[7-9]\d|2\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339, from 1970 on: the year 1 is how programs in Go write that there is no time."""

_QUANTITY = re.compile(
    r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,2})?", re.ASCII
)
"""As `model.quantities` reads them, but for numbers that only an attack has."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""How JSON writes halves of characters, which no UTF-8 can hold when the other half is missing."""

_LONE = re.compile("[\ud800-\udfff]")

MOST_SAID = 8_192
"""Characters of a message: twice what the longest one has that Kubernetes lets a container leave."""

MOST_NESTED = 100
"""Lists and objects in one another that a text may have: programs that walk through it can go only so deep."""

_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def text(value: Any) -> Any:
    """A text."""
    return value if type(value) is str else NOTHING


def sentence(value: Any) -> Any:
    """What some program says: of a text that is too long for that its beginning."""
    if type(value) is not str:
        return NOTHING
    over = len(value) - MOST_SAID
    return value if over <= 0 else f"{value[:MOST_SAID]}… ({over:,} more characters)"


def number(value: Any) -> Any:
    """A whole number."""
    return value if type(value) is int and -_MOST <= value < _MOST else NOTHING


def flag(value: Any) -> Any:
    """Yes or no."""
    return value if type(value) is bool else NOTHING


def number_or_text(value: Any) -> Any:
    """A whole number, or a text such as `50%`."""
    return value if type(value) is str else number(value)


def instant(value: Any) -> Any:
    """A time as RFC 3339 writes it."""
    return value if type(value) is str and _is_time(value) else NOTHING


def seconds(value: Any) -> Any:
    """A time as seconds since the epoch."""
    return value if type(value) in (int, float) and -LATEST < value < LATEST else NOTHING


def moment(value: Any) -> Any:
    """A time either way."""
    return instant(value) if type(value) is str else seconds(value)


def part(value: Any) -> Any:
    """How much of something is done, from 0 to 1."""
    return value if type(value) in (int, float) and 0 <= value <= 1 else NOTHING


def measures(value: Any) -> Any:
    """Numbers and texts by name, as steps report them."""
    return _map_of(value, _measure)


def quantity(value: Any) -> Any:
    """An amount, such as `500m` or `2Gi`."""
    return value if type(value) is str and _is_quantity(value) else NOTHING


def mapping(value: Any) -> Any:
    """An object of JSON with anything in it."""
    return value if type(value) is dict else NOTHING


def texts(value: Any) -> Any:
    """Texts by name, as labels are."""
    return _map_of(value, text)


def quantities(value: Any) -> Any:
    """Amounts by name."""
    return _map_of(value, quantity)


def each(of: Shape) -> Shape:
    """A list of these; what is none of them is left out."""

    def shape(value: Any) -> Any:
        if type(value) is not list:
            return NOTHING
        found = list(map(of, value))
        if all(map(is_, found, value)):
            return value
        return [one for one in found if one is not NOTHING]

    return shape


def fields(known: dict[str, Shape], *, must: tuple[str, ...] = (), always: tuple[str, ...] = ()) -> Shape:
    """An object of JSON.

    Args:
        known: The shapes of its fields, by name.
        must: Those without which it is of no use.
        always: Those that are there in any case, empty where they are missing.
    """
    empty: dict[str, Callable[[], Any]] = {
        name: next(kind for kind in (str, dict, list) if known[name](kind()) is not NOTHING) for name in always
    }

    shape_of = known.get

    def shape(value: Any) -> Any:
        if type(value) is not dict:
            return NOTHING
        other: dict[str, Any] = {}
        for name, one in value.items():
            of = shape_of(name)
            # Most fields are texts, and calling a function for each of them is most of the time that all of this takes.
            if of is None or (of is text and type(one) is str):
                continue
            if (found := of(one)) is not one:
                other[name] = found
        if other:
            value = {name: other.get(name, one) for name, one in value.items()}
            value = {name: one for name, one in value.items() if one is not NOTHING}
        for name, kind in empty.items():
            if name not in value:
                value = {**value, name: known[name](kind())}
        return value if not must or all(map(value.get, must)) else NOTHING

    return shape


def parsed(data: str | bytes) -> Any:
    """The JSON in an answer.

    Raises:
        ValueError: It is none.
    """
    try:
        return _parser()(data)
    except (ValueError, TypeError):  # the latter for texts that have halves of characters
        return _parsed_slowly(data)


@cache
def _parser() -> Callable[[str | bytes], Any]:
    """One that takes two thirds of the time of Python's and refuses more; what it gives, Python's would give, too."""
    from pydantic_core import from_json  # noqa: PLC0415  (the first screen is painted without it)

    return from_json


def _parsed_slowly(data: str | bytes) -> Any:
    """What may have halves of characters, bytes that are no text, or hundreds of lists in one another."""
    told = data if isinstance(data, str) else data.decode("utf-8", "replace")
    try:
        found = json.loads(told)
        return _whole(found) if _HALF.search(told) else found
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def parsed_text(data: str) -> Any:
    """The JSON in a text that anybody may have written.

    Raises:
        ValueError: It is none, or nested so deeply that nobody wrote it to be read.
    """
    found = parsed(data)
    if data.count("[") + data.count("{") > MOST_NESTED:
        depth = 0
        for bracket in _BRACKET.finditer(data):
            depth += (bracket[0] in "[{") - (bracket[0] in "]}")
            if depth > MOST_NESTED:
                raise ValueError("nested too deeply")
    return found


def parsed_as(shape: Shape, data: object) -> dict[str, Any]:
    """The object of JSON in a text, as far as it has this shape; empty where it is none."""
    try:
        found = shape(parsed_text(data)) if isinstance(data, str) else NOTHING
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _map_of(value: Any, of: Shape) -> Any:
    if type(value) is not dict:
        return NOTHING
    found = list(map(of, value.values()))
    if all(map(is_, found, value.values())):
        return value
    return {name: one for name, one in zip(value, found, strict=True) if one is not NOTHING}


def _measure(value: Any) -> Any:
    return value if type(value) in (int, float, str) else NOTHING


def _whole(value: Any) -> Any:
    """The same without halves of characters."""
    if isinstance(value, str):
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value


@lru_cache(4096)
def _is_time(value: str) -> bool:
    try:
        return bool(_TIME.fullmatch(value) and datetime.fromisoformat(value))
    except ValueError:
        return False


@lru_cache(4096)
def _is_quantity(value: str) -> bool:
    return bool(_QUANTITY.fullmatch(value))
