"""Any object as YAML, as `kubectl get -o yaml` shows it; without managed fields, and without the data of Secrets."""

from __future__ import annotations

from typing import Any

import yaml

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import LAST_APPLIED, SECRETS, Resource
from k8stui.control.words.harmless import harmless
from k8stui.model.errors import K8stuiError

"""Holds the whole object once more, a Secret's data included."""


async def get_yaml(cluster: Cluster, resource: Resource, name: str, *, namespace: str | None = None) -> str:
    """An object as YAML that a terminal can be given and kubectl reads back.

    Raises:
        NotFoundError: There is none of that name.
    """
    return as_yaml(await cluster.get(resource, name, namespace=namespace, as_sent=True))


def as_yaml(found: dict[str, Any]) -> str:
    """The YAML of an object as the API sends it."""
    shown = visible(found)
    try:
        text = _dump(shown, unicode=True)
        # Text that could mislead on a terminal is escaped, as YAML itself can: it stays readable for programs.
        return text if all(harmless(line) == line for line in text.split("\n")) else _dump(shown, unicode=False)
    except RecursionError as error:
        raise K8stuiError("It is nested too deeply to be shown.", hint="kubectl get -o json shows it.") from error


def visible(found: dict[str, Any]) -> dict[str, Any]:
    """The object without managed fields, in the order of kubectl; of a Secret's data only how long each value is."""
    meta = _without(found.get("metadata"), "managedFields")
    known = {"apiVersion": found.get("apiVersion"), "kind": found.get("kind"), "metadata": meta}
    shown = {**{key: value for key, value in known.items() if value is not None}, **found, "metadata": meta}
    if found.get("kind") != SECRETS.kind:
        return shown
    if "annotations" in meta:
        shown["metadata"] = {**meta, "annotations": _without(meta["annotations"], LAST_APPLIED)}
    for field in ("data", "stringData"):
        if field in found:
            shown[field] = {key: f"<{_size(value, field)} bytes>" for key, value in _without(found[field], "").items()}
    return shown


def _without(found: object, left_out: str) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != left_out} if isinstance(found, dict) else {}


def _size(value: object, field: str) -> int:
    text = str(value or "")
    return len(text.encode()) if field == "stringData" else len(text) * 3 // 4 - text.count("=")


def _dump(data: dict[str, Any], *, unicode: bool) -> str:
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=unicode, width=120))


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, which persons can read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
