"""Schedules on the real cluster, as tests make and read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cluster.runs.space import PIPELINES, Space


def scheduled(space: Space, target: str, cron: str, *options: str) -> str:
    """Create a schedule for a pipeline of this suite; gives its name."""
    image = space.facts.images["python_default"]
    arguments = (str(PIPELINES / target), "--cron", cron, "--image", image, *options)
    done = space.k8stui("schedule", "create", *arguments, "-o", "name")
    assert done.code == 0, done.err
    return done.out.strip()


def pretend_last_fired(space: Space, name: str, *, hours_ago: float) -> None:
    """Move a schedule's last time into the past, so that its controller has a time to make up for."""
    moment = (datetime.now(UTC) - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    patch = json.dumps({"status": {"lastScheduleTime": moment}})
    space.kubectl("patch", "cronjob", name, "--subresource=status", "--type=merge", "-p", patch)


def shown(space: Space, name: str) -> dict[str, Any]:
    """The line of `schedule list` on a schedule."""
    listed: list[dict[str, Any]] = json.loads(space.k8stui("schedule", "list", "-o", "json").out)
    return next(one for one in listed if one["name"] == name)
