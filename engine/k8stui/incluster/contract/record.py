"""The RunRecord: what is known of a run, as it is kept in ConfigMaps and read by the control center.

`Summary` is an annotation of the record, so that lists and watches need metadata only; `StepStatus` fills the status
shards. All times are seconds since the epoch (UTC), null when not yet known.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from .states import RunState, StepState

STATUS_KEY = "status.json"
RESULTS_KEY = "results.json"
JOURNAL_KEY = "journal.json"
HEADER_KEY = "run.json"


@dataclass
class Attempt:
    """One pod of one step.

    `silent` means that it is known to have written nothing to its log: a node gives out a log up to a second late.
    `deadline` is when the master ends it: while it waits for its start, and again while it runs.
    `progress` (0 to 1) and `metrics` are what it said of itself, the last time at `reported`.
    """

    attempt: int
    pod: str
    state: StepState = StepState.STARTING
    uid: str = ""
    node: str = ""
    created: Optional[float] = None
    started: Optional[float] = None
    finished: Optional[float] = None
    exit_code: Optional[int] = None
    reason: str = ""
    message: str = ""
    silent: bool = False
    deadline: Optional[float] = None
    progress: Optional[float] = None
    metrics: Dict[str, Any] = field(default_factory=dict)
    reported: Optional[float] = None

    @property
    def over(self) -> bool:
        """Whether it has ended, so that another one may follow."""
        return self.state in (StepState.SUCCEEDED, StepState.FAILED, StepState.EVICTED, StepState.STOPPED)

    def to_json(self) -> Dict[str, Any]:
        """The attempt without what is not known."""
        data = {key: value for key, value in vars(self).items() if value not in ("", None, {}) and value is not False}
        data["state"] = self.state.value
        return data

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "Attempt":
        """The attempt that `to_json` wrote; fields of a newer schema are left out."""
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        return cls(**dict(known, state=StepState(data["state"])))


@dataclass
class StepStatus:
    """What is known of one step.

    Attributes:
        state: Its state.
        attempts: Its pods, oldest first.
        failures: How often it failed by itself.
        disruptions: How often it was evicted, preempted, deleted or lost its node.
        startups: How often a pod of it never started its container.
        why: A sentence on why it is not running or how it ended; empty when there is nothing to say.
        not_before: When the next attempt may start.
        untaken: It was skipped because a condition was not met, its own or one of a step before it.
        cache: The run, and step, that the result of a cached step is from; of any other why there was none, empty when
            there is nothing to say.
    """

    state: StepState = StepState.WAITING
    attempts: List[Attempt] = field(default_factory=list)
    failures: int = 0
    disruptions: int = 0
    startups: int = 0
    why: str = ""
    not_before: Optional[float] = None
    untaken: bool = False
    cache: str = ""

    def to_json(self) -> Dict[str, Any]:
        """The status without what equals its default."""
        data: Dict[str, Any] = {"state": self.state.value}
        if self.attempts:
            data["attempts"] = [attempt.to_json() for attempt in self.attempts]
        for key in ("failures", "disruptions", "startups", "why", "not_before", "untaken", "cache"):
            value = getattr(self, key)
            if value:
                data[key] = value
        return data

    @classmethod
    def from_json(cls, data: Dict[str, Any]) -> "StepStatus":
        """The status that `to_json` wrote."""
        return cls(
            state=StepState(data["state"]),
            attempts=[Attempt.from_json(attempt) for attempt in data.get("attempts", ())],
            failures=data.get("failures", 0),
            disruptions=data.get("disruptions", 0),
            startups=data.get("startups", 0),
            why=data.get("why", ""),
            not_before=data.get("not_before"),
            untaken=data.get("untaken", False),
            cache=data.get("cache", ""),
        )


@dataclass
class Summary:
    """A run in one line.

    Attributes:
        state: Its state.
        steps: How many steps are in each state.
        total: How many steps it has.
        created: When it was submitted.
        started: When its first step pod was created.
        finished: When it ended.
        why: A sentence on how it ended or what it waits for.
        submitted_by: Who submitted it.
        timed_out: It ends, or ended, because it took too long.
        counts_from: Since when its time counts: its start, later by as long as it was paused; None before it begins.
        paused: When the pause came that it is in.
    """

    state: RunState = RunState.PENDING
    steps: Dict[str, int] = field(default_factory=dict)
    total: int = 0
    created: Optional[float] = None
    started: Optional[float] = None
    finished: Optional[float] = None
    why: str = ""
    submitted_by: str = ""
    timed_out: bool = False
    counts_from: Optional[float] = None
    paused: Optional[float] = None

    def to_text(self) -> str:
        """The summary as compact JSON."""
        return json.dumps(dict(vars(self), state=self.state.value), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Summary":
        """The summary that `to_text` wrote; fields of a newer schema are left out.

        Raises:
            ValueError: The text is not a summary.
        """
        data = json.loads(text)
        known = {key: value for key, value in data.items() if key in cls.__dataclass_fields__}
        return cls(**dict(known, state=RunState(data["state"])))
