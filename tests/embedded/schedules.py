"""Schedules of an embedded cluster, as tests make them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from k8stui.authoring.load import load
from k8stui.cluster.client import Cluster
from k8stui.control.schedules.creating import create_schedule
from k8stui.model.schedule import ScheduleSpec
from tests.embedded.runs import PIPELINES


def hourly(**more: Any) -> ScheduleSpec:
    """One that was due 20 minutes ago, and is not due again while a test runs."""
    return ScheduleSpec(cron=f"{(datetime.now(UTC) - timedelta(minutes=20)).minute} * * * *", **more)


async def scheduled(cluster: Cluster, pipeline: str, schedule: ScheduleSpec | None = None, **parameters: Any) -> str:
    """Create a schedule for a pipeline of `pipelines/lines.py`; give its name."""
    spec = load(f"{PIPELINES / 'lines.py'}:{pipeline}").trace(parameters)
    return (await create_schedule(cluster, spec, schedule or hourly())).name
