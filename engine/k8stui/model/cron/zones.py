"""The names of time zones, and which of them may be meant by what is typed."""

from __future__ import annotations

import difflib
from functools import cache

_NEAR = 0.6


@cache
def zone_names() -> tuple[str, ...]:
    """The IANA names that are known here, in order."""
    from zoneinfo import available_timezones  # noqa: PLC0415  (only what has a schedule pays for it)

    # Files that lie beside the zones of some systems, and name none that a CronJob could have.
    return tuple(sorted(available_timezones() - {"localtime", "Factory", "posixrules"}))


def zones_like(text: str, most: int = 4) -> list[str]:
    """The zones that may be meant, the likeliest first; none where the text is a name already, or like none.

    Args:
        text: What was typed of a name: its beginning, a city, or a name with a mistake.
        most: How many at most.
    """
    wanted = text.strip().lower().replace(" ", "_")
    if not wanted or text in zone_names():
        return []
    low = {name: name.lower() for name in zone_names()}
    begun = [name for name, known in low.items() if known.startswith(wanted)]
    city = [name for name, known in low.items() if known.rpartition("/")[2].startswith(wanted)]
    inside = [name for name, known in low.items() if wanted in known]
    found = list(dict.fromkeys((*begun, *city, *inside)))
    if not found:
        names = {known: name for name, known in low.items()}
        names |= {known.rpartition("/")[2]: name for name, known in low.items()}
        found = list(dict.fromkeys(names[near] for near in difflib.get_close_matches(wanted[:64], names, most, _NEAR)))
    return found[:most]
