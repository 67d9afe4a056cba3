"""Times as persons read them: `4m12s`, `3h05m`, and clock times of log lines. Pure; all input is seconds (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def span(seconds: float | None) -> str:
    """A duration in at most two units; `0.4s` below ten seconds, empty when it is not known."""
    if seconds is None:
        return ""
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02d}s"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02d}m"
    return f"{whole // _DAY}d{whole % _DAY // _HOUR:02d}h"


def brief(seconds: float) -> str:
    """A duration without parts that are nothing: `40m`, `1h30m`, `2d`, `5s`."""
    left, found = max(0, round(seconds)), ""
    for unit, size in (("d", _DAY), ("h", _HOUR), ("m", _MINUTE), ("s", 1)):
        number, left = divmod(left, size)
        found += f"{number}{unit}" if number else ""
    return found or "0s"


def age(then: float | None, now: float) -> str:
    """How long ago it was, in its largest units: `41s`, `4m12s`, `3h05m`, `12d`."""
    if then is None:
        return ""
    seconds = max(0, int(now - then))
    if seconds < _MINUTE:
        return f"{seconds}s"
    return f"{seconds // _DAY}d" if seconds >= 10 * _DAY else span(seconds)


def clock(then: float | None) -> str:
    """The time of day here, with milliseconds: `14:02:30.118`."""
    if then is None:
        return ""
    return datetime.fromtimestamp(then, tz=UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]


def day_and_clock(then: float) -> str:
    """A time here, of another day perhaps: `11-24 14:02:30`."""
    return datetime.fromtimestamp(then, tz=UTC).astimezone().strftime("%m-%d %H:%M:%S")


def minute(then: float | None) -> str:
    """A time that schedules speak of, in UTC: `2026-11-24 02:05 UTC`."""
    return "" if then is None else datetime.fromtimestamp(then, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def iso(then: float | None) -> str | None:
    """RFC 3339 in UTC with milliseconds; None when it is not known."""
    if then is None:
        return None
    return datetime.fromtimestamp(then, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch(text: str | None) -> float | None:
    """Seconds of an RFC 3339 time, as Kubernetes writes them (up to nanoseconds); None when there is none.

    Raises:
        ValueError: The text is not a time.
    """
    return datetime.fromisoformat(text).timestamp() if text else None


def seconds_of(text: str) -> int:
    """Seconds of a duration as `30`, `90s`, `5m`, `2h`, `1h30m` or `3d`.

    Raises:
        ValueError: The text is not a duration.
    """
    units = {"s": 1, "m": _MINUTE, "h": _HOUR, "d": _DAY}
    if text.isascii() and text.isdigit():
        return int(text)
    total, number = 0, ""
    for character in text:
        if character.isascii() and character.isdigit():
            number += character
        elif character in units and number:
            total, number = total + int(number) * units[character], ""
        else:
            raise ValueError(text)
    if number or not text:
        raise ValueError(text)
    return total
