"""Models of pydantic and objects of dataclasses as files: JSON, and the class in the reference."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from .material import Material, name_of, write_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping


def model(value: Any) -> Material | None:
    """How a model of pydantic is written; None for all else, and for one that JSON does not keep."""
    kind = type(value)
    if not _is_model(kind):
        return None
    try:
        text: str = value.model_dump_json()
        same = _alike(kind.model_validate_json(text), value)
    except Exception:
        return None
    return _of_class("pydantic", value, text) if same else None


def dataclass(value: Any) -> Material | None:
    """How an object of a dataclass is written; None for all else, and for one that JSON does not keep."""
    kind = type(value)
    if not hasattr(kind, "__dataclass_fields__"):
        return None
    fields = {name: getattr(value, name, None) for name in kind.__dataclass_fields__}
    try:
        text = json.dumps(fields, allow_nan=False)
        same = _alike(kind(**json.loads(text)), value)
    except Exception:
        return None  # such as fields that are dataclasses themselves: a pickle keeps them
    return _of_class("dataclass", value, text) if same else None


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same down to the types within: `Color.RED == "red"` is no proof of that."""
    if type(one) is not type(other):
        return False
    if type(one) in (list, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if type(one) is dict:
        return _alike(list(one.items()), list(other.items()))
    if hasattr(one, "__dataclass_fields__") or hasattr(one, "model_validate_json"):
        return _alike(_held(one), _held(other))
    return bool(one == other) and (isinstance(one, (str, bytes)) or not hasattr(one, "__iter__"))


def _held(value: Any) -> dict[str, Any]:
    """All attributes of a model, those besides its fields included."""
    fields = getattr(value, "__dataclass_fields__", ())
    held = {name: getattr(value, name, None) for name in (*fields, "__pydantic_extra__", "__pydantic_private__")}
    return dict(sorted({**held, **getattr(value, "__dict__", {})}.items()))


def _of_class(form: str, value: Any, text: str) -> Material | None:
    kind = type(value)
    place = "%s:%s" % (kind.__module__, kind.__qualname__)
    if kind.__module__ == "__main__" or _class_of(place) is not kind:
        return None
    return Material(form, ".json", lambda path: write_bytes(text.encode(), path), name_of(kind), **{"class": place})


def _class_of(place: str) -> Any:
    module, _, names = place.partition(":")
    found: Any = import_module(module)
    for name in names.split("."):
        found = getattr(found, name, None)
    return found


def read(path: str, reference: Mapping[str, Any], *_: object) -> Any:
    """The object that a file holds, of the class that its reference names.

    Raises:
        TypeError: What the reference names is no such class: only one is ever called, whatever a reference says.
    """
    form, place = reference["type"], reference["class"]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    kind = _class_of(place)
    if form == "pydantic":
        if _is_model(kind):
            return kind.model_validate_json(text)
    elif isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        return kind(**json.loads(text))
    raise TypeError("%s is no %s" % (place, "model of pydantic" if form == "pydantic" else "dataclass"))


def _is_model(kind: Any) -> bool:
    """Whether something is a class of models of pydantic 2."""
    pydantic: Any = sys.modules.get("pydantic")  # whoever has such a class has imported it
    return (
        pydantic is not None
        and isinstance(kind, type)
        and issubclass(kind, pydantic.BaseModel)
        and hasattr(kind, "model_validate_json")
    )
