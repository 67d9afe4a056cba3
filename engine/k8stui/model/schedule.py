"""A schedule as data: when a pipeline runs by itself, as far as a CronJob can express it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from k8stui.model import rules
from k8stui.model.cron import cron_problem, zone_problem
from k8stui.model.errors import InvalidInputError

MAX_NAME = 52
"""Characters of a CronJob's name: its controller adds eleven to make a Job's."""

UTC_ZONE = "Etc/UTC"
"""The zone of a schedule that names none: without one, the zone of the controller's machine would count."""


class Concurrency(StrEnum):
    """What becomes of a firing while an earlier one still runs, in Kubernetes' words."""

    ALLOW = "Allow"
    FORBID = "Forbid"
    REPLACE = "Replace"


@dataclass(frozen=True, kw_only=True)
class ScheduleSpec:
    """When a pipeline runs by itself.

    Attributes:
        cron: Five fields, or a descriptor such as `@daily`.
        name: Of its CronJob; empty for one made from the pipeline's name.
        time_zone: IANA name of the zone that `cron` is meant in.
        concurrency: What becomes of a firing while an earlier one still runs.
        starting_deadline: Seconds that a firing may be late; None for any.
        suspend: Whether it begins suspended.

    Raises:
        InvalidInputError: A field is not possible; the message names it and the value.
    """

    cron: str
    name: str = ""
    time_zone: str = UTC_ZONE
    concurrency: Concurrency = Concurrency.ALLOW
    starting_deadline: int | None = None
    suspend: bool = False

    def __post_init__(self) -> None:
        for field, problem in (
            ("cron", cron_problem(self.cron)),
            ("name", self.name and name_problem(self.name)),
            ("time_zone", zone_problem(self.time_zone)),
            ("starting_deadline", "it must not be negative" if (self.starting_deadline or 0) < 0 else ""),
        ):
            if problem:
                raise InvalidInputError(f"schedule: {field} {getattr(self, field)!r} is not possible: {problem}")


def name_problem(name: str) -> str:
    """What is wrong with the name of a schedule; empty when nothing is."""
    if len(name) > MAX_NAME:
        return f"it has {len(name)} characters, {MAX_NAME} are allowed"
    return rules.dns_label_problem(name)
