"""What a CronJob's schedule may say, and what it means: five fields, a descriptor, or `@every`.

Kubernetes parses schedules with robfig/cron's standard parser, so its grammar counts, oddities included, and so do its
reasons for a refusal: a person may meet them again in the answer of an API server.

Rules: the documentation of robfig/cron v3, "CRON Expression Format", and the validation of CronJobs (batch/v1).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NamedTuple

from k8stui.model.cron.durations import nanoseconds

SECOND = 1_000_000_000

GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What separates fields: Go's white space, which Python's differs from."""

LARGEST, MOST_DIGITS = 2**63 - 1, 20

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class CronError(ValueError):
    """A schedule that Kubernetes refuses; the message is its reason.

    Attributes:
        field: Which of the five fields is meant; empty for the whole.
    """

    field = ""


class Bounds(NamedTuple):
    """What numbers and names a field takes."""

    name: str
    least: int
    most: int
    names: dict[str, int]


BOUNDS = (
    Bounds("minute", 0, 59, {}),
    Bounds("hour", 0, 23, {}),
    Bounds("day of month", 1, 31, {}),
    Bounds("month", 1, 12, {name: place for place, name in enumerate(_MONTHS, start=1)}),
    Bounds("day of week", 0, 6, {name: place for place, name in enumerate(_DAYS)}),
)


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes:
        values: The numbers it stands for.
        star: It says "any", as `*`, `?` and `*/1` do, but not `*/2`: days of such a field don't count by themselves.
    """

    values: frozenset[int]
    star: bool


@dataclass(frozen=True)
class Calendar:
    """A schedule by the clock on the wall."""

    minute: Field
    hour: Field
    day_of_month: Field
    month: Field
    day_of_week: Field

    def day_matches(self, day: int, weekday: int) -> bool:
        """Whether it fires on such a day.

        Args:
            day: Of the month, from 1.
            weekday: 0 is Sunday.
        """
        of_month, of_week = day in self.day_of_month.values, weekday in self.day_of_week.values
        if self.day_of_month.star or self.day_of_week.star:
            return of_month and of_week
        return of_month or of_week


@dataclass(frozen=True)
class Every:
    """A schedule by the time between two firings: whole seconds, at least one."""

    seconds: int


_YEARLY, _MONTHLY, _WEEKLY, _DAILY, _HOURLY = "0 0 1 1 *", "0 0 1 * *", "0 0 * * 0", "0 0 * * *", "0 * * * *"
DESCRIPTORS = {
    "@yearly": _YEARLY,
    "@annually": _YEARLY,
    "@monthly": _MONTHLY,
    "@weekly": _WEEKLY,
    "@daily": _DAILY,
    "@midnight": _DAILY,
    "@hourly": _HOURLY,
}
EVERY = "@every "


def parse(expression: str) -> Calendar | Every:
    """What a schedule means.

    Raises:
        CronError: Kubernetes refuses it.
    """
    if "TZ" in expression:
        raise CronError("cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    if not expression:
        raise CronError("empty spec string")
    if expression.startswith("@"):
        return _descriptor(expression)
    fields = _fields(expression)
    if len(fields) != len(BOUNDS):
        raise CronError(f"expected exactly {len(BOUNDS)} fields, found {len(fields)}: [{' '.join(fields)}]")
    return Calendar(*(_field(text, bounds) for text, bounds in zip(fields, BOUNDS, strict=True)))


def refusal(expression: str) -> CronError | None:
    """Why Kubernetes refuses a schedule; None when it takes it."""
    try:
        parse(expression)
    except CronError as error:
        return error
    return None


def _descriptor(text: str) -> Calendar | Every:
    if text in DESCRIPTORS:
        return parse(DESCRIPTORS[text])
    if not text.startswith(EVERY):
        raise CronError(f"unrecognized descriptor: {text}")
    try:
        return Every(max(1, nanoseconds(text.removeprefix(EVERY)) // SECOND))
    except ValueError as error:
        raise CronError(f"failed to parse duration {text}: {error}") from None


def _fields(expression: str) -> list[str]:
    spaced = "".join(" " if character in GO_SPACE else character for character in expression)
    return [field for field in spaced.split(" ") if field]


def _field(text: str, bounds: Bounds) -> Field:
    values: set[int] = set()
    star = False
    try:
        for part in filter(None, text.split(",")):  # Between two commas may be nothing.
            found, any_ = _range(part, bounds)
            values.update(found)
            star = star or any_
    except CronError as error:
        error.field = bounds.name
        raise
    return Field(frozenset(values), star)


def _range(text: str, bounds: Bounds) -> tuple[range, bool]:
    """`*`, `5`, `1-5`, `*/2`, `1-30/2`, `5/10` (from 5 on): its numbers, and whether it says "any"."""
    whole, *steps = text.split("/")
    low, *high = whole.split("-")
    star = low in ("*", "?")
    if star:
        start, end = bounds.least, bounds.most
    else:
        start = _number(low, bounds)
        if len(high) > 1:
            raise CronError(f"too many hyphens: {text}")
        end = _number(high[0], bounds) if high else start
    if len(steps) > 1:
        raise CronError(f"too many slashes: {text}")
    step = 1
    if steps:
        step = _integer(steps[0])
        end = end if high else bounds.most
        star = star and step <= 1
    _check(text, start, end, step, bounds)
    return range(start, end + 1, step), star


def _check(text: str, start: int, end: int, step: int, bounds: Bounds) -> None:
    if start < bounds.least:
        raise CronError(f"beginning of range ({start}) below minimum ({bounds.least}): {text}")
    if end > bounds.most:
        raise CronError(f"end of range ({end}) above maximum ({bounds.most}): {text}")
    if start > end:
        raise CronError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise CronError(f"step of range should be a positive number: {text}")


def _number(text: str, bounds: Bounds) -> int:
    known = bounds.names.get(text.lower())
    return _integer(text) if known is None else known


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _integer(text: str) -> int:
    digits = text[1:] if text[:1] in ("-", "+") else text
    if not (digits.isascii() and digits.isdigit()):
        raise CronError(f"failed to parse int from {text}: strconv.Atoi: parsing {_quoted(text)}: invalid syntax")
    number = int(text) if len(digits.lstrip("0")) < MOST_DIGITS else LARGEST + 1
    if not -LARGEST - 1 <= number <= LARGEST:
        raise CronError(f"failed to parse int from {text}: strconv.Atoi: parsing {_quoted(text)}: value out of range")
    if number < 0:
        raise CronError(f"negative number ({number}) not allowed: {text}")
    return number
