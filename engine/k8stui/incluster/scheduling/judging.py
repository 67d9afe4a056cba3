"""How long an attempt may wait for its start and run, and what the master holds against one that took longer. Pure.

A verdict is written into the record before the pod is deleted, so that whoever sees the pod's end, this master or the
next, takes it for what it is and not for a deletion by hand. Times are the master's own: nodes' clocks may be wrong.
"""

from typing import Optional

from ..contract.podfacts import PodFacts
from ..contract.protocol import StepPlan
from ..contract.record import Attempt

STARTUP_TIMEOUT = "StartupTimeout"
CANNOT_START = "CannotStart"
STEP_TIMEOUT = "StepTimeout"
VERDICTS = frozenset((STARTUP_TIMEOUT, CANNOT_START, STEP_TIMEOUT))
"""Values of an attempt's `reason` that say that the master ends it."""

MAY_PASS = frozenset(("CreateContainerConfigError", "CreateContainerError"))
"""Reasons that end by themselves when what the pod refers to, such as a Secret, comes a moment later than the pod."""

GRACE = 15.0
"""Seconds that such a reason must last to be hopeless: the kubelet looks again about every ten."""


def deadline(step: StepPlan, attempt: Attempt, facts: PodFacts, now: float, *, begins: bool) -> Optional[float]:
    """When the attempt is too late; None for never.

    Args:
        step: Its step.
        attempt: It, with the deadline that was known before.
        facts: Its pod, which has not ended.
        now: Seconds since the epoch.
        begins: The pod, or its container, is seen for the first time.
    """
    if attempt.reason in VERDICTS:
        return now
    if facts.running:
        if begins:
            return now + step.timeout if step.timeout else None
        return attempt.deadline
    return attempt.deadline or now + step.startup.timeout


def hopeless_since(step: StepPlan, facts: PodFacts, known: Optional[float], now: float) -> Optional[float]:
    """Since when the pod waits for a reason that its step calls hopeless; None while it doesn't."""
    if facts.running or facts.reason not in step.hopeless:
        return None
    return now if known is None else known


def grace(reason: str) -> float:
    """Seconds that a hopeless reason must last."""
    return GRACE if reason in MAY_PASS else 0.0


def judge(step: StepPlan, attempt: Attempt, facts: PodFacts, *, hopeless: bool) -> None:
    """Write down what is held against an attempt whose deadline has come."""
    waits = ": ".join(part for part in (facts.reason, facts.message) if part)
    if facts.running:
        attempt.reason, attempt.message = STEP_TIMEOUT, "timed out after %g s" % step.timeout
    elif hopeless:
        attempt.reason, attempt.message = CANNOT_START, "its pod can't start: %s" % waits
    else:
        told = "its pod did not start within %g s" % step.startup.timeout
        attempt.reason, attempt.message = STARTUP_TIMEOUT, "%s (%s)" % (told, waits) if waits else told
