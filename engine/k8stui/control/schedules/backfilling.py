"""Makes the runs of a backfill, a few at a time, the oldest first.

Without anything installed in the cluster nobody there could start a run when another one ends, so whoever calls this
has to stay. It keeps nothing in mind: called again with a new plan, it goes on where it was ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import AlreadyExistsError
from k8stui.cluster.resources import JOBS
from k8stui.control.runs.reading import list_runs
from k8stui.control.schedules.backfillplan import BackfillPlan, check_parallel, plan_backfill
from k8stui.control.schedules.finding import check_complete, check_ours, get_cron_job
from k8stui.control.schedules.handmade import job_by_hand
from k8stui.control.schedules.listing import show_schedule
from k8stui.control.schedules.outcomes import firings
from k8stui.control.selectors import of_schedule
from k8stui.control.submitting.creating import submitter_of
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.incluster.master.firing import SCHEDULED_AT
from k8stui.model.cron import zone_of
from k8stui.model.errors import ConflictError
from k8stui.model.schedule import UTC_ZONE
from k8stui.model.scheduleviews import BackfillView, FiringView

PAUSE = 1.0
"""Seconds between two looks at the runs."""

LOST = "its Job was deleted before its run had begun"
MEANWHILE = "it has got a run meanwhile"

OnProgress = Callable[[BackfillView], None]
"""Told of each time whose run has started, and again when that has ended."""

OnWait = Callable[[Sequence[str]], None]
"""Told which runs the next one waits for, beside those of the plan."""


async def planned_backfill(
    cluster: Cluster, name: str, start: datetime, end: datetime, *, namespace: str | None = None
) -> BackfillPlan:
    """The plan of a backfill from one moment to another, both included, by what is in the cluster.

    Raises:
        NotFoundError: There is no such schedule.
        ConflictError: It was never completely created.
        InvalidInputError: As for `plan_backfill`; or the schedule is ZenML's.
    """
    cron_job = await get_cron_job(cluster, name, namespace)
    check_ours(cron_job, "a backfill")
    await check_complete(cluster, cron_job, namespace)
    view = await show_schedule(cluster, name, namespace=namespace)
    existing = await _firings(cluster, name, namespace)
    return plan_backfill(view, start, end, existing, datetime.fromtimestamp(time.time(), UTC))


async def backfill(
    cluster: Cluster,
    plan: BackfillPlan,
    *,
    namespace: str | None = None,
    max_parallel: int = 1,
    on_progress: OnProgress = lambda _: None,
    on_wait: OnWait = lambda _: None,
    pause: float = PAUSE,
) -> list[BackfillView]:
    """Make the runs of a plan and wait for them.

    No run is started while `max_parallel` runs of the schedule go on, its own firings included. One that fails does not
    end the others. What was started goes on when this is cancelled. `on_wait` is told which runs beside those of the
    plan keep the next one back.

    Returns:
        All times of the plan, in its order, with how their runs ended.

    Raises:
        InvalidInputError: The schedule lets no runs overlap, and more than one at a time was asked for.
        NotFoundError: The schedule was deleted meanwhile.
        ConflictError: It was, and another one of its name was made.
        K8stuiError: A Job was refused; what was started before goes on.
    """
    check_parallel(plan, max_parallel)
    name = plan.schedule.name
    done = {one.run: one for one in plan.times}
    waiting, running = list(plan.going), dict[str, BackfillView]()
    uid = (await get_cron_job(cluster, name, namespace))["metadata"]["uid"] if waiting else ""
    by = await submitter_of(cluster) if waiting else ""
    told: list[str] = []
    while waiting or running:
        found = {one.run: one for one in await _firings(cluster, name, namespace)}
        for run in list(running):
            done[run] = running[run] = _seen(running[run], found.get(run))
            if running[run].ended:
                on_progress(running.pop(run))
        room = max_parallel - sum(not one.state.ended for one in found.values())
        while waiting and room > 0:
            one = waiting.pop(0)
            made = one if one.run in found else await _make(cluster, plan, one, namespace, uid, by)
            if made is one:
                done[one.run] = one.model_copy(update={"goes": False, "why": MEANWHILE})
                continue
            done[one.run] = running[one.run] = made
            on_progress(made)
            room -= 1
        others = sorted({one.run for one in found.values() if not one.state.ended} - set(running))
        if waiting and len(running) < max_parallel and others and others != told:
            told = others
            on_wait(others)
        if waiting or running:
            await asyncio.sleep(pause)
    return [done[one.run] for one in plan.times]


def failed(done: BackfillView) -> bool:
    """Whether a time was to get a run, and that has not ended well."""
    return done.goes and done.state is not RunState.SUCCEEDED


async def _make(
    cluster: Cluster, plan: BackfillPlan, one: BackfillView, namespace: str | None, uid: str, by: str
) -> BackfillView:
    """Start a run from the schedule as it is now; the same view where there is one of its name."""
    cron_job = await get_cron_job(cluster, plan.schedule.name, namespace)
    if cron_job["metadata"]["uid"] != uid:
        raise ConflictError(f"The schedule {plan.schedule.name} was deleted, and another one made under its name.")
    due = datetime.fromtimestamp(one.time, zone_of(plan.schedule.time_zone or UTC_ZONE))
    further = {SCHEDULED_AT: due.isoformat()}
    try:
        await cluster.create(job_by_hand(cron_job, one.run, names.TRIGGER_BACKFILL, by, further))
    except AlreadyExistsError:
        return one
    return one.model_copy(update={"state": RunState.PENDING})


def _seen(before: BackfillView, found: FiringView | None) -> BackfillView:
    if found is None:
        return before.model_copy(update={"why": LOST, "state": RunState.FAILED})
    return before.model_copy(update={"state": found.state, "why": found.why if found.state.ended else ""})


async def _firings(cluster: Cluster, name: str, namespace: str | None) -> list[FiringView]:
    """The schedule's runs. The Jobs are read first: one whose record comes meanwhile is not missed."""
    jobs = await cluster.list(JOBS, namespace=namespace, labels=of_schedule(name))
    runs = await list_runs(cluster, namespace=namespace, labels=of_schedule(name))
    return firings(name, runs, jobs)
