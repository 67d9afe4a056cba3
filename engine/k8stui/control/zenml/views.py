"""Runs of ZenML as they are shown, from the Jobs of orchestrators and steps and from the pods. Pure.

The objects do not tell how steps depend on each other, and not what ZenML's server knows: steps stand in the order in
which they were made, without parents, and a run whose steps' Jobs are gone says that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from k8stui.control.pods.views import attempt_view
from k8stui.control.truth.jobs import ended_at, job_facts
from k8stui.control.words.spans import epoch
from k8stui.control.zenml.jobs import ORIGIN, containers_of, run_state, step_name
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.views import AttemptView, PodView, RunSummaryView, RunView, StepView
from k8stui.model.zenmllabels import RUN_ID, RUN_NAME

Json = dict[str, Any]

_GOING_ON = {
    StepState.RUNNING.value: StepState.RUNNING,
    StepState.STARTING.value: StepState.STARTING,
    StepState.QUEUED.value: StepState.QUEUED,
}


def run_name(job: Json) -> str:
    """The name of an orchestrator's run: ZenML's own, or that of the Job where a CronJob made it."""
    meta = job["metadata"]
    return str((meta.get("labels") or {}).get(RUN_NAME) or meta["name"])


def distinct(runs: Iterable[tuple[Json, RunSummaryView]]) -> list[RunSummaryView]:
    """Runs of which no two have the same name: the first that says so has it, others have that of their Jobs.

    Args:
        runs: The Jobs of their orchestrators, and what each says.
    """
    found: dict[tuple[str, str], RunSummaryView] = {}
    for job, run in runs:
        known = (run.namespace, run.run) not in found
        named = run if known else run.model_copy(update={"run": job["metadata"]["name"]})
        found.setdefault((named.namespace, named.run), named)
    return list(found.values())


def run_id(job: Json) -> str:
    """The id of an orchestrator's run, which its steps have as a label; empty while there are none."""
    meta = job["metadata"]
    return str((meta.get("labels") or {}).get(RUN_ID) or (meta.get("annotations") or {}).get("zenml.io/run-id") or "")


def steps_of(job: Json, by_owner: Mapping[str, Sequence[Json]]) -> list[Json]:
    """The Jobs of the steps of an orchestrator's run, in the order in which they were made.

    Args:
        job: Of the orchestrator.
        by_owner: Jobs by the uid of what owns them.
    """
    own = by_owner.get(job["metadata"].get("uid") or "", ())
    return sorted(own, key=lambda one: (one["metadata"].get("creationTimestamp") or "", one["metadata"]["name"]))


def summary_view(job: Json, steps: Sequence[Json]) -> RunSummaryView:
    """A run in one line.

    Args:
        job: Of its orchestrator.
        steps: The Jobs that this one owns, in their order.
    """
    return RunSummaryView.model_validate(_summary(job, _step_views(steps, ()), steps))


def run_view(job: Json, steps: Sequence[Json], pods: Sequence[PodView], owners: dict[str, str]) -> RunView:
    """All that is to be seen of a run.

    Args:
        job: Of its orchestrator.
        steps: The Jobs that this one owns, in their order.
        pods: Of all of these Jobs.
        owners: The uid of the Job of each pod, by the pod's uid.
    """
    views = _step_views(steps, [(owners.get(pod.uid, ""), pod) for pod in pods])
    return RunView(
        **_summary(job, views, steps),
        job=job["metadata"]["name"],
        image=next((one.get("image") or "" for one in containers_of(job)), ""),
        steps=tuple(views),
        pods=tuple(pods),
    )


def _summary(job: Json, views: Sequence[StepView], steps: Sequence[Json]) -> dict[str, Any]:
    meta = job["metadata"]
    state, why = run_state(job, steps)
    failed = next((one for one in views if one.state is StepState.FAILED), None)
    if state is RunState.FAILED and failed and failed.why:
        why = f"step {failed.name}: {failed.why}"
    return {
        "run": run_name(job),
        "namespace": meta.get("namespace") or "",
        "origin": ORIGIN,
        "zenml_id": run_id(job),
        "pipeline": (meta.get("labels") or {}).get(names.LABEL_PIPELINE) or "",
        "state": state,
        "counts": dict(Counter(one.state.value for one in views)),
        "total": len(views),
        "created": epoch(meta.get("creationTimestamp")),
        "started": min(
            (made for one in steps if (made := epoch(one["metadata"].get("creationTimestamp")))), default=None
        ),
        "finished": ended_at(job),
        "why": why,
        "schedule": next(
            (one["name"] for one in meta.get("ownerReferences") or () if one.get("kind") == "CronJob"), ""
        ),
    }


def _step_views(steps: Sequence[Json], pods: Sequence[tuple[str, PodView]]) -> list[StepView]:
    return [_step_view(step, [pod for owner, pod in pods if owner == step["metadata"].get("uid")]) for step in steps]


def _step_view(job: Json, pods: Sequence[PodView]) -> StepView:
    ordered = sorted(pods, key=lambda pod: (pod.created or 0.0, pod.name))
    attempts = tuple(
        attempt_view(pod.model_copy(update={"attempt": number})) for number, pod in enumerate(ordered, start=1)
    )
    facts, name = job_facts(job), step_name(job)
    if facts.outcome == "complete":
        state, why = StepState.SUCCEEDED, ""
    elif facts.outcome == "failed":
        state, why = StepState.FAILED, _why(attempts, facts.why)
    else:
        state, why = _going_on(job, ordered)
    failures = sum(one.state is StepState.FAILED for one in attempts)
    evicted = sum(one.state is StepState.EVICTED for one in attempts)
    return StepView(
        name=name, slug=name, state=state, why=why, attempts=attempts, failures=failures, disruptions=evicted
    )


def _going_on(job: Json, pods: Sequence[PodView]) -> tuple[StepState, str]:
    status = job.get("status") or {}
    if pods and pods[-1].status in _GOING_ON:
        return _GOING_ON[pods[-1].status], pods[-1].reason
    if pods[-1].status == StepState.SUCCEEDED.value if pods else status.get("ready"):
        return StepState.RUNNING, ""  # with a pod that has succeeded, until its Job says so, too
    return (StepState.RETRYING if pods or status.get("failed") else StepState.QUEUED), ""


def _why(attempts: Sequence[AttemptView], job: str) -> str:
    """Why a step failed: what its last pod says, where that is still there, else the Job's words."""
    if not attempts:
        return f"{job}; its pod is gone" if job else "its pod is gone"
    last = attempts[-1]
    code = f"exit code {last.exit_code}" if last.exit_code is not None and last.reason in ("", "Error") else last.reason
    return ": ".join(part for part in (code, last.message.strip()) if part) or job
