"""What is shown of runs, steps, attempts and pods: documented JSON of the command line and data of the screens.

Fields are only ever added. Times are seconds since the epoch in Python and RFC 3339 in UTC in JSON; durations are
seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, computed_field

from k8stui.incluster.contract.states import RunState, StepState
from k8stui.model.shapes import LATEST


def _read(value: object) -> object:
    if isinstance(value, str):
        return datetime.fromisoformat(value).timestamp()
    if isinstance(value, float | int) and not -LATEST < value < LATEST:
        raise ValueError("not a time that a clock could show")
    return value


def _write(value: float) -> str:
    return datetime.fromtimestamp(value, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[float, BeforeValidator(_read), PlainSerializer(_write, when_used="json-unless-none")]
"""Seconds since the epoch; RFC 3339 with milliseconds in JSON."""


class View(BaseModel):
    """Base of all views: immutable, and tolerant of fields that a newer k8stui wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AttemptView(View):
    """One pod of one step.

    Attributes:
        attempt: 1 for the first.
        pod: Its name; the pod itself may be gone.
        state: As the states of steps.
        exit_code: Of the step's container.
        reason: One word, as Kubernetes gives it: `OOMKilled`, `Evicted`.
        message: More about it.
        silent: It is known to have written nothing to its log.
        deadline: When the master ends it, if it has not started, or ended, by then.
        progress: How far it is, from 0 to 1; None when it has not said, and when it has succeeded.
        metrics: What it has measured: numbers and short texts by name.
        reported: When it last said so.
    """

    attempt: int
    pod: str
    state: StepState
    uid: str = ""
    node: str = ""
    created: Time | None = None
    started: Time | None = None
    finished: Time | None = None
    exit_code: int | None = None
    reason: str = ""
    message: str = ""
    silent: bool = False
    deadline: Time | None = None
    progress: Annotated[float, Field(ge=0, le=1)] | None = None
    metrics: dict[str, float | str] = Field(default_factory=dict)
    reported: Time | None = None


class StepView(View):
    """One step of a run.

    Attributes:
        name: As the author wrote it.
        slug: As it stands in the names and labels of its pods.
        kind: `python` or `container`.
        hook: `on_success` or `on_failure` for one that runs after all others, when they ended so.
        after: All its parents.
        failures: How often it failed by itself.
        disruptions: How often it was evicted, preempted or lost its node.
        startups: How often a pod of it never started its container.
        why: A sentence on why it is not running or how it ended.
        not_before: When the next attempt may start.
        untaken: It was skipped because a condition was not met, its own or one of a step before it.
        item_of: The mapped step that it is an item of, which is its parent here.
        mapped_over: Of a mapped step: what each of its items gets one part of, such as `prepare`.
        conditions: What must hold for it to run, such as `check.score > 0.9`.
        cache: Which run its result was taken from, or why it was taken from none; empty while that is not decided.
        results: Its small outputs by name; those in an artifact store by their reference.
    """

    name: str
    slug: str = ""
    kind: str = ""
    hook: str = ""
    state: StepState = StepState.WAITING
    after: tuple[str, ...] = ()
    attempts: tuple[AttemptView, ...] = ()
    failures: int = 0
    disruptions: int = 0
    startups: int = 0
    why: str = ""
    not_before: Time | None = None
    untaken: bool = False
    item_of: str = ""
    mapped_over: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    cache: str = ""
    results: dict[str, Any] = Field(default_factory=dict)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def started(self) -> Time | None:
        """When its last attempt's container started (its pod was created, while that is not known)."""
        last = self.attempts[-1] if self.attempts else None
        return (last.started or last.created) if last else None

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def finished(self) -> Time | None:
        """When its last attempt ended."""
        return self.attempts[-1].finished if self.attempts and self.state.ended else None

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def progress(self) -> float | None:
        """How far its last attempt is, from 0 to 1."""
        return self.attempts[-1].progress if self.attempts else None

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def metrics(self) -> dict[str, float | str]:
        """What its last attempt has measured."""
        return self.attempts[-1].metrics if self.attempts else {}


class ArtifactView(View):
    """What becomes, or became, of one artifact when a store is pruned.

    Attributes:
        key: Below the store's path.
        bytes: Its size.
        modified: When it was written; None where the store does not tell.
        run: Whose it is; empty where that is not known, as the namespace.
        goes: Whether the plan is to delete it.
        why: Words on that.
        deleted: It is gone.
        error: What kept it.
    """

    key: str
    bytes: int
    modified: Time | None = None
    run: str = ""
    namespace: str = ""
    goes: bool = False
    why: str = ""
    deleted: bool = False
    error: str = ""


class PruneView(View):
    """What becomes, or became, of one run when runs are pruned.

    Attributes:
        goes: Whether the plan is to delete it.
        why: Words on that.
        deleted: It is gone.
        error: What kept it.
    """

    run: str
    namespace: str
    pipeline: str = ""
    state: RunState = RunState.PENDING
    finished: Time | None = None
    goes: bool = False
    why: str = ""
    deleted: bool = False
    error: str = ""


class PodView(View):
    """One pod.

    Attributes:
        status: A state of steps, or `stopping` while it is being deleted.
        phase: Kubernetes' own word.
        component: `orchestrator` or `step`; empty for a pod that is not k8stui's.
        restarts: Of all its containers.
        exit_code: Of the container that matters.
        reason: One word on why it is not running or how it ended.
        message: More about it.
        silent: It is known to have written nothing to its log.
        scheduled: When it was given a node, to the second.
    """

    name: str
    namespace: str
    uid: str = ""
    status: str = ""
    phase: str = ""
    run: str = ""
    pipeline: str = ""
    step: str = ""
    attempt: int | None = None
    component: str = ""
    node: str = ""
    ip: str = ""
    restarts: int = 0
    created: Time | None = None
    started: Time | None = None
    finished: Time | None = None
    exit_code: int | None = None
    reason: str = ""
    message: str = ""
    silent: bool = False
    scheduled: Time | None = None


class RunSummaryView(View):
    """A run in one line.

    Attributes:
        run: Its name, which is its id in its namespace.
        counts: How many steps are in each state.
        total: How many steps it has.
        created: When it was submitted.
        started: When its first step pod was created.
        finished: When it ended.
        why: A sentence on how it ended or what it waits for.
        schedule: Name of the CronJob that fired it, or from which a person made it; empty for a run by hand.
        trigger: How a person made it from its schedule: `manual` or `backfill`; empty when it fired by itself.
        origin: What made it: `k8stui` or `zenml`. One of ZenML can be looked at and deleted.
        zenml_id: ZenML's id of it, the label `run_id` of its pods; empty for others, and before it has begun.
    """

    run: str
    namespace: str
    pipeline: str = ""
    origin: str = "k8stui"
    zenml_id: str = ""
    state: RunState = RunState.PENDING
    counts: dict[str, int] = Field(default_factory=dict)
    total: int = 0
    created: Time | None = None
    started: Time | None = None
    finished: Time | None = None
    why: str = ""
    submitted_by: str = ""
    schedule: str = ""
    trigger: str = ""

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def done(self) -> int:
        """How many steps succeeded or were taken from the cache."""
        return self.counts.get(StepState.SUCCEEDED.value, 0) + self.counts.get(StepState.CACHED.value, 0)

    def duration(self, now: float) -> float | None:
        """Seconds from submit to the end, or until now; None when it is not known when it began."""
        return None if self.created is None else (self.finished or now) - self.created


class SourceView(View):
    """Where a run came from.

    Attributes:
        target: File and pipeline, `flows/train.py:train`, below the root of the file's package; empty when not known.
    """

    target: str = ""


class ArchiveView(View):
    """The artifact store of a run, where the logs of its steps are archived.

    Attributes:
        path: Its URL.
        claim: The PersistentVolumeClaim that the pods mount at the path; empty for none.
        owner: What tells in it whose the logs are; empty where that is not known.
        options: Of its fsspec filesystem, without secrets.
    """

    path: str
    claim: str = ""
    owner: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class RunView(RunSummaryView):
    """A run with all that is known of it.

    Attributes:
        job: Name of the orchestrator's Job.
        retries: How often it was tried again.
        rerun_of: The run that it repeats; empty for none.
        parameters: Of the pipeline.
        image: The run's default image.
        version: The k8stui that submitted it.
        source: The file and pipeline it was read from.
        scheduled: The time that a run of a schedule was due at; None when a person triggered it.
        archive: Where logs of its steps are archived; None where they are not.
        steps: In topological order.
        pods: Those that still exist, the orchestrator's included.
    """

    job: str = ""
    retries: int = 0
    rerun_of: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    image: str = ""
    version: str = ""
    source: SourceView = SourceView()
    scheduled: Time | None = None
    archive: ArchiveView | None = None
    steps: tuple[StepView, ...] = ()
    pods: tuple[PodView, ...] = ()
