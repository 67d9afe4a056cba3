"""`Schedule`: when a pipeline runs by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from k8stui.authoring import places
from k8stui.model.cron import cron_problem
from k8stui.model.cron.intervals import interval_cron
from k8stui.model.errors import InvalidInputError
from k8stui.model.schedule import UTC_ZONE, Concurrency, ScheduleSpec


@dataclass(frozen=True)
class Schedule:
    """A schedule, for `pipeline.with_options(schedule=...)`.

    Attributes:
        cron_expression: Five fields, as Kubernetes CronJobs take them: minute, hour, day of month, month, day of week.
        name: Name of the schedule; None for one made from the pipeline's name.
        start_time: No run before it. Kubernetes can't keep to it.
        end_time: No run after it. Kubernetes can't keep to it.
        interval_second: A fixed distance between runs, in place of `cron_expression`: whole seconds, at least a
            minute. Divisors of an hour or a day are kept by the clock in `time_zone` (every 15 minutes at 0, 15, 30
            and 45); all others are counted from when the schedule is created. A suspended schedule, and a controller
            that is down, keep that beat: afterwards the last run that was missed is made up for at once.
        run_once_start_time: In place of both: when to run once. Kubernetes can't keep to it.
        catchup: Whether runs missed in the past are made up for. Kubernetes makes up for the last one only.
        time_zone: IANA name of the zone that `cron_expression` is meant in.
        concurrency: While an earlier run goes on: `Allow` another, `Forbid` it, or `Replace` the earlier one.
        starting_deadline: Seconds that a run may be late; later it is left out. None for any.
        suspend: Begin suspended.

    Raises:
        InvalidInputError: A value is of the wrong type or not valid, or not exactly one of `cron_expression`,
            `interval_second` and `run_once_start_time` is given.
    """

    cron_expression: str | None = None
    name: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    interval_second: timedelta | None = None
    catchup: bool = False
    time_zone: str = UTC_ZONE
    concurrency: str = Concurrency.ALLOW.value
    starting_deadline: int | None = None
    suspend: bool = False
    run_once_start_time: datetime | None = None

    def __post_init__(self) -> None:
        where = f"{places.caller()}: Schedule"
        if [self.cron_expression, self.interval_second, self.run_once_start_time].count(None) != 2:
            raise InvalidInputError(
                f"{where} needs either cron_expression or interval_second",
                hint='For example Schedule(cron_expression="5 2 * * *"), every day at 02:05.',
            )
        for name, kind in (
            ("name", str),
            ("start_time", datetime),
            ("end_time", datetime),
            ("interval_second", timedelta),
            ("run_once_start_time", datetime),
            ("catchup", bool),
            ("time_zone", str),
            ("starting_deadline", int),
            ("suspend", bool),
        ):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise InvalidInputError(f"{where}: {name}={value!r} is not a {kind.__name__}")
        if self.interval_second is not None:
            try:
                interval_cron(self.interval_second)
            except ValueError as error:
                raise InvalidInputError(
                    f"{where}: interval_second={self.interval_second} is not possible: {error}"
                ) from None
        if self.start_time and self.end_time and self.start_time.timestamp() >= self.end_time.timestamp():
            raise InvalidInputError(f"{where}: start_time={self.start_time} is not before end_time={self.end_time}")
        if self.concurrency not in {*Concurrency}:
            known = ", ".join(Concurrency)
            raise InvalidInputError(
                f"{where}: concurrency={self.concurrency!r} is not possible", hint=f"One of {known}."
            )
        if self.cron_expression is not None:
            said = f"{where}: cron_expression={self.cron_expression!r}"
            if not isinstance(self.cron_expression, str):
                raise InvalidInputError(f"{said} is not text")
            if problem := cron_problem(self.cron_expression):
                raise InvalidInputError(f"{said} is not valid: {problem}")

    def compiled(self) -> ScheduleSpec:
        """The schedule as a CronJob keeps it.

        Raises:
            InvalidInputError: Kubernetes can't keep it, or a name is not possible.
        """
        for name, given, instead in (
            ("start_time", self.start_time, "Create it suspended (suspend=True) and resume it then."),
            ("end_time", self.end_time, "Suspend or delete it then: k8stui schedule suspend NAME"),
            (
                "catchup",
                self.catchup,
                "Kubernetes makes up for the last missed run only; for all: k8stui schedule backfill NAME",
            ),
            (
                "run_once_start_time",
                self.run_once_start_time,
                "Run the pipeline then without a schedule; or give its minute, as `5 2 24 12 *`, and delete it after.",
            ),
        ):
            if given:
                raise InvalidInputError(f"Schedule: Kubernetes CronJobs have nothing like {name}={given}", hint=instead)
        return ScheduleSpec(
            cron=self.cron_expression or interval_cron(self.interval_second or timedelta()),
            name=self.name or "",
            time_zone=self.time_zone,
            concurrency=Concurrency(self.concurrency),
            starting_deadline=self.starting_deadline,
            suspend=self.suspend,
        )
