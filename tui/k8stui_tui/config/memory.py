"""What is remembered from one session to the next, in a file of the program's own: bookmarks, and hints done with.

The config file is the person's and never written. Each change reads the file anew and replaces it as a whole, so that
two sessions do not lose what the other one wrote before, and a crash leaves the old file or the new one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from k8stui.stacks.private_file import replace_private

_BOOKMARKS, _LEARNED = "bookmarks", "learned"


class Memory:
    """One file; without a path, nothing but this session remembers."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._told: dict[str, Any] = {}
        self._changing = threading.Lock()

    @property
    def lasting(self) -> bool:
        """Whether the next session will know of it."""
        return self._path is not None

    @property
    def learned(self) -> frozenset[str]:
        """The hints that are not needed any more; what cannot be read is none."""
        return _learned(self._read())

    def learn(self, hints: Iterable[str]) -> None:
        """Remember that these hints are not needed any more.

        Raises:
            K8stuiError: The file cannot be written.
        """
        self._change(lambda data: data.update({_LEARNED: sorted(_learned(data).union(hints))}))

    def bookmarks(self, screen: str) -> Mapping[str, str]:
        """The filters of a screen by their names; what cannot be read is none."""
        found = self._read().get(_BOOKMARKS)
        named = found.get(screen) if isinstance(found, dict) else None
        return {name: text for name, text in named.items() if isinstance(text, str)} if isinstance(named, dict) else {}

    def keep(self, screen: str, name: str, text: str) -> None:
        """Remember a filter; one that is called so goes.

        Raises:
            K8stuiError: The file cannot be written.
        """
        self._change(lambda data: _table(_table(data, _BOOKMARKS), screen).update({name: text}))

    def forget(self, screen: str, name: str) -> None:
        """Remember a filter no longer.

        Raises:
            K8stuiError: The file cannot be written.
        """
        self._change(lambda data: _table(_table(data, _BOOKMARKS), screen).pop(name, None))

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return self._told
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _change(self, change: Callable[[dict[str, Any]], object]) -> None:
        with self._changing:
            data = self._read()
            change(data)
            if self._path is not None:
                replace_private(self._path, json.dumps(data, indent=2, ensure_ascii=False))


def _learned(data: Mapping[str, Any]) -> frozenset[str]:
    found = data.get(_LEARNED)
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A table within another one, made where there is none."""
    if not isinstance(data.get(name), dict):
        data[name] = {}
    found: dict[str, Any] = data[name]
    return found
