"""What a log line means to a reader: its level, and JSON as a sentence or spread out. Pure.

The names of fields are those of the usual loggers (structlog, python-json-logger, zap, logrus, pino, Serilog, ECS).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from k8stui.model.shapes import parsed_text

_LEVELS = ("level", "severity", "lvl", "levelname", "log.level", "@level")
_MESSAGES = ("message", "msg", "event", "@message", "@m")
_TIMES = ("time", "timestamp", "ts", "@timestamp", "asctime", "datetime", "@t")
_NUMBERS = {10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL"}
"""Levels of bunyan and pino."""

_LOOKED_AT = 300
"""Characters of a line in which its level is looked for."""

_LEVEL = re.compile(
    r"""
      \b(?:(?P<b1>ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|SEVERE)|(?P<w1>WARN(?:ING)?))\b
    | ^\W*(?:(?P<b2>[Ee]rror|[Ff]atal|[Cc]ritical|[Pp]anic)|(?P<w2>[Ww]arn(?:ing)?))(?=\s*[:\]])
    | \b(?:level|lvl|severity)="?(?:(?P<b3>err(?:or)?|fatal|crit(?:ical)?|panic)|(?P<w3>warn(?:ing)?))\b
    | ^(?:(?P<b4>[EF])|(?P<w4>W))(?=\d{4}\ \d\d:\d\d:\d\d)                          # klog
    | ^(?P<b5>Traceback\ \(most\ recent\ call\ last\))
    | ^(?:(?P<b6>(?:\w+\.)*\w*(?:Error|Exception))|(?P<w6>(?:\w+\.)*\w*Warning))(?=:|$)
    """,
    re.VERBOSE,
)


class Level(NamedTuple):
    """Trouble that a line speaks of.

    Attributes:
        begin: Where the word that says so begins.
        end: Where it ends.
        kind: How bad it is.
    """

    begin: int
    end: int
    kind: Literal["error", "warning"]


def level_in(text: str) -> Level | None:
    """The word in a line that tells of an error or a warning; None where none does."""
    found = _LEVEL.search(text, 0, _LOOKED_AT)
    if found is None or found.lastgroup is None:
        return None
    begin, end = found.span(found.lastgroup)
    return Level(begin, end, "error" if found.lastgroup.startswith("b") else "warning")


class Record(NamedTuple):
    """A line of JSON.

    Attributes:
        head: Its level and message.
        rest: Its other fields, its own time last.
    """

    head: str
    rest: Mapping[str, Any]

    @property
    def folded(self) -> str:
        """All of it in one line, as `ERROR no such file path=/tmp/x`."""
        return " ".join(filter(None, (self.head, *(f"{key}={_brief(value)}" for key, value in self.rest.items()))))

    @property
    def unfolded(self) -> str:
        """Each field on a line of its own; texts of several lines, such as tracebacks, as they are."""
        lines = [self.head] if self.head else []
        for key, value in self.rest.items():
            text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
            first, *more = text.rstrip("\n").split("\n")
            lines += [f"  {key}:", *(f"    {one}" for one in (first, *more))] if more else [f"  {key}: {first}"]
        return "\n".join(lines)


def record_of(text: str) -> Record | None:
    """The line as what it says, where it is an object of JSON."""
    return _parsed(text) if text[:1] == "{" and text.rstrip()[-1:] == "}" else None


@lru_cache(4096)
def _parsed(text: str) -> Record | None:
    try:
        fields = parsed_text(text)
    except ValueError:
        return None
    if not fields:
        return None
    level = _taken(fields, _LEVELS)
    message = _taken(fields, _MESSAGES)
    time = {key: fields.pop(key) for key in _TIMES if key in fields}
    said = _NUMBERS.get(level, level) if isinstance(level, int) else level
    head = " ".join(str(one) for one in (str(said).upper() if said is not None else None, message) if one is not None)
    return Record(head, {**fields, **time})


def _taken(fields: dict[str, Any], names: tuple[str, ...]) -> str | int | None:
    """The first of these fields that is a text or a number; it is taken out."""
    for name in names:
        if isinstance(fields.get(name), (str, int)):
            found: str | int = fields.pop(name)
            return found
    return None


def _brief(value: Any) -> str:
    if isinstance(value, str) and value and not re.search(r"[\s\"=]", value):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
