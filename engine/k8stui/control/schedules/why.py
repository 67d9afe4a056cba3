"""Answers why a schedule does not fire: gathers what the server tells and has the rules of `diagnosis` judge it.

As for runs, what this user may not read is left out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.finding import Diagnosis
from k8stui.control.diagnosis.schedules import ScheduleSight, diagnose_schedule
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.diagnosis.why import around_pod, nodes_for, readable_events
from k8stui.control.events.reading import Event, events_of
from k8stui.control.pods.views import pod_view
from k8stui.control.runs.reading import get_job
from k8stui.control.schedules.finding import is_complete
from k8stui.control.schedules.looking import ScheduleObjects, look_at_schedule
from k8stui.control.schedules.outcomes import run_of
from k8stui.control.schedules.views import OURS, overdue
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.errors import ForbiddenError
from k8stui.model.scheduleviews import FiringView
from k8stui.model.views import RunView


async def why_schedule(cluster: Cluster, name: str, *, namespace: str | None = None) -> list[Diagnosis]:
    """Whether a schedule fires and why not, first; then what is the matter with its newest run.

    Raises:
        NotFoundError: There is no such schedule.
    """
    seen = await look_at_schedule(cluster, name, namespace=namespace)
    events = await schedule_events(cluster, seen, namespace=namespace)
    return await judge_schedule(cluster, seen, events, namespace=namespace)


async def schedule_events(
    cluster: Cluster, seen: ScheduleObjects, *, namespace: str | None = None
) -> tuple[Event, ...] | None:
    """The events of a schedule's CronJob, the oldest first; None where this user may not read them."""
    try:
        uid = seen.cron_job["metadata"]["uid"]
        return tuple(await events_of(cluster, "CronJob", seen.view.name, namespace=namespace, uid=uid))
    except ForbiddenError:
        return None


async def judge_schedule(
    cluster: Cluster, seen: ScheduleObjects, events: tuple[Event, ...] | None, *, namespace: str | None = None
) -> list[Diagnosis]:
    """As `why_schedule`, of a schedule that was just looked at."""
    view, now = seen.view, time.time()
    due = overdue(seen.cron_job, now)
    complete, start, taken = await asyncio.gather(
        is_complete(cluster, seen.cron_job, namespace),
        _start(cluster, seen, now, namespace),
        _taken(cluster, seen, due, namespace),
    )
    status = seen.cron_job.get("status") or {}
    sight = ScheduleSight(
        view,
        now,
        due=due,
        events=events,
        blocking=tuple(one["name"] for one in status.get("active") or ()),
        complete=complete,
        taken=taken,
        start=start,
        recorded=view.origin != OURS or (view.last_run is not None and view.last_run.run in seen.recorded),
    )
    return diagnose_schedule(sight)


async def _taken(cluster: Cluster, seen: ScheduleObjects, due: float | None, namespace: str | None) -> str:
    """The Job that is in the way of the due one; empty for none."""
    if due is None or seen.view.suspended:
        return ""
    name = f"{seen.view.name}-{int(due) // 60}"
    try:
        job = await get_job(cluster, name, namespace=namespace)
    except ForbiddenError:
        return ""
    uid = seen.cron_job["metadata"]["uid"]
    owners = (job["metadata"].get("ownerReferences") or ()) if job else ()
    return "" if job is None or any(owner["uid"] == uid and owner.get("controller") for owner in owners) else name


async def _start(cluster: Cluster, seen: ScheduleObjects, now: float, namespace: str | None) -> Sight | None:
    """The newest firing as a run that does not start; None where it has a record or there is nothing to say."""
    newest = seen.firings[0] if seen.firings else None
    if newest is None or newest.run in seen.recorded or newest.state is RunState.SUCCEEDED:
        return None
    if seen.view.origin != OURS and newest.state is not RunState.PENDING:
        return None  # It never has a record.
    job = next(one for one in seen.jobs if run_of(one) == newest.run)
    labels = f"batch.kubernetes.io/job-name={job['metadata']['name']}"
    pods, events = await asyncio.gather(
        cluster.list(PODS, namespace=namespace, labels=labels),
        readable_events(cluster, "Job", job["metadata"]["name"], namespace, job["metadata"]["uid"]),
    )
    elsewhere = Around(now, nodes=await nodes_for(cluster, map(pod_view, pods)))
    around = {pod["metadata"]["name"]: await around_pod(cluster, pod, elsewhere, namespace) for pod in pods[-1:]}
    return start_sight(newest, job, pods, elsewhere, around, events)


def start_sight(
    firing: FiringView,
    job: dict[str, Any],
    pods: Sequence[dict[str, Any]],
    elsewhere: Around,
    around: Mapping[str, Around],
    events: tuple[Event, ...],
) -> Sight:
    """A firing without a record as a run of which only the orchestrator is known, for the rules on runs.

    Args:
        firing: Which.
        job: Its Job.
        pods: Of its Job.
        elsewhere: What is known around any pod.
        around: And around these, by name.
        events: Of the Job.
    """
    why = f"its orchestrator failed ({firing.why})" if firing.state is RunState.FAILED else ""
    meta = job["metadata"]
    run = RunView(
        run=firing.run,
        namespace=meta.get("namespace") or "",
        state=firing.state,
        created=firing.created,
        why=why,
        job=meta["name"],
        pods=tuple(pod_view(pod).model_copy(update={"component": names.COMPONENT_ORCHESTRATOR}) for pod in pods),
    )
    return Sight(run, None, {pod["metadata"]["name"]: pod for pod in pods}, elsewhere, around, events)
