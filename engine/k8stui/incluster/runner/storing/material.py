"""How one value is written, and what those who find that out for kinds of values have in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class UnkeepableError(Exception):
    """The value cannot be kept; the message goes on from `output 'x' of step y`."""


class Material:
    """How one value is written.

    Attributes:
        type: The format, as it stands in the reference.
        suffix: Of its file.
        write: Writes it to a path.
        kind: What it is, in words.
        more: What the reference says besides: `class` of a model, `items` of a list.
    """

    def __init__(self, form: str, suffix: str, write: Callable[[str], None], kind: str, **more: Any) -> None:
        self.type, self.suffix, self.write, self.kind, self.more = form, suffix, write, kind, more


def name_of(kind: type) -> str:
    """What a class is called in references."""
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def write_bytes(value: bytes, path: str) -> None:
    """Write a file."""
    with open(path, "wb") as file:
        file.write(value)
