"""Config files as texts: one with every setting explained, and the settings that are in force. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill
from typing import Any

from k8stui_tui.actions.keymap import written
from k8stui_tui.config.model import Config, Setting, settings

WIDE = 100

HEAD = """# Settings of k8stui's screens; docs/config.md explains them. What is commented out is the default.
# k8stui config check says whether all is well.
"""


def commented() -> str:
    """A file that sets nothing and explains everything."""
    parts = [HEAD]
    for table, found in groupby(settings(), lambda one: one.table):
        parts += [f"[{table}]"] if table else []
        for one in found:
            parts.append(fill(one.meaning.replace("`", ""), WIDE, initial_indent="# ", subsequent_indent="# "))
            example = one.example or f"{one.name} = {in_words(one.default)}"
            parts += [*(f"# {line}".rstrip() for line in example.splitlines()), ""]
    return "\n".join(parts)


def in_toml(config: Config) -> str:
    """The settings with the values that they have."""
    return "\n".join(_lines(config)) + "\n"


def _lines(config: Config) -> Iterator[str]:
    for table, found in groupby(settings(config), lambda one: one.table):
        if table:
            yield from ("", f"[{table}]")
        for one in found:
            yield from _of(one)


def _of(one: Setting) -> Iterator[str]:
    if not isinstance(one.default, Mapping):
        yield f"{one.name} = {in_words(one.default)}"
        return
    for scope, named in one.default.items():
        yield from (
            "",
            f"[{one.name}.{scope}]",
            *(f"{_key(word)} = {in_words(value, keys=True)}" for word, value in named.items()),
        )


def _key(word: str) -> str:
    return word if word.replace("-", "_").isidentifier() and word.isascii() else json.dumps(word)


def in_words(value: Any, *, keys: bool = False) -> str:
    """A value in TOML, whose strings are those of JSON; of keys the names that are written."""
    return json.dumps([written(one) if keys else one for one in value] if isinstance(value, tuple) else value)
