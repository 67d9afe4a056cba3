"""Schedules as they are shown, from CronJobs and the Jobs they made. Pure; all input is API JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from k8stui.control.schedules.changes import changes_of_job
from k8stui.control.schedules.fields import timing_of
from k8stui.control.spans import epoch
from k8stui.control.truth import job_facts
from k8stui.incluster import names
from k8stui.model.cron import cron_problem, fire_times, zone_problem
from k8stui.model.schedule import UTC_ZONE
from k8stui.model.scheduleviews import ScheduleView
from k8stui.model.views import SourceView

Json = dict[str, Any]

SCHEDULES = f"{names.LABEL_MANAGED_BY}={names.MANAGER},{names.LABEL_COMPONENT}={names.COMPONENT_SCHEDULE}"
"""Label selector of the CronJobs that k8stui made."""


def schedule_view(cron_job: Json, jobs: Iterable[Json], now: float) -> ScheduleView:
    """The view of a schedule.

    Args:
        cron_job: Its CronJob.
        jobs: Jobs of the namespace; those of other schedules don't count.
        now: Seconds since the epoch.
    """
    meta, spec, status = cron_job["metadata"], cron_job["spec"], cron_job.get("status") or {}
    known = known_of(cron_job)
    zone, suspended = spec.get("timeZone") or UTC_ZONE, bool(spec.get("suspend"))
    view = ScheduleView(
        name=meta["name"],
        namespace=meta.get("namespace") or "",
        pipeline=known.get("pipeline") or (meta.get("labels") or {}).get(names.LABEL_PIPELINE) or "",
        cron=spec["schedule"],
        time_zone=zone,
        suspended=suspended,
        concurrency=spec.get("concurrencyPolicy") or "",
        starting_deadline=spec.get("startingDeadlineSeconds"),
        successful_history=spec.get("successfulJobsHistoryLimit"),
        failed_history=spec.get("failedJobsHistoryLimit"),
        last=epoch(status.get("lastScheduleTime")),
        last_success=epoch(status.get("lastSuccessfulTime")),
        next=None if suspended else next_time(spec["schedule"], zone, now),
        active=tuple(job["metadata"]["name"] for job in active_jobs(cron_job, jobs)),
        created=epoch(meta.get("creationTimestamp")),
        submitted_by=known.get("submitted_by") or "",
        image=known.get("image") or "",
        version=known.get("version") or "",
        source=SourceView(target=known.get("source") or ""),
        generation=int(meta.get("generation") or 0),
    )
    return view.model_copy(update={"changes": changes_of_job(cron_job, timing_of(view))})


def known_of(cron_job: Json) -> Json:
    """What k8stui noted of a schedule when it made it; empty when it is missing or damaged."""
    try:
        found = json.loads((cron_job["metadata"].get("annotations") or {})[names.ANNOTATION_SCHEDULE])
    except (KeyError, TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def active_jobs(cron_job: Json, jobs: Iterable[Json]) -> list[Json]:
    """The Jobs of a schedule that have not ended, those that a person triggered included."""
    uid = cron_job["metadata"]["uid"]
    own = (job for job in jobs if any(owner["uid"] == uid for owner in job["metadata"].get("ownerReferences") or ()))
    return [job for job in own if (facts := job_facts(job)).exists and not facts.outcome]


def next_time(cron: str, zone: str, now: float) -> float | None:
    """When a schedule fires next, seconds since the epoch; None when it never does or cannot be read here."""
    if cron_problem(cron) or zone_problem(zone):
        return None
    found = next(fire_times(cron, zone, datetime.fromtimestamp(now, UTC)), None)
    return found.timestamp() if found else None
