"""`Schedule`: when a pipeline runs by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from k8stui.authoring import places
from k8stui.model.errors import InvalidInputError

_FIELDS = ("minute", "hour", "day of month", "month", "day of week")
_PLAIN = re.compile(r"[0-9*/,?-]+")
_NAMED = re.compile(r"(?:[0-9*/,?-]|[A-Za-z]{3})+")
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")


@dataclass(frozen=True)
class Schedule:
    """A schedule, for `pipeline.with_options(schedule=...)`.

    Attributes:
        cron_expression: Five fields, as Kubernetes CronJobs take them: minute, hour, day of month, month, day of week.
        name: Name of the schedule; None for one made from the pipeline's name.
        start_time: No run before it.
        end_time: No run after it.
        interval_second: A fixed distance between runs, in place of `cron_expression`.
        catchup: Whether runs missed in the past are made up for.

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
        ):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise InvalidInputError(f"{where}: {name}={value!r} is not a {kind.__name__}")
        if self.interval_second is not None and self.interval_second <= timedelta(0):
            raise InvalidInputError(f"{where}: interval_second={self.interval_second} must be above zero")
        if self.start_time and self.end_time and self.start_time.timestamp() >= self.end_time.timestamp():
            raise InvalidInputError(f"{where}: start_time={self.start_time} is not before end_time={self.end_time}")
        if self.cron_expression is not None:
            _check_cron(self.cron_expression, where=where)


def _check_cron(expression: object, *, where: str) -> None:
    from croniter import CroniterError, croniter  # noqa: PLC0415  (only pipelines with a schedule pay for it)

    said = f"{where}: cron_expression={expression!r}"
    if not isinstance(expression, str):
        raise InvalidInputError(f"{said} is not text")
    if expression.strip() in _MACROS:
        return
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise InvalidInputError(
            f"{said} has {len(fields)} fields, and a CronJob takes {len(_FIELDS)}: {', '.join(_FIELDS)}"
        )
    for name, field in zip(_FIELDS, fields, strict=True):
        allowed = _NAMED if name in ("month", "day of week") else _PLAIN
        if not allowed.fullmatch(field):
            raise InvalidInputError(f"{said}: {field!r} is not valid for {name}")
    if re.search(r"(?<![\d/])7(?!\d)", fields[-1]):
        raise InvalidInputError(f"{said}: a CronJob's day of week goes from 0 to 6", hint="Sunday is 0.")
    try:
        croniter.expand(expression)
    except CroniterError as error:
        raise InvalidInputError(f"{said} is not valid: {error}") from error
