"""Writes results: a table for persons, documented JSON or YAML for programs, names for pipes.

Standard output holds the answer and nothing else; what is said about it goes to standard error.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from k8stui_tui.cli.colours import coloured, painter
from k8stui_tui.cli.program import as_called
from k8stui_tui.cli.tables import Column, render

_ACTING = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What acts on a terminal, or hides there, and is legal in JSON and YAML as it is: written as escapes instead."""


class Format(StrEnum):
    """The values of `-o`."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    NAME = "name"

    @property
    def structured(self) -> bool:
        """For programs."""
        return self in (Format.JSON, Format.YAML)


def say(text: str) -> None:
    """A line of the answer, out at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """A line about the answer, in our own words."""
    sys.stderr.write(as_called(text) + "\n")
    sys.stderr.flush()


def structured(data: Any, form: Format) -> str:
    """JSON or YAML of views, of lists of them, or of plain objects."""
    plain = _plain(data)
    if form is Format.JSON:
        return _json(plain)
    import yaml

    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=_is_harmless(plain))).rstrip("\n")


def documents(objects: Sequence[dict[str, Any]], form: Format) -> str:
    """Kubernetes objects: a List in JSON, documents after one another in YAML; both go into `kubectl apply -f -`."""
    if form is Format.JSON:
        return _json({"apiVersion": "v1", "kind": "List", "items": list(objects)})
    import yaml

    return str(yaml.safe_dump_all(objects, sort_keys=False, allow_unicode=_is_harmless(objects))).rstrip("\n")


def _json(plain: Any) -> str:
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(plain, indent=2, ensure_ascii=False))


def _is_harmless(plain: Any) -> bool:
    return not _ACTING.search(json.dumps(plain, ensure_ascii=False, default=str))


def _plain(data: Any) -> Any:
    from pydantic import BaseModel

    if isinstance(data, BaseModel):
        return data.model_dump(mode="json")
    if isinstance(data, list | tuple):
        return [_plain(item) for item in data]
    return data


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """A table on standard output, coloured and fitted where that is a terminal."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in render(columns, rows, columns_wide=room, paint=_status_painter()):
        say(line)


def _status_painter() -> Callable[[str], str] | None:
    if not coloured(sys.stdout):
        return None
    paint = painter(on=True)
    return lambda text: paint(text.strip(), text)


def ascii_only() -> bool:
    """Whether the terminal cannot be trusted with more than ASCII."""
    return not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
