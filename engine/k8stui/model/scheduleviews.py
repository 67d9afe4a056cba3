"""What is shown of schedules: the same in text, as JSON and on screens."""

from __future__ import annotations

from pydantic import Field

from k8stui.incluster.contract.states import RunState
from k8stui.model.views import SourceView, Time, View


class FiringView(View):
    """A run of a schedule in one line.

    Attributes:
        run: Its name.
        state: `pending` while it has no record yet.
        scheduled: The time it was due at; None when a person triggered it.
        trigger: How a person made it: `manual` or `backfill`; empty when it fired by itself.
        created: When its Job, or its record, was made.
        finished: When it ended; None while it goes on.
        why: Why it failed, in a sentence; empty for no trouble.
    """

    run: str
    state: RunState = RunState.PENDING
    scheduled: Time | None = None
    trigger: str = ""
    created: Time | None = None
    finished: Time | None = None
    why: str = ""


class BackfillView(View):
    """One time of a backfill.

    Attributes:
        time: When the schedule should have fired.
        run: Name of its run.
        goes: The backfill makes the run.
        why: Why it does not; or why the run failed.
        state: Of the run, once it was made.
    """

    time: Time
    run: str
    goes: bool
    why: str = ""
    state: RunState | None = None

    @property
    def ended(self) -> bool:
        """Its run was made, and has ended."""
        return self.state is not None and self.state.ended


class FieldChange(View):
    """One thing that was changed.

    Attributes:
        field: Its name, as on the command line: `cron`, `time-zone`, `suspend`, `param.rows`, `code` …
        old: What it was, as text; empty for nothing.
        new: What it became.
    """

    field: str
    old: str = ""
    new: str = ""


class ChangeView(View):
    """One change of a schedule.

    Attributes:
        at: When; None where nobody kept it.
        by: Who, as the API server knows them. Of a change without k8stui: the program that made it, as `kubectl-edit`.
        fields: What; empty for something that is not shown of schedules.
        generation: The schedule's after it.
    """

    at: Time | None = None
    by: str = ""
    fields: tuple[FieldChange, ...] = ()
    generation: int = 0


class ScheduleView(View):
    """A schedule.

    Attributes:
        name: Of its CronJob.
        pipeline: As the author wrote it.
        origin: What made it: `k8stui` or `zenml`. Of others' schedules only cron, time zone and suspension can be
            changed.
        cron: The cron expression.
        time_zone: IANA name of the zone it is meant in.
        suspended: It does not fire until somebody resumes it.
        concurrency: `Allow`, `Forbid` or `Replace`.
        starting_deadline: Seconds that a firing may be late; None for any.
        successful_history: How many Jobs of runs that ended well are kept.
        failed_history: How many of those that did not.
        last: When it was due the last time that it fired.
        last_success: When one of its runs last ended well.
        next: When it fires next; None when it is suspended, never fires, or the expression cannot be read here.
        active: Names of its runs that go on.
        last_run: Its newest run, triggered ones included.
        outcomes: States of its last ten runs that ended, newest first.
        usual: Seconds that its runs take, the median of those that ended well; None where nothing is known.
        missed: How many times it should have fired since it last did, and has not; 0 while it is suspended.
        parameters: Of the pipeline, as JSON values.
        settings: Those that were set over the pipeline's own, when it was edited.
        code: `CODE.STEPS`, digests of its code package and of its steps.
        cache: Whether its runs may take results of earlier ones.
        created: When it was made.
        submitted_by: Who made it.
        image: Default image of its runs.
        version: The k8stui that made it.
        source: The file and pipeline it was read from.
        changes: What was changed since, newest first.
        generation: Grows with each change of its spec, whoever makes it.
    """

    name: str
    namespace: str
    pipeline: str = ""
    origin: str = "k8stui"
    cron: str = ""
    time_zone: str = ""
    suspended: bool = False
    concurrency: str = ""
    starting_deadline: int | None = None
    successful_history: int | None = None
    failed_history: int | None = None
    last: Time | None = None
    last_success: Time | None = None
    next: Time | None = None
    active: tuple[str, ...] = ()
    last_run: FiringView | None = None
    outcomes: tuple[RunState, ...] = ()
    usual: float | None = None
    missed: int = 0
    parameters: dict[str, object] = Field(default_factory=dict)
    settings: dict[str, object] = Field(default_factory=dict)
    code: str = ""
    cache: bool = True
    created: Time | None = None
    submitted_by: str = ""
    image: str = ""
    version: str = ""
    source: SourceView = SourceView()
    changes: tuple[ChangeView, ...] = ()
    generation: int = 0

    @property
    def success_rate(self) -> float | None:
        """Share of the last ten runs that ended well; None where none ended yet."""
        if not self.outcomes:
            return None
        return sum(state is RunState.SUCCEEDED for state in self.outcomes) / len(self.outcomes)
