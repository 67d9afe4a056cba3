"""Jobs of runs on the real cluster."""

from __future__ import annotations

from tests.cluster.runs.space import Space


def failed(space: Space, run: str) -> bool:
    """Whether the Job has failed for good."""
    conditions = space.job(run)["status"].get("conditions") or []
    return any(one["type"] == "Failed" and one["status"] == "True" for one in conditions)
