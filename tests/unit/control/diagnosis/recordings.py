"""What was recorded on a real cluster."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def recording() -> dict[str, dict[str, Any]]:
    """The recorded CronJobs with what was said of them, by name."""
    lines = (Path(__file__).parent / "real_schedules.jsonl").read_text(encoding="utf-8").splitlines()
    return {found["name"]: found for found in map(json.loads, lines)}
