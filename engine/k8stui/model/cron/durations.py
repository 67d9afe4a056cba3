"""Durations as Go writes them, `1h30m`: what `@every` takes.

Rules: the documentation of Go's `time.ParseDuration`.
"""

from __future__ import annotations

import re

UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # the micro sign
    "μs": 1_000,  # the Greek letter
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
"""Nanoseconds of each unit; Go knows no days."""

LONGEST = 2**63
"""Nanoseconds that a duration may not reach."""

DIGITS = 19
"""As many as can matter; Python reads no text of thousands of digits as a number."""

_NUMBER = re.compile(r"(?P<whole>[0-9]*)(?:(?P<point>\.)(?P<part>[0-9]*))?")
_UNIT = re.compile(r"[^0-9.]*")


def nanoseconds(text: str) -> int:
    """How long a duration is.

    Raises:
        ValueError: It is none; the message is Go's.
    """
    invalid = ValueError(f'time: invalid duration "{text}"')
    rest = text[1:] if text[:1] in ("-", "+") else text
    negative = text.startswith("-")
    if rest == "0":
        return 0
    if not rest:
        raise invalid
    total = 0
    while rest:
        number = _NUMBER.match(rest)
        whole, part = (number["whole"], number["part"] or "") if number else ("", "")
        if number is None or not (whole or part):
            raise invalid
        rest = rest[number.end() :]
        unit = _UNIT.match(rest)
        name = unit[0] if unit else ""
        if not name:
            raise ValueError(f'time: missing unit in duration "{text}"')
        if name not in UNITS:
            raise ValueError(f'time: unknown unit "{name}" in duration "{text}"')
        rest = rest[len(name) :]
        if len(whole.lstrip("0")) > DIGITS:
            raise invalid
        part = part[:DIGITS]
        total += int(whole or "0") * UNITS[name] + int(part or "0") * UNITS[name] // 10 ** len(part)
        if total > LONGEST or (total == LONGEST and not negative):
            raise invalid
    return -total if negative else total
