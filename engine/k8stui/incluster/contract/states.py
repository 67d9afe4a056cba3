"""The one vocabulary of states: in records, on screens and in JSON alike."""

from enum import Enum


class RunState(str, Enum):
    """What a run is doing, as its record tells it."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """True when nothing will change any more."""
        return self in (RunState.STOPPED, RunState.SUCCEEDED, RunState.FAILED)


class StepState(str, Enum):
    """What a step is doing.

    `waiting` for its parents, `queued` for a free place (parallelism, quota, a node), `starting` its container,
    `retrying` after a failure of its own and `evicted` after a disruption: both until the next attempt's pod exists.
    """

    WAITING = "waiting"
    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    RETRYING = "retrying"
    EVICTED = "evicted"
    CACHED = "cached"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """True when no further attempt will be made."""
        return self in ENDED_STEPS

    @property
    def done(self) -> bool:
        """True when the steps after this one may start."""
        return self in (StepState.SUCCEEDED, StepState.CACHED)


ENDED_STEPS = frozenset((StepState.CACHED, StepState.SKIPPED, StepState.STOPPED, StepState.SUCCEEDED, StepState.FAILED))
