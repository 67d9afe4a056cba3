"""Schedules that are due at once: their last firing is moved into the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.registry import CRON_JOB


async def pretend_last_fired(cluster: Cluster, embedded: EmbeddedCluster, name: str, *, hours_ago: float) -> None:
    """Move a schedule's last time into the past, so that there is a time to make up for."""
    moment = datetime.now(UTC) - timedelta(hours=hours_ago)

    def change(found: dict[str, Any]) -> None:
        found["status"] = {**(found.get("status") or {}), "lastScheduleTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}

    found = embedded.resources.get(CRON_JOB, cluster.namespace, name)
    embedded.resources.change(CRON_JOB, found, change, subresource="status")
