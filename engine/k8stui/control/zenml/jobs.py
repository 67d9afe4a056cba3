"""Jobs of ZenML's Kubernetes orchestrator, of schedules and of runs by hand, and how they end. Pure.

They are known by the module that the orchestrator's pod runs, which has had the same name in all of ZenML's versions;
labels and annotations changed. Their runs have no record: what the Jobs say is all there is. An orchestrator's Job is
complete even when steps failed, so the Jobs of the steps, which it owns, are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8stui.control.truth.jobs import ended_at, job_facts
from k8stui.incluster.contract.states import RunState
from k8stui.model.zenmllabels import STEP_NAME

Json = dict[str, Any]

ORIGIN = "zenml"

ENTRYPOINT = "zenml.integrations.kubernetes.orchestrators.kubernetes_orchestrator_entrypoint"

DYNAMIC = "zenml.pipelines.dynamic.entrypoint_configuration.DynamicPipelineEntrypointConfiguration"
"""What the orchestrator of a dynamic pipeline runs instead: steps run in its own pod unless they are isolated."""

NO_STEPS = (
    "its orchestrator has ended and no Jobs of steps are left: it was stopped, all of it was cached, or they were"
    " cleaned up; ZenML's server knows which"
)

BEFORE_ITS_STEPS = "its orchestrator ended before step {step} did; ZenML's server may know why"

TRIED_AGAIN = (
    "its orchestrator failed, and ended well when it was tried again; whether the run did, ZenML's server knows"
)

_STEP = "zenml.io/step-name"


def made_by_zenml(cron_job: Json) -> bool:
    """Whether ZenML made a CronJob."""
    return is_orchestrator(cron_job["spec"].get("jobTemplate") or {})


def is_orchestrator(job: Json) -> bool:
    """Whether a Job, or what one is made from, is that of an orchestrator of ZenML."""
    return _runs(job, ENTRYPOINT) or _runs(job, DYNAMIC)


def _runs(job: Json, what: str) -> bool:
    return any(what in (*(one.get("command") or ()), *(one.get("args") or ())) for one in containers_of(job))


def containers(cron_job: Json) -> list[Json]:
    """The containers of a CronJob's pods."""
    return containers_of(cron_job["spec"].get("jobTemplate") or {})


def containers_of(job: Json) -> list[Json]:
    """The containers of the pods of a Job, or of what one is made from."""
    pod = (job.get("spec") or {}).get("template", {}).get("spec") or {}
    return list(pod.get("containers") or ())


def run_state(job: Json, steps: Sequence[Json]) -> tuple[RunState, str]:
    """What a run of ZenML does, and why it failed or is not known to have succeeded.

    An orchestrator is complete, too, when its run was stopped, which deletes the Jobs of all steps: without any,
    nothing says that the run was a success, so it is not called one. Neither is one whose orchestrator did not see the
    end of a step: it has lost the step, starts no others, and is complete all the same.

    Args:
        job: Of its orchestrator.
        steps: The Jobs that this one owns.
    """
    facts = job_facts(job)
    if not facts.outcome:
        at_work = bool(steps or (job.get("status") or {}).get("ready"))
        return (RunState.RUNNING if at_work else RunState.PENDING), ""
    if facts.outcome == "complete" and _runs(job, DYNAMIC):
        # Unlike the other one it fails with its run; but when it is tried again after that, it ends well at once.
        retried = (job.get("status") or {}).get("failed")
        return (RunState.STOPPED, TRIED_AGAIN) if retried else (RunState.SUCCEEDED, "")
    failed = [step for step in steps if job_facts(step).outcome == "failed"]
    if failed:
        told = job_facts(failed[0]).why
        more = f" and {len(failed) - 1} more" if failed[1:] else ""
        return RunState.FAILED, f"step {step_name(failed[0])}{more} failed" + (f" ({told})" if told else "")
    if facts.outcome == "failed":
        return RunState.FAILED, f"its orchestrator failed ({facts.why})" if facts.why else "its orchestrator failed"
    if not steps:
        return RunState.STOPPED, NO_STEPS
    end = ended_at(job)
    late = [step for step in steps if _later(ended_at(step), end)]
    if not late:
        return RunState.SUCCEEDED, ""
    why = BEFORE_ITS_STEPS.format(step=step_name(late[0]))
    return (RunState.STOPPED if all(map(ended_at, late)) else RunState.RUNNING), why


def _later(step: float | None, orchestrator: float | None) -> bool:
    """Whether a step ended after its orchestrator did, or goes on: moments in whole seconds, None for the latter."""
    return step is None or (orchestrator is not None and step > orchestrator)


def step_name(job: Json) -> str:
    """The name of the step that a Job runs."""
    meta = job["metadata"]
    labels, notes = meta.get("labels") or {}, meta.get("annotations") or {}
    return str(notes.get(_STEP) or labels.get(STEP_NAME) or meta["name"])
