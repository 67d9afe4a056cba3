"""Values that artifact stores keep in tests."""

from __future__ import annotations

import json
import sys
from typing import Any

from k8stui.incluster.runner.storing.artifacts import Artifacts

TASK = {"run": "r-1", "pod": "r-1-make-1", "step": "make", "image": "python:3"}


def kept(store: Artifacts, value: Any) -> dict[str, Any]:
    found: dict[str, Any] = store.keep({"o": value}, {"o": sys.maxsize}, 3072)["o"]
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]  # as it travels
