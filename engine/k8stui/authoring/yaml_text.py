"""YAML read with its line numbers: an error in a pipeline file names the line, which plain YAML loading forgets."""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from k8stui.authoring.places import shown
from k8stui.model.errors import InvalidInputError

Location = tuple[int | str, ...]

_MOST = 100_000
"""Values that a file may have. Aliases of aliases make more of a few lines than any memory holds."""


@dataclass(frozen=True)
class YamlText:
    """A parsed file.

    Attributes:
        path: The file.
        data: Its content in plain Python types.
        lines: The line of each value by its place in `data`, counted from 1.
        comment: What stands at its top as a comment.
    """

    path: Path
    data: Any
    lines: dict[Location, int] = field(default_factory=dict)
    comment: str = ""

    def place(self, location: Location = ()) -> str:
        """`file:line` of a value, or of the nearest one round it."""
        while location and location not in self.lines:
            location = location[:-1]
        return f"{shown(self.path)}:{self.lines.get(location, 1)}"


def read(path: Path) -> YamlText:
    """Parse a file.

    Raises:
        InvalidInputError: It is not YAML, not one document, not text, or a key stands there twice.
    """
    try:
        written = path.read_text(encoding="utf-8")
        loader = _Loader(written)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInputError(f"{shown(path)} cannot be read: {error}") from error
    try:
        node = loader.get_single_node()
        lines: dict[Location, int] = {}
        if node is not None:
            _note(node, (), lines)
        data = loader.construct_document(node) if node is not None else None
        return YamlText(path=path, data=data, lines=lines, comment=_comment(written))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidInputError(f"{shown(path)}:{line}: this is not valid YAML: {error.problem}") from error
    except RecursionError as error:
        raise InvalidInputError(f"{shown(path)} contains itself, by an alias") from error
    finally:
        loader.dispose()


def _comment(written: str) -> str:
    lines = itertools.takewhile(lambda line: line.startswith("#"), written.splitlines())
    return "\n".join(line.lstrip("#").strip() for line in lines).strip()


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping, which YAML forbids and PyYAML lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen and isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands here twice", key.start_mark
                )
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _note(node: yaml.Node, location: Location, lines: dict[Location, int]) -> None:
    if len(lines) > _MOST:
        said = f"it has more than {_MOST:,} values, by its aliases"
        raise yaml.constructor.ConstructorError(None, None, said, node.start_mark)
    lines[location] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _note(value, (*location, str(key.value)), lines)
            lines[(*location, str(key.value))] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note(value, (*location, index), lines)
