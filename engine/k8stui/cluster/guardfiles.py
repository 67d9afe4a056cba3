"""Who limits what k8stui may do: the host's administrator, the person's config file, the environment, an option.

Nothing that a user sets lifts what another source has set. A file that cannot be understood lets nothing through.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from k8stui.cluster.guard import Guard, Source
from k8stui.model.configfile import SETTINGS, config_path
from k8stui.model.errors import InvalidInputError
from k8stui.model.guards import Audit, Limits, Protected
from k8stui.model.variables import CONFIG_VARIABLE, ONLY_NAMESPACES_VARIABLE, READ_ONLY_VARIABLE

SYSTEM_FILE = Path("/etc/k8stui/config.toml")
"""Limits for everybody on this host. A constant: no option, variable or file of a user's names another one."""

TABLES = ("limits", "audit", "protected")
"""What may stand in the file of the host."""

T = TypeVar("T")

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def guard(*, read_only: bool = False) -> Guard:
    """The limits that hold now.

    Args:
        read_only: The caller wants nothing changed.

    Raises:
        InvalidInputError: A file or a variable with limits cannot be understood.
    """
    found = [*_system(), *_own(), *_environment(os.environ)]
    if read_only:
        found.append(Source(Limits(read_only=True), "as was asked for", "This only looks."))
    return Guard(found)


def _system() -> list[Source]:
    text = _read(SYSTEM_FILE)
    if text is None:
        return []
    tables = _tables(text, SYSTEM_FILE, TABLES)
    return [_source(tables, SYSTEM_FILE, "The administrator of this host has set that for everybody.")]


def _own() -> list[Source]:
    path = config_path()
    text = _read(path)
    if text is not None:
        return [_source(_tables(text, path, SETTINGS), path, f"The file {path} says so, [limits].")]
    if os.environ.get(CONFIG_VARIABLE):
        raise InvalidInputError(
            f"{CONFIG_VARIABLE} names {path}, and there is no such file.",
            hint="It may limit what k8stui does, so nothing is done without it.",
        )
    return []


def _source(tables: Mapping[str, Any], path: Path, lifted: str) -> Source:
    return Source(
        table_of(Limits, tables, path),
        str(path),
        lifted,
        table_of(Audit, tables, path),
        table_of(Protected, tables, path),
    )


def _environment(environ: Mapping[str, str]) -> list[Source]:
    found = []
    value = environ.get(READ_ONLY_VARIABLE, "").strip().lower()
    if value not in (*_TRUE, *_FALSE):
        raise InvalidInputError(f"{READ_ONLY_VARIABLE} is {value!r}, and should be 1 or 0.")
    if value in _TRUE:
        lifted = f"Start without --read-only and {READ_ONLY_VARIABLE} to change things."
        found.append(Source(Limits(read_only=True), f"--read-only or {READ_ONLY_VARIABLE}", lifted))
    # An option and a variable stand here together, each after a semicolon, and both hold.
    pinned = environ.get(ONLY_NAMESPACES_VARIABLE, "")
    for listed in pinned.split(";") if pinned else ():
        names = tuple(name.strip() for name in listed.split(",") if name.strip())
        if not names:
            raise InvalidInputError(f"{ONLY_NAMESPACES_VARIABLE} is {pinned!r}, and should be names with commas.")
        lifted = f"Start without --only-namespaces and {ONLY_NAMESPACES_VARIABLE} to see others."
        found.append(Source(Limits(namespaces=names), f"--only-namespaces or {ONLY_NAMESPACES_VARIABLE}", lifted))
    return found


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # A link that leads nowhere (to a share that is not mounted) was put there to say something.
        if isinstance(error, FileNotFoundError | NotADirectoryError) and not path.is_symlink():
            return None
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidInputError(
            f"{path} cannot be read: {reason}.", hint="It may limit what k8stui does, so nothing is done without it."
        ) from error


def _tables(text: str, path: Path, known: Sequence[str]) -> dict[str, Any]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"{path} is not TOML: {error}") from error
    if strange := sorted(set(tables) - set(known)):
        # One that is misspelt would limit and protect nothing, and nobody would notice.
        kind = "table" if isinstance(tables[strange[0]], dict) else "setting"
        raise InvalidInputError(f"{path}: there is no {kind} {strange[0]!r}.", hint=_meant_name(strange[0], known))
    return tables


def _meant_name(name: str, known: Iterable[str]) -> str:
    """Which one a misspelt name may be, in a sentence."""
    near = difflib.get_close_matches(name.lower(), known := tuple(known), n=1)
    return f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."


def table_of(kind: type[T], tables: Mapping[str, Any], path: Path) -> T:
    """A table of a file.

    Args:
        kind: What it holds; the table is called as this is, in small letters.
        tables: What stands in the file.
        path: Where it is, for what is said about it.

    Raises:
        InvalidInputError: Something in it is not possible.
    """
    name = kind.__name__.lower()
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise InvalidInputError(f"{path}: {name} should be a table, [{name}].")
    known = vars(kind())
    if strange := sorted(set(table) - set(known)):
        said = f"{path}: there is no setting {name}.{strange[0]}."
        raise InvalidInputError(said, hint=_meant_name(strange[0], known))
    for key, value in table.items():
        meant = _meant(known[key], value)
        if meant:
            raise InvalidInputError(f"{path}: {name}.{key} is {value!r}, and should be {meant}.")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})


def _meant(default: object, value: object) -> str:
    """What a value should be that is not like its default; empty where it is."""
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(default, str):
        return "" if isinstance(value, str) else "a text"
    good = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
    return "" if good else "a list of names"
