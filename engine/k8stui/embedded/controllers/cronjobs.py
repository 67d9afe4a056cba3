"""The CronJob controller: creates Jobs at their times.

Rules: Kubernetes documentation, "CronJob": time zones, concurrency, starting deadline, missed times, history.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from k8stui.embedded.controllers.base import RETRY, Controller
from k8stui.embedded.controllers.job_status import finished_condition
from k8stui.embedded.deletion import Deletion
from k8stui.embedded.events import Recorder
from k8stui.embedded.failures import ApiError
from k8stui.embedded.objects import (
    Obj,
    controller_of,
    copied,
    is_deleting,
    name_of,
    namespace_of,
    now,
    parse_time,
    timestamp,
    uid_of,
)
from k8stui.embedded.registry import CRON_JOB, JOB
from k8stui.embedded.resources import Resources
from k8stui.embedded.store import Change
from k8stui.model.cron import zone_of
from k8stui.model.cron.grammar import parse
from k8stui.model.cron.walk import next_time

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
"""Annotation of a Job: the time it was created for, in the CronJob's time zone."""

_SOURCE = "cronjob-controller"
_MOST_MISSED = 100


class CronJobController(Controller):
    """Fires CronJobs."""

    def __init__(self, resources: Resources, recorder: Recorder) -> None:
        super().__init__(resources)
        self._recorder = recorder

    def on_change(self, change: Change) -> None:
        """Look at changed CronJobs and at those whose Jobs changed."""
        if change.kind is CRON_JOB and change.verb != "DELETED":
            self.look(uid_of(change.obj))
        elif change.kind is JOB:
            owner = controller_of(change.obj)
            if owner and owner.get("kind") == "CronJob":
                self.look(str(owner["uid"]))

    def sync(self, uid: str) -> None:
        """Count the Jobs, fire if it is time, and look again at the next time."""
        found = self.resources.store.by_uid(uid)
        if found is None or is_deleting(found[1]):
            return
        cron_job = found[1]
        jobs = [job for kind, job in self.resources.store.dependents(uid) if kind is JOB]
        status = copied(cron_job.get("status") or {})
        self._note_jobs(cron_job, jobs, status)
        self._trim_history(cron_job, jobs)
        if not cron_job["spec"].get("suspend"):
            self._fire(cron_job, jobs, status)
        if status != (cron_job.get("status") or {}):
            self.resources.change(CRON_JOB, cron_job, lambda obj: obj.update(status=status), subresource="status")

    def _note_jobs(self, cron_job: Obj, jobs: list[Obj], status: Obj) -> None:
        by_uid = {uid_of(job): job for job in jobs}
        kept = []
        for reference in status.get("active") or []:
            job = by_uid.get(reference.get("uid"))
            finished = finished_condition(job) if job else None
            if job and finished:
                message = f"Saw completed job: {name_of(job)}, condition: {finished['type']}"
                self._recorder.normal(CRON_JOB, cron_job, "SawCompletedJob", message, source=_SOURCE)
            elif job:
                kept.append(reference)
        # A Job that somebody else made from the template counts for this, and for nothing else.
        ended = [str(job["status"].get("completionTime", "")) for job in jobs if _succeeded(job)]
        if ended:
            status["lastSuccessfulTime"] = max(status.get("lastSuccessfulTime", ""), *ended)
        status["active"] = kept
        if not kept:
            del status["active"]

    def _trim_history(self, cron_job: Obj, jobs: list[Obj]) -> None:
        spec = cron_job["spec"]
        limits = {"Complete": spec.get("successfulJobsHistoryLimit"), "Failed": spec.get("failedJobsHistoryLimit")}
        for outcome, limit in limits.items():
            ended = [job for job in jobs if (finished_condition(job) or {}).get("type") == outcome]
            ended.sort(key=lambda job: str((job.get("status") or {}).get("startTime", "")))
            for job in ended[: max(0, len(ended) - int(limit))] if limit is not None else []:
                self._delete(cron_job, job)

    def _fire(self, cron_job: Obj, jobs: list[Obj], status: Obj) -> None:
        spec, moment = cron_job["spec"], now()
        try:
            times = Times(spec)
        except (KeyError, ValueError, OSError) as error:
            message = f"unparseable schedule: {spec.get('schedule')} : {error}"
            self._recorder.warning(CRON_JOB, cron_job, "UnparseableSchedule", message, source=_SOURCE)
            return
        following = times.after(moment)
        if following is None:
            message = (
                f"invalid schedule: {spec['schedule']} : time difference between two schedules is less than 1 second"
            )
            self._recorder.warning(CRON_JOB, cron_job, "InvalidSchedule", message, source=_SOURCE)
            return
        self.look(uid_of(cron_job), after=max(0.01, (following - moment).total_seconds()))
        earliest = parse_time(status.get("lastScheduleTime") or cron_job["metadata"]["creationTimestamp"])
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None:
            earliest = max(earliest, moment - timedelta(seconds=deadline))
        due, missed = times.latest(earliest, moment)
        if missed > _MOST_MISSED:
            message = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self._recorder.warning(CRON_JOB, cron_job, "TooManyMissedTimes", message, source=_SOURCE)
        name = f"{name_of(cron_job)}-{int(due.timestamp()) // 60}" if due else ""
        active = status.get("active") or []
        if due is None or any(reference["name"] == name for reference in active):
            return
        policy = spec.get("concurrencyPolicy", "Allow")
        if active and policy == "Forbid":
            message = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._recorder.normal(CRON_JOB, cron_job, "JobAlreadyActive", message, source=_SOURCE)
            return
        if policy == "Replace":
            uids = {reference["uid"] for reference in active}
            for job in jobs:
                if uid_of(job) in uids:
                    self._delete(cron_job, job)
            status.pop("active", None)
        self._create(cron_job, due, times, status)

    def _create(self, cron_job: Obj, due: datetime, times: Times, status: Obj) -> None:
        template = cron_job["spec"]["jobTemplate"]
        given = template.get("metadata") or {}
        owner = {
            "apiVersion": CRON_JOB.api_version,
            "kind": CRON_JOB.kind,
            "name": name_of(cron_job),
            "uid": uid_of(cron_job),
            "controller": True,
            "blockOwnerDeletion": True,
        }
        metadata = {
            "name": f"{name_of(cron_job)}-{int(due.timestamp()) // 60}",
            "labels": given.get("labels") or {},
            "annotations": {**(given.get("annotations") or {}), SCHEDULED: times.local(due)},
            "ownerReferences": [owner],
        }
        try:
            job = self.resources.create(JOB, namespace_of(cron_job), {"metadata": metadata, "spec": template["spec"]})
        except ApiError as error:
            if error.reason != "AlreadyExists":
                message = f"Error creating job: {error}"
                self._recorder.warning(CRON_JOB, cron_job, "FailedCreate", message, source=_SOURCE)
                self.look(uid_of(cron_job), after=RETRY)
                return
        else:
            message = f"Created job {name_of(job)}"
            self._recorder.normal(CRON_JOB, cron_job, "SuccessfulCreate", message, source=_SOURCE)
            status["active"] = [*(status.get("active") or []), _reference(job)]
        status["lastScheduleTime"] = timestamp(due)

    def _delete(self, cron_job: Obj, job: Obj) -> None:
        if is_deleting(job):
            return
        deletion = Deletion(propagation="Background", uid=uid_of(job))
        self.resources.delete(JOB, namespace_of(job), name_of(job), deletion)
        message = f"Deleted job {name_of(job)}"
        self._recorder.normal(CRON_JOB, cron_job, "SuccessfulDelete", message, source=_SOURCE)


class Times:
    """The times of one schedule.

    Raises:
        ValueError: The schedule or the time zone cannot be read.
        KeyError: The time zone is not known.
    """

    def __init__(self, spec: Obj) -> None:
        self._zone = zone_of(spec["timeZone"]) if spec.get("timeZone") else UTC
        self._schedule = parse(str(spec["schedule"]))

    def after(self, moment: datetime) -> datetime | None:
        """Return the first time after `moment`; None when there is none."""
        return next_time(self._schedule, self._zone, moment)

    def latest(self, earliest: datetime, moment: datetime) -> tuple[datetime | None, int]:
        """Return the latest time after `earliest` and not after `moment`, and about how many there are.

        The real controller estimates: it takes the distance of the first two times for that of all. From a bit before
        the time so found it goes on one by one, so the latest time is exact where distances are alike.
        """
        first = self.after(earliest)
        if first is None or moment < first:
            return None, 0
        second = self.after(first)
        if second is None or moment < second:
            return first, 1
        distance = (second - first).total_seconds()
        missed = int((moment - first).total_seconds() // distance) + 1
        latest, following = None, self.after(first + timedelta(seconds=(missed - 2) * distance))
        while following is not None and following <= moment:
            latest, following = following, self.after(following)
        return latest, missed

    def local(self, moment: datetime) -> str:
        """Return a time as the annotation has it."""
        return moment.astimezone(self._zone).isoformat().replace("+00:00", "Z")


def _succeeded(job: Obj) -> bool:
    return (finished_condition(job) or {}).get("type") == "Complete"


def _reference(job: Obj) -> Obj:
    return {
        "kind": JOB.kind,
        "namespace": namespace_of(job),
        "name": name_of(job),
        "uid": uid_of(job),
        "apiVersion": JOB.api_version,
    }
