"""CronJobs and schedules to take apart in tests."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from k8stui.incluster.contract import names
from k8stui.model.scheduleviews import ScheduleView


def cron_job(**spec: Any) -> dict[str, Any]:
    known = {
        "pipeline": "my pipeline",
        "submitted_by": "ada",
        "image": "python:3",
        "version": "1",
        "source": "flows/train.py:train",
        "parameters": {"rows": 5},
    }
    return {
        "metadata": {
            "name": "nightly",
            "namespace": "ml",
            "uid": "u-1",
            "generation": 3,
            "creationTimestamp": "2026-11-20T08:00:00Z",
            "labels": {names.LABEL_PIPELINE: "my-pipeline-1a2b3c"},
            "annotations": {names.ANNOTATION_SCHEDULE: json.dumps(known)},
        },
        "spec": {"schedule": "5 2 * * *", "timeZone": "Europe/Berlin", "concurrencyPolicy": "Forbid", **spec},
        "status": {"lastScheduleTime": "2026-11-24T01:05:00Z", "lastSuccessfulTime": "2026-11-24T01:09:00Z"},
    }


def schedule(name: str, cron: str, usual: float | None = None, **more: Any) -> ScheduleView:
    return ScheduleView(name=name, cron=cron, usual=usual, **{"namespace": "ml", "time_zone": "Etc/UTC", **more})


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
