"""References to artifacts: what travels between pods in place of a value that is kept in the artifact store. Pure.

A reference is JSON like any other result. Master and scheduler carry it; only a step's runner opens it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MARK = "k8stui.artifact"
"""The key that tells a reference from any other object; its value is the version, 1."""

SCHEMA = 1


def is_reference(value: Any) -> bool:
    """Whether a result is kept in the artifact store, and this stands for it."""
    return isinstance(value, dict) and value.get(MARK) == SCHEMA


def part(value: Any, index: int) -> Any:
    """One thing of a list, or the reference to one thing of a list that is kept in the store."""
    return dict(value, item=index) if is_reference(value) else value[index]


def content(value: Any) -> Any:
    """What a value comes to for the step cache: of references the content, wherever it is kept."""
    if is_reference(value):
        return {key: value[key] for key in ("type", "sha256", "item", "class", "name") if key in value}
    return [content(one) for one in value] if isinstance(value, list) else value


def kept_as(reference: Any) -> str:
    """What a reference refers to, in a sentence: `a DataFrame in the artifact store`."""
    return "in the artifact store (%s)" % (reference.get("kind") or reference.get("type"))
