"""Fixed distances between firings: by the clock on the wall where it can show them, else by `@every`.

`@every` is counted from the last time that a schedule was due at, at first from its making. Neither a restarted
controller nor a suspension moves that: when it is resumed, the last time that was missed is made up for at once.
"""

from __future__ import annotations

from datetime import timedelta

LEAST = timedelta(minutes=1)
"""The controller calls Jobs by the minute they are due in: a second one of the same minute is never made."""

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def interval_cron(distance: timedelta) -> str:
    """The expression of a schedule that fires at a fixed distance.

    Divisors of an hour or a day are told by the clock, in the zone of the schedule: `*/5 * * * *`, `0 */6 * * *`.

    Raises:
        ValueError: It is shorter than a minute, or no number of seconds; the message says so.
    """
    if distance < LEAST:
        raise ValueError("Kubernetes starts a schedule once a minute at most")
    if distance % _SECOND:
        raise ValueError("Kubernetes counts in whole seconds")
    minutes, rest = divmod(distance, _MINUTE)
    if not rest and 60 % minutes == 0:
        return "0 * * * *" if minutes == 60 else f"*/{minutes} * * * *"
    hours, left = divmod(minutes, 60)
    if not rest and not left and 24 % hours == 0:
        return "0 0 * * *" if hours == 24 else f"0 */{hours} * * *"
    return f"@every {_go_duration(distance // _SECOND)}"


def _go_duration(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hour, "h"), (minute, "m"), (second, "s")) if number)
