"""Long texts in ConfigMaps: cut into chunks that fit an environment variable, packed into as few objects as can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from k8stui.incluster.contract.protocol import CHUNK_CHARACTERS

MAX_PART_BYTES = 900 * 1024
"""Bytes of data in one ConfigMap. The API server's limit is 1 MiB, with metadata; the rest is room for both."""


@dataclass(frozen=True)
class Reference:
    """Where a chunk is: a ConfigMap and a key in it."""

    config_map: str
    key: str

    def as_env(self, name: str) -> dict[str, Any]:
        """An environment variable with the chunk's text."""
        return {"name": name, "valueFrom": {"configMapKeyRef": {"name": self.config_map, "key": self.key}}}

    def __str__(self) -> str:
        return f"{self.config_map}/{self.key}"


def cut(key: str, text: str) -> dict[str, str]:
    """The chunks of a text by their keys, in order.

    Args:
        key: What the keys begin with.
        text: ASCII text; an empty one has no chunks.
    """
    starts = range(0, len(text), CHUNK_CHARACTERS)
    return {f"{key}-{number}": text[start : start + CHUNK_CHARACTERS] for number, start in enumerate(starts)}


@dataclass
class Bundle:
    """The ConfigMaps of one plan, filled one text after another.

    Attributes:
        name: The name of the ConfigMap of that number.
        namespace: Where the ConfigMaps will be.
        labels: Labels of each.
    """

    name: Callable[[int], str]
    namespace: str
    labels: dict[str, str]
    _parts: list[dict[str, str]] = field(default_factory=list)
    _room: int = 0

    def add(self, key: str, text: str) -> list[Reference]:
        """Puts a text in and returns where its chunks are, in order.

        Args:
            key: What the keys begin with.
            text: ASCII text; an empty one has no chunks.
        """
        references = []
        for place, chunk in cut(key, text).items():
            if len(chunk) > self._room:
                self._parts.append({})
                self._room = MAX_PART_BYTES
            self._room -= len(chunk)
            self._parts[-1][place] = chunk
            references.append(Reference(self.name(len(self._parts) - 1), place))
        return references

    def manifests(self) -> tuple[dict[str, Any], ...]:
        """The ConfigMaps, immutable, still without an owner."""
        return tuple(self.manifest(self.name(number), data) for number, data in enumerate(self._parts))

    def manifest(self, name: str, data: dict[str, str]) -> dict[str, Any]:
        """One such ConfigMap."""
        return {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": self.namespace, "labels": self.labels},
            "immutable": True,
            "data": data,
        }
