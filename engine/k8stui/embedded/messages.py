"""Which fields the kinds served have: `messages.json`, which `tools/make_messages.py` makes of Kubernetes' Go types."""

from __future__ import annotations

import functools
import importlib.resources
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Type:
    """What a field holds.

    Attributes:
        name: A message, or str, bool, int, bytes, quantity, intOrString, time, json.
        around: "list", "map" (of texts to it), or "".
        pointer: Whether zero differs from nothing.
    """

    name: str
    around: str = ""
    pointer: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a message.

    Attributes:
        name: What JSON calls it; empty where its own fields stand in its place.
        number: Its number in protobuf.
        type: What it holds.
        key: What a strategic merge patch tells the items of its list apart by; empty for the items themselves, None for
            a list that is replaced.
    """

    name: str
    number: int
    type: Type
    key: str | None


@functools.cache
def message(name: str) -> tuple[Field, ...]:
    """Return the fields of a message, of none where there is no such message."""
    return tuple(
        Field(key, described[0], _type(described[1]), described[2] if len(described) > 2 else None)
        for key, described in _described().get(name, {}).items()
    )


@functools.cache
def fields(name: str) -> dict[str, Field]:
    """Return the fields of a message by their names in JSON, those included that stand in the place of another."""
    found: dict[str, Field] = {}
    for field in message(name):
        found |= {field.name: field} if field.name else fields(field.type.name)
    return found


def known(name: str) -> bool:
    """Return whether there is such a message."""
    return name in _described()


@functools.cache
def _described() -> dict[str, dict[str, list[Any]]]:
    text = importlib.resources.files("k8stui.embedded").joinpath("messages.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[Any]]] = json.loads(text)
    return found


def _type(notation: str) -> Type:
    bare = notation.removesuffix("?")
    around = {"[": "list", "{": "map"}.get(bare[0], "")
    return Type(bare.strip("[]{}") if around else bare, around, bare != notation)
