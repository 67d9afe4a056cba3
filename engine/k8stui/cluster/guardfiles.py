"""Who limits what k8stui may do: the host's administrator, the person's config file, the environment, an option.

Nothing that a user sets lifts what another source has set. A file that cannot be understood lets nothing through.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from k8stui.cluster.guard import Guard, Source
from k8stui.model.configfile import config_path
from k8stui.model.errors import InvalidInputError
from k8stui.model.guards import ONLY_NAMESPACES_VARIABLE, READ_ONLY_VARIABLE, Limits

SYSTEM_FILE = Path("/etc/k8stui/config.toml")
"""Limits for everybody on this host. A constant: no option, variable or file of a user's names another one."""

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
    lifted = "The administrator of this host has set that for everybody."
    tables = _tables(text, SYSTEM_FILE)
    if strange := sorted(set(tables) - {"limits"}):
        # One that is misspelt would protect nothing, and nobody would notice.
        raise InvalidInputError(f"{SYSTEM_FILE}: there is no table {strange[0]!r}.", hint="Known: limits.")
    return [Source(limits_of(tables, SYSTEM_FILE), str(SYSTEM_FILE), lifted)]


def _own() -> list[Source]:
    path = config_path()
    text = _read(path)
    if text is None:
        return []
    return [Source(limits_of(_tables(text, path), path), str(path), f"The file {path} says so, [limits].")]


def _environment(environ: Mapping[str, str]) -> list[Source]:
    found = []
    value = environ.get(READ_ONLY_VARIABLE, "").strip().lower()
    if value not in (*_TRUE, *_FALSE):
        raise InvalidInputError(f"{READ_ONLY_VARIABLE} is {value!r}, and should be 1 or 0.")
    if value in _TRUE:
        lifted = f"Start without --read-only and {READ_ONLY_VARIABLE} to change things."
        found.append(Source(Limits(read_only=True), f"--read-only or {READ_ONLY_VARIABLE}", lifted))
    # An option and a variable stand here together, each after a semicolon, and both hold.
    for listed in environ.get(ONLY_NAMESPACES_VARIABLE, "").split(";"):
        if names := tuple(name.strip() for name in listed.split(",") if name.strip()):
            lifted = f"Start without --only-namespaces and {ONLY_NAMESPACES_VARIABLE} to see others."
            name = f"--only-namespaces or {ONLY_NAMESPACES_VARIABLE}"
            found.append(Source(Limits(namespaces=names), name, lifted))
    return found


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidInputError(
            f"{path} cannot be read: {reason}.", hint="It may limit what k8stui does, so nothing is done without it."
        ) from error


def _tables(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"{path} is not TOML: {error}") from error


def limits_of(tables: Mapping[str, Any], path: Path) -> Limits:
    """The limits in a file.

    Args:
        tables: What stands in it.
        path: Where it is, for what is said about it.

    Raises:
        InvalidInputError: Something in it is not possible.
    """
    table = tables.get("limits", {})
    if not isinstance(table, dict):
        raise InvalidInputError(f"{path}: limits should be a table, [limits].")
    known = asdict(Limits())
    if strange := sorted(set(table) - set(known)):
        raise InvalidInputError(
            f"{path}: there is no setting limits.{strange[0]}.",
            hint=f"Known: {', '.join(one.name for one in fields(Limits))}.",
        )
    read_only, namespaces = table.get("read_only", False), table.get("namespaces", [])
    if not isinstance(read_only, bool):
        raise InvalidInputError(f"{path}: limits.read_only is {read_only!r}, and should be true or false.")
    if not isinstance(namespaces, list) or not all(isinstance(one, str) and one for one in namespaces):
        raise InvalidInputError(f"{path}: limits.namespaces is {namespaces!r}, and should be a list of names.")
    return Limits(read_only, tuple(namespaces))
