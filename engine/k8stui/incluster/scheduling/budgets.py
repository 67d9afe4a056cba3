"""Which budget pays for the end of an attempt, and when the next one may start. Pure.

There are three, and they are never mixed: the step's retries for its own failures, the disruption budget for what its
surroundings did to it, the startup budget for pods that never started their container.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Optional

from ..contract.protocol import StepPlan
from ..contract.record import StepStatus
from ..contract.states import StepState

DELETED_DELAY = 2.0
"""Seconds before a deleted pod's step is tried again: when a person deletes a run by label, the master is next."""


class Refusal(Enum):
    """Why the API refused to create a pod."""

    FINAL = "final"  # an invalid field, a missing right: the same request will be refused again
    QUOTA = "quota"  # room comes when a pod ends; waiting for it costs no budget
    PASSING = "passing"  # something that should be there soon is missing, such as the service account


@dataclass(frozen=True)
class Next:
    """What follows from the end of an attempt.

    Attributes:
        cause: What ended the attempt.
        why: The same with what the budget makes of it.
        since: When the next attempt may start; None when the budget is spent and the step has failed.
        state: The step's state until then.
    """

    cause: str
    why: str
    since: Optional[float] = None
    state: StepState = StepState.RETRYING


def own_failure(status: StepStatus, plan: StepPlan, why: str, now: float) -> Next:
    """The step failed by itself; counts it."""
    status.failures += 1
    if status.failures > plan.retry.max_retries:
        return Next(why, why)
    told = "failed (%s), retry %d of %d" % (why, status.failures, plan.retry.max_retries)
    return Next(why, told, now + plan.retry.delay * plan.retry.backoff ** (status.failures - 1))


def disruption(status: StepStatus, plan: StepPlan, reason: str, message: str, now: float) -> Next:
    """The step was evicted, preempted, deleted or lost its node; counts it."""
    status.disruptions += 1
    told = "%s%s" % (reason, ": " + message if message else "")
    if status.disruptions > plan.disruption_budget:
        often = "disrupted %d times, more than its budget of %d; last: %s"
        return Next(told, often % (status.disruptions, plan.disruption_budget, told))
    return Next(told, told, now + (DELETED_DELAY if reason == "deleted" else 0.0), StepState.EVICTED)


def no_start(status: StepStatus, plan: StepPlan, why: str, now: float) -> Next:
    """A pod of the step never started its container; counts it."""
    status.startups += 1
    startup = plan.startup
    if status.startups > startup.max_retries:
        often = "" if status.startups == 1 else "no pod started in %d tries; last: " % status.startups
        return Next(why, often + why)
    told = "%s, retry %d of %d" % (why, status.startups, startup.max_retries)
    return Next(why, told, now + startup.delay * startup.backoff ** (status.startups - 1))
