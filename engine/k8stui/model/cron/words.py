"""What a cron expression means, in words.

cron-descriptor finds them. It is given each field in a form that says exactly what the field stands for, because as
typed it may mislead: of `*/7` it would say "every 7 minutes", which is not so at the end of an hour.
"""

from __future__ import annotations

from k8stui.model.cron.grammar import BOUNDS, Bounds, Calendar, CronError, Every, Field, parse
from k8stui.model.cron.meant import either

MOST = 12
"""Numbers in one field above which they are no longer told."""

_CLOCK, _RANGE = BOUNDS[:2], 3


def words(expression: str) -> str:
    """A sentence without its full stop; empty where there is none, as for what Kubernetes refuses."""
    try:
        schedule = parse(expression)
    except CronError:
        return ""
    if isinstance(schedule, Every):
        return f"Every {_span(schedule.seconds)}, counted from the last time"
    found = _described(schedule)
    return "" if found is None else _sentence(found)


def _described(schedule: Calendar) -> str | None:
    """The expression for cron-descriptor; None where its words would be a long list, or there are no numbers."""
    fields = (schedule.minute, schedule.hour, schedule.day_of_month, schedule.month, schedule.day_of_week)
    texts = [_text(field, bounds) for field, bounds in zip(fields, BOUNDS, strict=True)]
    if either(schedule) and "*" in (texts[2], texts[4]):
        texts[2] = texts[4] = "*"
    return None if any(not text or text.count(",") >= MOST for text in texts) else " ".join(texts)


def _text(field: Field, bounds: Bounds) -> str:
    """The field as `*`, as `*/5` where that is even, as `1-5`, or as its numbers; empty for none."""
    numbers, size = sorted(field.values), bounds.most - bounds.least + 1
    if len(numbers) == size:
        return "*"
    if not numbers:
        return ""
    step = size // len(numbers)
    if bounds in _CLOCK and len(numbers) > 1 and numbers == [*range(bounds.least, bounds.most + 1, step)]:
        return f"*/{step}"
    if len(numbers) >= _RANGE and numbers == [*range(numbers[0], numbers[-1] + 1)]:
        return f"{numbers[0]}-{numbers[-1]}"
    return ",".join(map(str, numbers))


def _sentence(expression: str) -> str:
    from cron_descriptor import FormatError, Options, get_description  # noqa: PLC0415  (only who asks pays for it)

    try:
        return str(get_description(expression, Options(locale_code="en_US", use_24hour_time_format=True)))
    except FormatError:
        return ""


def _span(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if count)
