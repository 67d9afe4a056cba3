"""How property tests choose: the same examples at each run; with K8STUI_HYPOTHESIS=N in the environment, N others."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

OTHERS = int(os.environ.get("K8STUI_HYPOTHESIS", "0"))


def examples(number: int = 100, **more: Any) -> settings:
    """Settings for so many examples, however long one takes."""
    return settings(
        max_examples=OTHERS or number,
        derandomize=not OTHERS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
