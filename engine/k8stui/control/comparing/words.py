"""A comparison of two runs in words and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8stui.control.comparing.parts import MISSING, Comparison, Fact, StepPair
from k8stui.control.words.harmless import harmless
from k8stui.control.words.layout import cut, table_lines
from k8stui.control.words.spans import span

WORTH = 0.05
"""Seconds of difference that are worth a sign."""

_LONGEST = 60


def comparison_lines(found: Comparison) -> list[str]:
    """What differs between two runs, and which steps took longer or shorter; what is the same in one line."""
    lines = [*_table("", (found.one, found.other), found.outcome, whole=True)]
    lines += ["", *_table("Parameters", ("", ""), found.parameters)]
    lines += ["", *_table("Made from", ("", ""), found.given)]
    lines += [f"  {line}" for line in _code(found)]
    rows = [_row(pair) for pair in found.steps]
    titles = ("STEP", "STATUS", "", "TIME", "", "DELTA", "RUNNING", "", "TRIES")
    lines += ["", "Steps, the largest difference first:", *table_lines(titles, rows)]
    return list(map(harmless, lines))


def delta_text(seconds: float | None) -> str:
    """`+12s`, `-3.0s`, `=`; empty where it is not known."""
    if seconds is None:
        return ""
    return "=" if abs(seconds) < WORTH else f"{'+' if seconds > 0 else '-'}{span(abs(seconds))}"


def _row(pair: StepPair) -> tuple[str, ...]:
    tries = "" if max(pair.attempts) < 2 else " -> ".join(map(str, pair.attempts))
    return (
        pair.name,
        pair.states[0] or MISSING,
        pair.states[1] or MISSING if pair.changed else "",
        *(span(seconds) or MISSING for seconds in pair.seconds),
        delta_text(pair.delta),
        *(span(seconds) or MISSING for seconds in pair.running),
        tries,
    )


def _table(title: str, heads: tuple[str, str], facts: Sequence[Fact], *, whole: bool = False) -> list[str]:
    shown = [fact for fact in facts if (whole or fact.differs) and (fact.one or fact.other)]
    same = [fact.name for fact in facts if fact not in shown and not fact.differs]
    if title and not facts:
        return [f"{title}: none."]
    if title and not shown:
        return [f"{title}: the same ({', '.join(same)})."]
    rows = [(fact.name, cut(fact.one, _LONGEST) or MISSING, cut(fact.other, _LONGEST) or MISSING) for fact in shown]
    lines = [f"{title}:"] if title else []
    lines += table_lines(("", *heads), rows)[0 if any(heads) else 1 :]
    return [*lines, *([f"  The same: {', '.join(same)}."] if same and title else [])]


def _code(found: Comparison) -> list[str]:
    if found.files is None:
        return ["Code: that of one of them is gone."]
    if not found.files:
        return ["Code: the same."]
    return ["Code:", *(f"  {what} {name}" for name, what in found.files)]


def structured(found: Comparison) -> dict[str, Any]:
    """The comparison as plain data; durations in seconds."""

    def facts(some: Sequence[Fact]) -> list[dict[str, Any]]:
        return [{"name": one.name, "one": one.one, "other": one.other, "differs": one.differs} for one in some]

    return {
        "one": found.one,
        "other": found.other,
        "outcome": facts(found.outcome),
        "parameters": facts(found.parameters),
        "given": facts(found.given),
        "files": None if found.files is None else [{"name": name, "what": what} for name, what in found.files],
        "steps": [
            {
                "name": pair.name,
                "status": [state or None for state in pair.states],
                "seconds": [_rounded(seconds) for seconds in pair.seconds],
                "running": [_rounded(seconds) for seconds in pair.running],
                "delta": _rounded(pair.delta),
                "attempts": list(pair.attempts),
            }
            for pair in found.steps
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
