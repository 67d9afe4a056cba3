"""What a timeline is made of: phases, spans, one row a step, and the links of the critical path. Pure data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from k8stui.incluster.contract.states import StepState


class Phase(StrEnum):
    """What a step does at a moment.

    `waiting` for the steps before it; `held` back with nothing before it left and no pod (a limit, a quota, the delay
    before another attempt, a pause); `queued` for a node; `pulling` its image; `starting` its container; `running`.
    """

    WAITING = "waiting"
    HELD = "held"
    QUEUED = "queued"
    PULLING = "pulling"
    STARTING = "starting"
    RUNNING = "running"


SHOWN = (Phase.HELD, Phase.QUEUED, Phase.PULLING, Phase.STARTING, Phase.RUNNING)
"""The phases of a step that nothing before it keeps any more, in their order."""


class Source(StrEnum):
    """What tells where a span ends: the master's record, the pod's status, an event, or the clock alone."""

    RECORD = "record"
    POD = "pod"
    EVENT = "event"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Span:
    """A phase of a step, or of one attempt at it.

    Attributes:
        phase: Which.
        begin: When it began, in seconds since the epoch.
        end: When it ended; of one that goes on, the moment of the timeline.
        source: What tells its end.
        attempt: Which attempt; 0 outside of all attempts.
        state: What became of the attempt where the span is its last one.
    """

    phase: Phase
    begin: float
    end: float
    source: Source
    attempt: int = 0
    state: StepState | None = None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Row:
    """One step.

    Attributes:
        name: Of the step.
        state: Its state.
        ready: When nothing before it was left; None while that is to come, or where it is not known.
        end: When it ended; None while it has not, or where it took no time of its own.
        spans: In their order, without gaps or overlaps, from the run's begin on; none for a step without pods.
        whole: Some attempt's time before its container started cannot be split: its pod is gone.
        lost: The end of an attempt that is over is not known.
    """

    name: str
    state: StepState
    ready: float | None
    end: float | None
    spans: tuple[Span, ...] = ()
    whole: bool = False
    lost: bool = False

    @property
    def seconds(self) -> Mapping[Phase, float]:
        """Seconds in each phase, over all attempts."""
        return summed(self.spans)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the critical path: from the end of the link before it to the end of its step.

    Attributes:
        name: The step; empty for the time before the first step's pod.
        begin: When the one before ended.
        end: When this one ended, or the moment of the timeline.
        phases: Seconds in each phase; together they are the link's.
    """

    name: str
    begin: float
    end: float
    phases: Mapping[Phase, float]

    @property
    def seconds(self) -> float:
        """What it cost."""
        return self.end - self.begin

    @property
    def running(self) -> float:
        """Seconds of that in which the step's container ran."""
        return self.phases.get(Phase.RUNNING, 0.0)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A run's time.

    Attributes:
        run: Its name.
        begin: When it was submitted.
        end: When its last step ended, or the run itself; the moment of the timeline while it goes on.
        live: It goes on.
        rows: Its steps, as the run has them.
        path: The chain of steps that decided the end, without gaps; so far, while the run goes on.
    """

    run: str
    begin: float
    end: float
    live: bool
    rows: tuple[Row, ...]
    path: tuple[Link, ...]

    @property
    def critical(self) -> frozenset[str]:
        """The steps of the critical path."""
        return frozenset(link.name for link in self.path if link.name)

    @property
    def seconds(self) -> float:
        """From begin to end."""
        return self.end - self.begin


def summed(spans: Iterable[Span]) -> dict[Phase, float]:
    """Seconds in each phase that occurs."""
    found: dict[Phase, float] = {}
    for span in spans:
        found[span.phase] = found.get(span.phase, 0.0) + span.seconds
    return found
