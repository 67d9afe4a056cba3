"""What a cluster that is broken, or means ill, may send: hostile texts, and objects in which anything may be wrong."""

from __future__ import annotations

import copy
import json
import random
import unicodedata
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

TEXTS = (
    "\x1b]52;c;aGk=\x07",
    "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[31mred\x9b1m\x9d0;title\x9c",
    "a\u202egnp.exe\u2066\u200b\ufeff\u061c",
    "[bold red]markup[/] [@click=app.quit]x[/] {0} %s \\",
    "two\r\nlines\ttab\x00nul",
    "half \ud800 of a character \ue000 e\u0301\u0301 \u6771\u4eac",
    "x" * 9_000,
    "9" * 5_000,
)

TIMES = ("2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
         "2026-13-45T99:99:99Z", "2026-11-24", "-1", "2026-11-24T04:00:00+99:00")  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, "", [], {}, [None], {"": None}, [[]], [{}], True, -3, 0, 2**70, -1.5, float("nan"), float("inf"),
    {"name": None}, {"name": []}, "12", "{", '{"a":1}', "[" * 200 + "]" * 200, *TEXTS, *TIMES,
)  # fmt: skip
"""Whatever may stand where something else belongs."""


def raw(text: str, allowed: str = "") -> set[str]:
    """Characters of a text that act on a terminal, or make a text read differently from what it says."""
    return {one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and one not in allowed}


def places(found: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in an object."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        yield (*above, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*above, key))


def wronged(found: Json, place: tuple[Any, ...], value: Any) -> Json:
    """A copy with another value in a place; without it where that is `wronged` itself."""
    other = copy.deepcopy(found)
    _put(other, place, value)
    return other


def _put(found: Any, place: tuple[Any, ...], value: Any) -> None:
    for key in place[:-1]:
        found = found[key]
    if value is wronged:
        del found[place[-1]]
    else:
        found[place[-1]] = copy.deepcopy(value)


@st.composite
def wrong(draw: st.DrawFn, *objects: Json, most: int = 4) -> Json:
    """One of these objects with something dropped, null, of a wrong type or hostile, also within texts of JSON."""
    found = copy.deepcopy(draw(st.sampled_from(objects)))
    for _ in range(draw(st.integers(1, most))):
        here = list(places(found))
        if not here:
            break
        place = draw(st.sampled_from(here))
        value = found
        for key in place:
            value = value[key]
        inner = _json_in(value)
        if inner is not None and draw(st.booleans()):
            _put(found, place, json.dumps(draw(wrong(inner, most=1))))
        else:
            _put(found, place, draw(st.sampled_from((wronged, *VALUES))))
    return found


def _json_in(value: Any) -> Json | None:
    try:
        inner = json.loads(value) if isinstance(value, str) and value[:1] == "{" else None
    except ValueError:
        return None
    return inner if isinstance(inner, dict) and inner else None


KEPT = {("metadata",), ("metadata", "name"), ("metadata", "namespace"), ("metadata", "uid")}


def wrongs(found: Json, count: int, rng: random.Random) -> list[Json]:
    """So many variants of an object, each with names of its own and a few things wrong, always the same ones."""
    variants = []
    for number in range(count):
        other = copy.deepcopy(found)
        other["metadata"] |= {"name": f"{found['metadata']['name']}-w{number}", "uid": f"u-{rng.random()}"}
        for _ in range(4):
            here = [place for place in places(other) if place not in KEPT]
            if here:
                _put(other, rng.choice(here), rng.choice((wronged, *VALUES)))
        variants.append(other)
    return variants
