"""The one write of an edit: spec and history of a CronJob together, bound to the version that was read."""

from __future__ import annotations

import time
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import CRONJOBS
from k8stui.control.schedules.changes import ANNOTATION, History, with_change
from k8stui.control.schedules.fields import timing_of
from k8stui.control.schedules.views import schedule_view
from k8stui.model.errors import ConflictError
from k8stui.model.scheduleviews import ChangeView, ScheduleView

Json = dict[str, Any]


def beginning(cron_job: Json, *, suspend: bool) -> Json:
    """The patch that completes a CronJob which was just made, suspended; from then on its changes are known."""
    view = schedule_view(cron_job, (), time.time()).model_copy(update={"suspended": suspend})
    history = History(generation=view.generation + (not suspend), timing=timing_of(view))
    return {"metadata": {"annotations": {ANNOTATION: history.to_text()}}, "spec": {"suspend": suspend}}


def patch_of(
    cron_job: Json, before: ScheduleView, after: ScheduleView, change: ChangeView, *, of_spec: bool = True
) -> Json:
    """The patch for the timing fields that change, and for the change itself, whatever it is of.

    Args:
        cron_job: As it was read.
        before: What it says.
        after: What it is to say.
        change: The change.
        of_spec: Whether the CronJob's spec changes at all, and with it its generation.
    """
    fields = {
        "cron": ("schedule", after.cron),
        "time-zone": ("timeZone", after.time_zone),
        "suspend": ("suspend", after.suspended),
        "concurrency": ("concurrencyPolicy", after.concurrency),
        "starting-deadline": ("startingDeadlineSeconds", after.starting_deadline),
        "successful-history": ("successfulJobsHistoryLimit", after.successful_history),
        "failed-history": ("failedJobsHistoryLimit", after.failed_history),
    }
    spec = dict(fields[one.field] for one in change.fields if one.field in fields)
    text = with_change(cron_job, timing_of(before), timing_of(after), change, generation=before.generation + of_spec)
    return {"metadata": {"annotations": {ANNOTATION: text}}, "spec": spec}


async def write(cluster: Cluster, cron_job: Json, patch: Json, *, dry_run: bool) -> Json | None:
    """Patch a CronJob as it was read.

    Args:
        cluster: Where.
        cron_job: As it was read.
        patch: With the history, see `patch_of`.
        dry_run: Only have the server check it.

    Returns:
        The CronJob then; None where it has fired in between, or another editor was faster.

    Raises:
        K8stuiError: The server refuses it, or gives no answer.
    """
    name, namespace = cron_job["metadata"]["name"], cron_job["metadata"]["namespace"]
    version = cron_job["metadata"]["resourceVersion"]
    try:
        return await cluster.patch(
            CRONJOBS, name, patch, namespace=namespace, dry_run=dry_run, resource_version=version
        )
    except ConflictError:
        found = await cluster.get(CRONJOBS, name, namespace=namespace)
        own = patch["metadata"]["annotations"][ANNOTATION]
        # It may have been our own write that came first, and only its answer was lost.
        return found if (found["metadata"].get("annotations") or {}).get(ANNOTATION) == own else None
