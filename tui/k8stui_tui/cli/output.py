"""Writes results: a table for persons, documented JSON or YAML for programs, names for pipes.

Standard output holds the answer and nothing else; what is said about it goes to standard error.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, StrEnum
from typing import Any

from k8stui.control.words.harmless import INVISIBLE, harmless
from k8stui_tui.cli.colours import COLOUR, coloured, painter
from k8stui_tui.cli.tables import Column, render
from k8stui_tui.program import as_called
from k8stui_tui.sanitize import cell

_ACTING = re.compile(f"[\x7f-\x9f\ud800-\udfff{INVISIBLE}]")
"""What acts on a terminal, or hides there, and is legal in JSON and YAML as it is: written as escapes instead."""


_ACTING_IN_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{INVISIBLE}]")


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
    """A line of the answer, or several, out at once."""
    sys.stdout.write(shown(text) + "\n")
    sys.stdout.flush()


def say_name(text: str) -> None:
    """A name for pipes: one line, whatever it holds."""
    say(cell(text))


def note(text: str) -> None:
    """A line about the answer, in our own words."""
    sys.stderr.write(shown(as_called(text)) + "\n")
    sys.stderr.flush()


def shown(text: str) -> str:
    """The text with no other escape sequences than our own colours, however it came together."""
    if not _ACTING_IN_TEXT.search(text):
        return text
    return "\n".join(
        "".join(part if COLOUR.fullmatch(part) else harmless(part) for part in COLOUR.split(line))
        for line in text.split("\n")
    )


def answered(data: Any, names: Iterable[str], form: Format) -> bool:
    """Answer programs with the data and pipes with the names; False for persons, who are still to be answered."""
    if form.structured:
        say(structured(data, form))
    elif form is Format.NAME:
        for name in names:
            say_name(name)
    else:
        return False
    return True


def structured(data: Any, form: Format) -> str:
    """JSON or YAML of views, of lists of them, or of plain objects."""
    plain = _plain(data)
    if form is Format.JSON:
        return json_text(plain, indent=2)
    import yaml

    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=_is_harmless(plain))).rstrip("\n")


def documents(objects: Sequence[dict[str, Any]], form: Format) -> str:
    """Kubernetes objects: a List in JSON, documents after one another in YAML; both go into `kubectl apply -f -`."""
    if form is Format.JSON:
        return json_text({"apiVersion": "v1", "kind": "List", "items": list(objects)}, indent=2)
    import yaml

    return str(yaml.safe_dump_all(objects, sort_keys=False, allow_unicode=_is_harmless(objects))).rstrip("\n")


def json_text(plain: Any, indent: int | None = None) -> str:
    """JSON that acts on no terminal, and that every program reads: a number that JSON has no word for is null."""
    try:
        text = json.dumps(plain, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(plain), indent=indent, ensure_ascii=False)
    return _ACTING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _finite(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _finite(one) for key, one in plain.items()}
    if isinstance(plain, list | tuple):
        return [_finite(one) for one in plain]
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def _is_harmless(plain: Any) -> bool:
    return not _ACTING.search(json.dumps(plain, ensure_ascii=False, default=str))


def _plain(data: Any) -> Any:
    from pydantic import BaseModel

    if isinstance(data, BaseModel):
        return data.model_dump(mode="json")
    if isinstance(data, dict):
        return {key: _plain(item) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(item) for item in data]
    return data.value if isinstance(data, Enum) else data


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
