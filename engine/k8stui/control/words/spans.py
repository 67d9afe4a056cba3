"""Times as persons read them: `4m12s`, `3h05m`, and clock times of log lines. Pure; times are seconds (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime

from k8stui.model.shapes import LATEST

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
    found = _moment(then)
    return found.astimezone().strftime("%H:%M:%S.%f")[:-3] if found else ""


def day_and_clock(then: float) -> str:
    """A time here, of another day perhaps: `11-24 14:02:30`."""
    found = _moment(then)
    return found.astimezone().strftime("%m-%d %H:%M:%S") if found else ""


def minute(then: float | None) -> str:
    """A time that schedules speak of, in UTC: `2026-11-24 02:05 UTC`."""
    found = _moment(then)
    return found.strftime("%Y-%m-%d %H:%M UTC") if found else ""


def iso(then: float | None) -> str | None:
    """RFC 3339 in UTC with milliseconds; None when it is not known."""
    found = _moment(then)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z") if found else None


def _moment(then: float | None) -> datetime | None:
    """The time in UTC; None for none, and for one that no clock shows: logs and records may hold any."""
    return datetime.fromtimestamp(then, tz=UTC) if then is not None and -LATEST < then < LATEST else None


def epoch(text: str | None) -> float | None:
    """Seconds of an RFC 3339 time, as Kubernetes writes them (up to nanoseconds); None when there is none.

    Raises:
        ValueError: The text is not a time.
    """
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except OverflowError as error:  # The first and the last day of all, in a zone that is beyond.
        raise ValueError(text) from error


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
