"""Reads a config file: all of it is checked, and what is wrong is told with file, line, name and value."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from k8stui.model.errors import InvalidInputError
from k8stui_tui.actions.action import screen_called
from k8stui_tui.actions.keymap import action_called, conflicts, keys_for, written
from k8stui_tui.config.model import Config

WITHOUT = "K8STUI_CONFIG=/dev/null k8stui starts without a config file."

_ADAPTER = TypeAdapter(with_config(ConfigDict(extra="forbid"))(Config))

_KINDS = {
    "dataclass_type": "should be a table",
    "mapping_type": "should be a table",
    "dict_type": "should be a table",
    "tuple_type": "should be a list",
}
"""What TOML calls what pydantic calls otherwise."""

Place = tuple[str, ...]


class _Problems:
    """What is wrong with a file, a sentence each."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text
        self._said: list[str] = []
        self._hints: list[str] = []

    def add(self, place: Place, said: str, hint: str = "") -> None:
        """Something is wrong there."""
        line = line_of(self._text, place)
        where = f"{self._path}, line {line}" if line else str(self._path)
        self._said.append(f"{where}: {'.'.join(place)}: {said}")
        self._hints += [hint] if hint else []

    def tell(self) -> None:
        """Raise what was found, if anything was."""
        if self._said:
            raise InvalidInputError("\n".join(self._said), hint="\n".join(dict.fromkeys([*self._hints, WITHOUT])))


def read_config(path: Path) -> Config:
    """The settings of a file; the defaults where there is no file.

    Raises:
        InvalidInputError: The file cannot be read, is no TOML, or has something in it that is not possible.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidInputError(f"{path} cannot be read: {reason}.", hint=WITHOUT) from error
    return config_of(text, path)


def config_of(text: str, path: Path) -> Config:
    """The settings of a text.

    Args:
        text: TOML.
        path: Where it stands, for what is said about it.

    Raises:
        InvalidInputError: It is no TOML, or has something in it that is not possible.
    """
    problems = _Problems(path, text)
    try:
        config = _ADAPTER.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"{path} is not TOML: {error}", hint=WITHOUT) from error
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.add(*_typed(dict(detail)))
        problems.tell()
        raise
    screen = config.screen
    try:
        screen = screen_called(config.screen)
    except InvalidInputError as error:
        problems.add(("screen",), error.message, error.hint)
    bookmarks = {}
    for named, filters in config.bookmarks.items():
        try:
            bookmarks[screen_called(named)] = filters
        except InvalidInputError as error:
            problems.add(("bookmarks", named), error.message, error.hint)
    keys = _keys_of(config, problems)
    problems.tell()
    return replace(config, screen=screen, keys=keys, bookmarks=bookmarks)


def _typed(detail: dict[str, Any]) -> tuple[Place, str, str]:
    """What pydantic found: place, sentence, hint."""
    place = tuple(str(part) for part in detail["loc"])
    if detail["type"] == "unexpected_keyword_argument":
        near = difflib.get_close_matches(place[-1], _names(place[:-1]), n=1)
        hint = f"Did you mean {near[0]}?" if near else "k8stui config init --stdout shows all settings."
        return place, "there is no such setting", hint
    said = _KINDS.get(detail["type"]) or detail["msg"].removeprefix("Input ")
    return place, f"{detail['input']!r} is not possible: it {said}", ""


def _names(table: Place) -> list[str]:
    """The settings of a table."""
    found: Any = Config()
    for name in table:
        found = getattr(found, name, None)
    return [one.name for one in fields(found)] if is_dataclass(found) else []


def _keys_of(config: Config, problems: _Problems) -> dict[str, dict[str, tuple[str, ...]]]:
    """The keys as Textual names them, by scope and name."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for scope, named in config.keys.items():
        for word, wanted in named.items():
            try:
                found.setdefault(scope, {})[word] = keys_for(action_called(scope, word), wanted)
            except InvalidInputError as error:
                problems.add(("keys", scope, word), error.message, error.hint)
    for key, one, other in conflicts(replace(config, keys=found).keymap):
        mine, theirs = (one, other) if found.get(one.scope, {}).get(one.word) else (other, one)
        problems.add(
            ("keys", mine.scope, mine.word),
            f"{written(key)} is already {theirs.name} ({theirs.title}) in the same place.",
            f"Take another key, or give {theirs.name} another one, or none by {theirs.word} = [].",
        )
    return found


def line_of(text: str, place: Sequence[str]) -> int:
    """The line on which something stands, 1 the first; 0 where that is not known.

    Args:
        text: TOML that can be read.
        place: Names of tables, and of the setting last.
    """
    table: tuple[str, ...] = ()
    best = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = _parts(header[1])
        elif assigned := re.match(r"\s*([^#=]+?)\s*=", line):
            here = (*table, *_parts(assigned[1]))
            if here == tuple(place[: len(here)]):
                return number
            continue
        if table and table == tuple(place[: len(table)]):
            best = best or number
    return best


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
