"""Judging Jobs and their pods: what counts, what is still active, when a Job has failed."""

from __future__ import annotations

from datetime import timedelta

from k8stui.embedded.objects import (
    Obj,
    condition,
    finalizers_of,
    is_deleting,
    is_terminal,
    now,
    parse_time,
    phase_of,
)

TRACKING = "batch.kubernetes.io/job-tracking"
"""The finalizer that keeps a Job's pod until the Job has counted it."""


def finished_condition(job: Obj) -> Obj | None:
    """Return the condition that says the Job is over, or None while it is not."""
    for kind in ("Complete", "Failed"):
        found = condition(job, kind)
        if found and found["status"] == "True":
            return found
    return None


def untracked(pod: Obj) -> bool:
    """Return whether the Job has counted the pod already."""
    return TRACKING not in finalizers_of(pod)


def active(pod: Obj) -> bool:
    """Return whether the pod works for its Job."""
    return not is_terminal(pod) and not is_deleting(pod)


def pod_failed(pod: Obj) -> bool:
    """Return whether the pod counts as failed: one that is deleted before it succeeds does, too."""
    return phase_of(pod) == "Failed" or (is_deleting(pod) and phase_of(pod) != "Succeeded")


def ready_count(pods: list[Obj]) -> int:
    """Return how many pods are ready."""
    return sum((condition(pod, "Ready") or {}).get("status") == "True" for pod in pods)


def wanted_pods(spec: Obj, succeeded: int) -> int:
    """Return how many pods are to run at once now."""
    parallelism = int(spec.get("parallelism", 1))
    completions = spec.get("completions")
    if completions is None:
        return 0 if succeeded else parallelism
    return max(0, min(parallelism, int(completions) - succeeded))


def failure(job: Obj, pods: list[Obj], status: Obj) -> tuple[str, str] | None:
    """Return reason and message of the Job's failure, or None while it may still succeed."""
    spec = job["spec"]
    limit = int(spec.get("backoffLimit", 6))
    if status.get("failed", 0) > limit or _restarts(spec, pods) >= max(limit, 1):
        return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    deadline, started = spec.get("activeDeadlineSeconds"), status.get("startTime")
    if (
        deadline is not None
        and started
        and not spec.get("suspend")
        and now() >= parse_time(started) + timedelta(seconds=deadline)
    ):
        return "DeadlineExceeded", "Job was active longer than specified deadline"
    return None


def _restarts(spec: Obj, pods: list[Obj]) -> int:
    """Return the restarts that count against the limit: those of `OnFailure` containers in pods at work."""
    if spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return 0
    counted = [pod for pod in pods if phase_of(pod) in ("Running", "Pending")]
    statuses = [s for pod in counted for s in (pod.get("status") or {}).get("containerStatuses") or []]
    return sum(int(s.get("restartCount", 0)) for s in statuses)
