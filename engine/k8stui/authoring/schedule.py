"""`Schedule`: when a pipeline runs by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from k8stui.authoring import places
from k8stui.model.cron import cron_problem
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
        interval_second: A fixed distance between runs, in place of `cron_expression`: minutes that an hour is a
            multiple of, hours that a day is, or a day.
        catchup: Whether runs missed in the past are made up for. Kubernetes makes up for the last one only.
        time_zone: IANA name of the zone that `cron_expression` is meant in.
        concurrency: While an earlier run goes on: `Allow` another, `Forbid` it, or `Replace` the earlier one.
        starting_deadline: Seconds that a run may be late; later it is left out. None for any.
        suspend: Begin suspended.

    Raises:
        InvalidInputError: A value is of the wrong type or not valid, or not exactly one of `cron_expression` and
            `interval_second` is given.
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

    def __post_init__(self) -> None:
        where = f"{places.caller()}: Schedule"
        if (self.cron_expression is None) == (self.interval_second is None):
            raise InvalidInputError(
                f"{where} needs either cron_expression or interval_second",
                hint='For example Schedule(cron_expression="5 2 * * *"), every day at 02:05.',
            )
        for name, kind in (
            ("name", str),
            ("start_time", datetime),
            ("end_time", datetime),
            ("interval_second", timedelta),
            ("catchup", bool),
            ("time_zone", str),
            ("starting_deadline", int),
            ("suspend", bool),
        ):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise InvalidInputError(f"{where}: {name}={value!r} is not a {kind.__name__}")
        if self.interval_second is not None and self.interval_second <= timedelta(0):
            raise InvalidInputError(f"{where}: interval_second={self.interval_second} must be above zero")
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
            ("catchup", self.catchup, "Kubernetes makes up for the last missed run only."),
        ):
            if given:
                raise InvalidInputError(f"Schedule: Kubernetes CronJobs have nothing like {name}={given}", hint=instead)
        return ScheduleSpec(
            cron=self.cron_expression or _cron_of(self.interval_second),
            name=self.name or "",
            time_zone=self.time_zone,
            concurrency=Concurrency(self.concurrency),
            starting_deadline=self.starting_deadline,
            suspend=self.suspend,
        )


def _cron_of(interval: timedelta | None) -> str:
    """The expression of a fixed distance, where there is one."""
    minutes, rest = divmod(interval or timedelta(0), timedelta(minutes=1))
    if not rest and minutes and 60 % minutes == 0:
        return "0 * * * *" if minutes == 60 else f"*/{minutes} * * * *"
    hours, left = divmod(minutes, 60)
    if not rest and not left and hours and 24 % hours == 0:
        return "0 0 * * *" if hours == 24 else f"0 */{hours} * * *"
    raise InvalidInputError(
        f"Schedule: no cron expression fires every {interval}",
        hint="An hour must be a multiple of the minutes, or a day of the hours; else give a cron_expression.",
    )
