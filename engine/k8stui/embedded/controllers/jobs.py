"""The Job controller: pods for Jobs, counted when they end, until the Job is complete or has failed.

Rules: Kubernetes documentation, "Jobs" (1.34): finalizer tracking, back-off, deadlines, suspension, and the
conditions SuccessCriteriaMet and FailureTarget that come before Complete and Failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from k8stui.embedded.controllers.base import RETRY, Controller
from k8stui.embedded.controllers.job_status import (
    TRACKING,
    active,
    failure,
    finished_condition,
    pod_failed,
    ready_count,
    untracked,
    wanted_pods,
)
from k8stui.embedded.deletion import Deletion
from k8stui.embedded.events import Recorder
from k8stui.embedded.failures import ApiError
from k8stui.embedded.objects import (
    Obj,
    condition,
    controller_of,
    copied,
    is_deleting,
    is_terminal,
    name_of,
    namespace_of,
    now,
    parse_time,
    phase_of,
    set_condition,
    timestamp,
    uid_of,
)
from k8stui.embedded.registry import JOB, POD
from k8stui.embedded.resources import Resources
from k8stui.embedded.store import Change
from k8stui.embedded.timing import Timing

_SOURCE = "job-controller"
_LONGEST_BACKOFF = 60
"""The longest back-off, as a multiple of the first: 10 minutes of 10 seconds."""


@dataclass
class _Failures:
    """Failed pods of a Job since the last that succeeded."""

    count: int = 0
    last: datetime | None = None


class JobController(Controller):
    """Brings Jobs to their ends."""

    def __init__(self, resources: Resources, recorder: Recorder, timing: Timing) -> None:
        super().__init__(resources)
        self._recorder, self._timing = recorder, timing
        self._failures: dict[str, _Failures] = {}

    def on_change(self, change: Change) -> None:
        """Look at changed Jobs and at the Jobs of changed pods."""
        if change.kind is JOB:
            self.look(uid_of(change.obj))
            if change.verb == "DELETED":
                self._failures.pop(uid_of(change.obj), None)
        elif change.kind is POD:
            owner = controller_of(change.obj)
            if owner and owner.get("kind") == "Job":
                self.look(str(owner["uid"]))
                if change.verb != "DELETED" and self.resources.store.by_uid(str(owner["uid"])) is None:
                    self.look(uid_of(change.obj))

    def sync(self, uid: str) -> None:
        """Bring one Job forward."""
        found = self.resources.store.by_uid(uid)
        if found is None:
            return
        if found[0] is POD:
            self._release(found[1])
            return
        job = found[1]
        pods = [pod for kind, pod in self.resources.store.dependents(uid) if kind is POD and _controls(uid, pod)]
        status = copied(job.get("status") or {})
        if finished_condition(job) is None:
            self._count_ended(job, pods, status)
            self._decide(job, [p for p in pods if active(p)], pods, status)
        else:
            for pod in pods:
                self._release(pod)
        self._write(job, status)

    def _count_ended(self, job: Obj, pods: list[Obj], status: Obj) -> None:
        failures = self._failures.setdefault(uid_of(job), _Failures())
        for pod in pods:
            if untracked(pod):
                continue
            if phase_of(pod) == "Succeeded":
                status["succeeded"] = status.get("succeeded", 0) + 1
                failures.count, failures.last = 0, None
            elif pod_failed(pod):
                status["failed"] = status.get("failed", 0) + 1
                failures.count, failures.last = failures.count + 1, now()
            else:
                continue
            self._release(pod)

    def _decide(self, job: Obj, running: list[Obj], pods: list[Obj], status: Obj) -> None:
        spec = job["spec"]
        alive = [pod for pod in pods if not is_terminal(pod)]
        if target := condition({"status": status}, "FailureTarget"):
            self._fail(job, running, alive, status, str(target["reason"]), str(target["message"]))
            return
        if why := failure(job, pods, status):
            self._fail(job, running, alive, status, *why)
            return
        if spec.get("suspend"):
            self._suspend(job, running, status)
            return
        self._resume(job, status)
        if spec.get("activeDeadlineSeconds") is not None:
            end = parse_time(status["startTime"]) + timedelta(seconds=spec["activeDeadlineSeconds"])
            self.look(uid_of(job), after=max(0.01, (end - now()).total_seconds()))
        done = status.get("succeeded", 0)
        completions = spec.get("completions")
        complete = done >= completions if completions is not None else (done > 0 and not running)
        if complete:
            self._complete(job, running, alive, status)
        elif not is_deleting(job):
            running = self._scale(job, running, wanted_pods(spec, done))
        self._count_running(status, running, alive)

    def _count_running(self, status: Obj, running: list[Obj], alive: list[Obj]) -> None:
        status["active"] = len(running)
        status["ready"] = ready_count(running)
        status["terminating"] = sum(is_deleting(pod) for pod in alive)
        status.setdefault("uncountedTerminatedPods", {})

    def _scale(self, job: Obj, running: list[Obj], wanted: int) -> list[Obj]:
        if len(running) > wanted:
            for pod in running[wanted:]:
                self._delete(pod)
            return running[:wanted]
        if len(running) == wanted:
            return running
        wait = self._back_off(uid_of(job))
        if wait > 0:
            self.look(uid_of(job), after=wait)
            return running
        created = list(running)
        for _ in range(wanted - len(running)):
            made = self._create(job)
            if made is None:
                break
            created.append(made)
        return created

    def _back_off(self, uid: str) -> float:
        """Return how many seconds to wait before the next pod."""
        failures = self._failures.get(uid, _Failures())
        if not failures.count or failures.last is None:
            return 0.0
        first = self._timing.job_backoff
        delay: float = min(first * 2 ** (failures.count - 1), first * _LONGEST_BACKOFF)
        return delay - (now() - failures.last).total_seconds()

    def _create(self, job: Obj) -> Obj | None:
        template = job["spec"]["template"]
        owner = {
            "apiVersion": JOB.api_version,
            "kind": JOB.kind,
            "name": name_of(job),
            "uid": uid_of(job),
            "controller": True,
            "blockOwnerDeletion": True,
        }
        metadata = {
            **(template.get("metadata") or {}),
            "generateName": f"{name_of(job)[:57]}-",
            "ownerReferences": [owner],
            "finalizers": [TRACKING],
        }
        for field in ("name", "namespace", "creationTimestamp"):
            metadata.pop(field, None)
        try:
            pod = self.resources.create(POD, namespace_of(job), {"metadata": metadata, "spec": template["spec"]})
        except ApiError as error:
            self._recorder.warning(JOB, job, "FailedCreate", f"Error creating: {error}", source=_SOURCE)
            self.look(uid_of(job), after=RETRY)
            return None
        self._recorder.normal(JOB, job, "SuccessfulCreate", f"Created pod: {name_of(pod)}", source=_SOURCE)
        return pod

    def _complete(self, job: Obj, running: list[Obj], alive: list[Obj], status: Obj) -> None:
        reached = {"reason": "CompletionsReached", "message": "Reached expected number of succeeded pods"}
        if condition({"status": status}, "SuccessCriteriaMet") is None:
            set_condition(status, _true("SuccessCriteriaMet", **reached))
        for pod in running:
            self._delete(pod)
        if not alive:
            set_condition(status, _true("Complete", **reached))
            status["completionTime"] = timestamp()
            self._recorder.normal(JOB, job, "Completed", "Job completed", source=_SOURCE)

    def _fail(self, job: Obj, running: list[Obj], alive: list[Obj], status: Obj, reason: str, message: str) -> None:
        if condition({"status": status}, "FailureTarget") is None:
            set_condition(status, _true("FailureTarget", reason=reason, message=message))
        for pod in running:
            self._delete(pod)
        if not alive:
            set_condition(status, _true("Failed", reason=reason, message=message))
            self._recorder.warning(JOB, job, reason, message, source=_SOURCE)
        self._count_running(status, [], alive)

    def _suspend(self, job: Obj, running: list[Obj], status: Obj) -> None:
        for pod in running:
            self._release(pod)  # Before its deletion: a suspended pod does not count as a failure.
            self._delete(pod)
        suspended = condition({"status": status}, "Suspended")
        if suspended is None or suspended["status"] != "True":
            set_condition(status, _true("Suspended", reason="JobSuspended", message="Job suspended"))
            self._recorder.normal(JOB, job, "Suspended", "Job suspended", source=_SOURCE)
        status.pop("startTime", None)
        alive = [pod for pod in running if not is_terminal(pod)]
        self._count_running(status, [], alive)

    def _resume(self, job: Obj, status: Obj) -> None:
        suspended = condition({"status": status}, "Suspended")
        if suspended and suspended["status"] == "True":
            resumed = {"type": "Suspended", "status": "False", "reason": "JobResumed", "message": "Job resumed"}
            set_condition(status, {**resumed, "lastProbeTime": timestamp()})
            self._recorder.normal(JOB, job, "Resumed", "Job resumed", source=_SOURCE)
        status.setdefault("startTime", timestamp())

    def _release(self, pod: Obj) -> None:
        """Take our finalizer off a pod that is counted, so that it can be deleted."""

        def how(obj: Obj) -> None:
            kept = [f for f in obj["metadata"].get("finalizers") or [] if f != TRACKING]
            obj["metadata"]["finalizers"] = kept
            if not kept:
                del obj["metadata"]["finalizers"]

        if not untracked(pod):
            self.resources.change(POD, pod, how)

    def _delete(self, pod: Obj) -> None:
        if is_deleting(pod):
            return
        deletion = Deletion(propagation="Background", uid=uid_of(pod))
        self.resources.delete(POD, namespace_of(pod), name_of(pod), deletion)
        owner = controller_of(pod)
        found = self.resources.store.by_uid(str(owner["uid"])) if owner else None
        if found:
            message = f"Deleted pod: {name_of(pod)}"
            self._recorder.normal(JOB, found[1], "SuccessfulDelete", message, source=_SOURCE)

    def _write(self, job: Obj, status: Obj) -> None:
        for field in ("active", "succeeded", "failed"):
            if not status.get(field):
                status.pop(field, None)
        if status != job.get("status"):
            self.resources.change(JOB, job, lambda obj: obj.update(status=status), subresource="status")


def _controls(uid: str, pod: Obj) -> bool:
    owner = controller_of(pod)
    return owner is not None and owner.get("uid") == uid


def _true(kind: str, *, reason: str, message: str) -> Obj:
    return {"type": kind, "status": "True", "lastProbeTime": timestamp(), "reason": reason, "message": message}
