"""Runs as diagnosis looks at them."""

from __future__ import annotations

from typing import Any

from k8stui.control.diagnosis.around import Around
from k8stui.control.diagnosis.sight import Sight
from k8stui.control.pods.views import pod_view
from k8stui.control.truth import records
from k8stui.control.truth.correcting import true_run
from k8stui.control.truth.jobs import JobFacts
from k8stui.incluster.contract.protocol import Plan
from k8stui.incluster.contract.record import Attempt, StepStatus
from k8stui.incluster.contract.states import RunState, StepState
from tests.unit.control.samples import CREATED, RUN, plan, pod, record

NOW = CREATED + 100
DAG = (("load", ()), ("clean", ()), ("train", ("load", "clean")), ("report", ("train",)))
UNSCHEDULABLE: dict[str, Any] = {
    "phase": "Pending",
    "conditions": [
        {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": "0/1 nodes are available: 1 node(s) had untolerated taint {gpu: only}. "
            "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        }
    ],
}


def sight(
    *pods: dict[str, Any], state: RunState = RunState.RUNNING, shape: Plan | None = None, **status: StepStatus
) -> Sight:
    """A run of the DAG above, looked at."""
    shape = shape or plan(*DAG)
    told = records.run_view(record(state, status=status), plan=shape, status=status, outputs={})
    job = JobFacts(exists=True)
    run = true_run(told, job, [pod_view(one) for one in pods], request="", now=NOW)
    run = run.model_copy(update={"total": len(run.steps)})
    return Sight(run, shape, {one["metadata"]["name"]: one for one in pods}, Around(NOW))


def ended(state: StepState, message: str = "", *, number: int = 1, **more: Any) -> Attempt:
    return Attempt(number, f"{RUN}-load-{number}", state, finished=CREATED + 50, message=message, **more)


def unplaced(step: str = "load") -> dict[str, Any]:
    found = pod(step, **UNSCHEDULABLE)
    del found["spec"]["nodeName"]
    return found
