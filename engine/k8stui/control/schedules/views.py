"""Schedules as they are shown, from CronJobs and the Jobs they made. Pure; all input is API JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8stui.control.schedules.changes import changes_of_job, read_history
from k8stui.control.schedules.fields import timing_of
from k8stui.control.schedules.outcomes import firings, outcomes
from k8stui.control.schedules.timing import GRACE, Timing, last_due, timing
from k8stui.control.truth.jobs import job_facts, jobs_by_owner
from k8stui.control.words.spans import epoch
from k8stui.control.zenml.jobs import ORIGIN, containers, made_by_zenml
from k8stui.incluster.contract import names
from k8stui.model.cron import cron_problem, zone_problem
from k8stui.model.schedule import UTC_ZONE
from k8stui.model.scheduleviews import FiringView, ScheduleView
from k8stui.model.shapes import each, fields, mapping, parsed_as, text
from k8stui.model.views import RunSummaryView, SourceView

Json = dict[str, Any]

CANDIDATES = names.LABEL_PIPELINE
"""Label selector of the CronJobs that may be schedules, ours or ZenML's; `origin_of` tells which are."""

OURS = "k8stui"

_KNOWN = fields(
    {
        "pipeline": text, "submitted_by": text, "parameters": mapping, "set": mapping, "code": text, "image": text,
        "version": text, "source": text, "template": each(text), "older": each(text), "pull_secret": text,
        "artifact_store": mapping, "config": mapping,
    }
)  # fmt: skip

_TIMED = frozenset(("cron", "time-zone", "suspend"))
"""Changes after which other times are due than before."""


def schedule_view(
    cron_job: Json,
    jobs: Iterable[Json],
    now: float,
    runs: Iterable[RunSummaryView] = (),
    *,
    when: Timing | None = None,
) -> ScheduleView:
    """The view of a schedule.

    Args:
        cron_job: Its CronJob.
        jobs: Jobs of the namespace; those of other schedules don't count. For a schedule of ZenML with those of steps.
        now: Seconds since the epoch.
        runs: Its runs, as they really are.
        when: What the clock makes of it; found out when None.
    """
    meta, spec, status = cron_job["metadata"], cron_job["spec"], cron_job.get("status") or {}
    known, when = known_of(cron_job), when or clock_of(cron_job, now)
    found = outcomes(firings_of(cron_job, jobs, runs))
    image = next((one.get("image") for one in containers(cron_job)), "")
    view = ScheduleView(
        name=meta["name"],
        namespace=meta.get("namespace") or "",
        pipeline=known.get("pipeline") or (meta.get("labels") or {}).get(names.LABEL_PIPELINE) or "",
        origin=origin_of(cron_job) or OURS,
        cron=spec["schedule"],
        time_zone=spec.get("timeZone") or UTC_ZONE,
        suspended=bool(spec.get("suspend")),
        concurrency=spec.get("concurrencyPolicy") or "",
        starting_deadline=spec.get("startingDeadlineSeconds"),
        successful_history=spec.get("successfulJobsHistoryLimit"),
        failed_history=spec.get("failedJobsHistoryLimit"),
        last=epoch(status.get("lastScheduleTime")),
        last_success=epoch(status.get("lastSuccessfulTime")),
        next=when.next,
        active=found.active,
        last_run=found.last_run,
        outcomes=found.states,
        usual=found.usual,
        missed=when.missed,
        parameters=known.get("parameters") or {},
        created=epoch(meta.get("creationTimestamp")),
        submitted_by=known.get("submitted_by") or "",
        settings=known.get("set") or {},
        code=known.get("code") or "",
        cache=known.get("cache") is not False,
        image=known.get("image") or image or "",
        version=known.get("version") or "",
        source=SourceView(target=known.get("source") or ""),
        generation=int(meta.get("generation") or 0),
    )
    return view.model_copy(update={"changes": changes_of_job(cron_job, timing_of(view))})


def origin_of(cron_job: Json) -> str:
    """What made a CronJob that is a schedule: `k8stui` or `zenml`; empty for any other."""
    labels = cron_job["metadata"].get("labels") or {}
    if (labels.get(names.LABEL_MANAGED_BY), labels.get(names.LABEL_COMPONENT)) == (
        names.MANAGER,
        names.COMPONENT_SCHEDULE,
    ):
        return OURS
    return ORIGIN if made_by_zenml(cron_job) else ""


def firings_of(cron_job: Json, jobs: Iterable[Json], runs: Iterable[RunSummaryView] = ()) -> list[FiringView]:
    """The firings of a schedule, newest first; arguments as for `schedule_view`."""
    jobs = list(jobs)
    steps = jobs_by_owner(jobs) if origin_of(cron_job) == ORIGIN else None
    return firings(cron_job["metadata"]["name"], runs, own_jobs(cron_job, jobs), steps=steps)


def clock_of(cron_job: Json, now: float) -> Timing:
    """What the clock makes of a schedule now; nothing while it is suspended."""
    spec = cron_job["spec"]
    if spec.get("suspend"):
        return Timing()
    zone, deadline = spec.get("timeZone") or UTC_ZONE, spec.get("startingDeadlineSeconds")
    since, counted = _since(cron_job, now), _counted(cron_job)
    return timing(spec["schedule"], zone, since, now, counted=counted, deadline=deadline)


def overdue(cron_job: Json, now: float) -> float | None:
    """The latest time at which a schedule should have fired and has not; None for none.

    Of a suspended one: the time that is made up for when it is resumed, unless its starting deadline has passed then.
    """
    spec = cron_job["spec"]
    zone = spec.get("timeZone") or UTC_ZONE
    if cron_problem(spec["schedule"]) or zone_problem(zone):
        return None
    found = last_due(spec["schedule"], zone, _since(cron_job, now), now - GRACE)
    return found if found is not None and (spec.get("suspend") or found > _counted(cron_job)) else None


def _since(cron_job: Json, now: float) -> float:
    """From when on the controller looks for times to fire at."""
    last = (cron_job.get("status") or {}).get("lastScheduleTime")
    since = epoch(last or cron_job["metadata"].get("creationTimestamp"))
    return now if since is None else since


def _counted(cron_job: Json) -> float:
    """From when on a time can be missed at all: with a starting deadline, what was due before a change is not late.

    Without one the controller makes up for it, and until it has, it is.
    """
    if cron_job["spec"].get("startingDeadlineSeconds") is None:
        return 0.0
    changes = read_history(cron_job).changes
    return max((one.at or 0.0 for one in changes if any(field.field in _TIMED for field in one.fields)), default=0.0)


def known_of(cron_job: Json) -> Json:
    """What k8stui noted of a schedule when it made it; empty when it is missing or damaged."""
    return parsed_as(_KNOWN, (cron_job["metadata"].get("annotations") or {}).get(names.ANNOTATION_SCHEDULE))


def own_jobs(cron_job: Json, jobs: Iterable[Json]) -> list[Json]:
    """The Jobs that a schedule made, those that a person triggered included."""
    uid = cron_job["metadata"]["uid"]
    return [job for job in jobs if any(owner["uid"] == uid for owner in job["metadata"].get("ownerReferences") or ())]


def active_jobs(cron_job: Json, jobs: Iterable[Json]) -> list[Json]:
    """The Jobs of a schedule that have not ended."""
    return [job for job in own_jobs(cron_job, jobs) if (facts := job_facts(job)).exists and not facts.outcome]
