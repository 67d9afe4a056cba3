"""Why a step was, or was not, taken from the cache: one sentence from what the master wrote and what the plan says."""

from __future__ import annotations

from k8stui.incluster.contract.protocol import StepPlan
from k8stui.incluster.contract.record import StepStatus
from k8stui.incluster.contract.states import StepState


def cache_sentence(status: StepStatus, shape: StepPlan | None) -> str:
    """The sentence on a step; empty while nothing is decided.

    Args:
        status: What the master wrote of it.
        shape: What the plan says of it; None where that is gone.
    """
    if status.state is StepState.CACHED:
        return f"from {status.cache or 'an earlier run'}: same code, image, settings and inputs"
    if status.cache:
        return f"not cached: {status.cache}"
    if shape is None or shape.hook or not status.attempts:
        return ""
    return "not cached: no earlier result of it is known" if shape.cache else "not cached: caching is off for it"
