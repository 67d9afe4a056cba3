"""Objects of runs that ZenML made, as they were recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

OBJECTS = Path(__file__).parents[3] / "zenml_objects"


def objects(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((OBJECTS / f"{name}.yaml").read_text(encoding="utf-8"))["items"]
    return found
