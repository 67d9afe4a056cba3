"""Objects as earlier versions of k8stui wrote them, made by their own code from the history of this repository."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from k8stui.plan.request import owned

FOLDER = Path(__file__).parent

VERSIONS = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
"""Commits whose objects are here."""


def objects(version: str, *, namespace: str = "default", image: str = "python:3.11-slim") -> dict[str, Any]:
    """The objects of a version: `schedule` and `run`, each a list in the order of creation.

    Args:
        version: One of `VERSIONS`.
        namespace: Where they are to be.
        image: Of their pods.
    """
    text = (FOLDER / f"{version}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.replace("older-namespace", namespace).replace("older-image", image))
    return found


def owned_by(owner: Mapping[str, Any], manifests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The manifests as their version created them: all but a Job owned by the record or CronJob that came first."""
    return [dict(one) if one["kind"] == "Job" else owned([dict(one)], owner)[0] for one in manifests]
