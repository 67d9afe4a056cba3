"""Compares two runs. Pure: what differs comes first, of steps the largest difference of time."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from k8stui.control.timeline.making import timeline
from k8stui.control.timeline.parts import SHOWN, Phase
from k8stui.control.words.spans import span
from k8stui.incluster.contract.protocol import Plan
from k8stui.model.views import RunView

MISSING = "-"
"""What stands where one of the runs has no such thing."""

_NEVER: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True)
class Fact:
    """Something that both runs have, or one of them.

    Attributes:
        name: What it is.
        one: Of the first run, as text.
        other: Of the second one.
    """

    name: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether it is another."""
        return self.one != self.other


@dataclass(frozen=True)
class StepPair:
    """A step in both runs, or in one of them; each pair is of the first run and of the second one.

    Attributes:
        name: Of the step.
        states: Its state; empty where a run has no such step.
        seconds: How long it took, from when nothing before it was left, over all attempts; None where it had no pod.
        running: Seconds of that in which its containers ran.
        attempts: How many there were.
    """

    name: str
    states: tuple[str, str]
    seconds: tuple[float | None, float | None]
    running: tuple[float | None, float | None]
    attempts: tuple[int, int]

    @property
    def delta(self) -> float | None:
        """Seconds that it took longer in the second run; below 0 for less, None where one of them is not known."""
        one, other = self.seconds
        return None if one is None or other is None else other - one

    @property
    def changed(self) -> bool:
        """Whether it ended otherwise, or only one of the runs has it."""
        return self.states[0] != self.states[1]


@dataclass(frozen=True)
class Comparison:
    """Two runs beside each other.

    Attributes:
        one: Name of the first run.
        other: Of the second one.
        outcome: How they ended, and how long they took.
        given: What they were made from: pipeline, image, source, code and so on.
        parameters: Of their pipelines.
        files: Files of the code that differ, with what became of them from the first run to the second; None where
            the code of one is gone.
        steps: Those of both, the largest difference of time first.
    """

    one: str
    other: str
    outcome: tuple[Fact, ...]
    given: tuple[Fact, ...]
    parameters: tuple[Fact, ...]
    files: tuple[tuple[str, str], ...] | None
    steps: tuple[StepPair, ...]


def compare(
    one: RunView,
    other: RunView,
    now: float,
    *,
    plans: tuple[Plan | None, Plan | None] = (None, None),
    codes: tuple[bytes | None, bytes | None] = (None, None),
) -> Comparison:
    """Compare two runs.

    Args:
        one: The first run, as a rule the older one.
        other: The second one.
        now: Seconds since the epoch.
        plans: Theirs; None where one is gone.
        codes: Their code packages, zips; None where one is gone, empty where there is none.
    """
    one_took, other_took = (span(run.duration(now)) for run in (one, other))
    outcome = (
        Fact("status", one.state.value, other.state.value),
        Fact("took", one_took, other_took),
        Fact("steps done", f"{one.done} of {one.total}", f"{other.done} of {other.total}"),
        Fact("why", one.why, other.why),
    )
    facts = [
        Fact("pipeline", one.pipeline, other.pipeline),
        Fact("source", one.source.target, other.source.target),
        Fact("image", one.image, other.image),
        Fact("images", *(_images(plan) for plan in plans)),
        Fact("k8stui", one.version, other.version),
        Fact("submitted by", one.submitted_by, other.submitted_by),
        Fact("schedule", one.schedule, other.schedule),
        *_settings(*plans),
    ]
    names = sorted({*one.parameters, *other.parameters})
    parameters = tuple(Fact(name, _value(one.parameters, name), _value(other.parameters, name)) for name in names)
    given = tuple(fact for fact in facts if fact.one or fact.other)
    return Comparison(one.run, other.run, outcome, given, parameters, changed_files(*codes), _steps(one, other, now))


def changed_files(one: bytes | None, other: bytes | None) -> tuple[tuple[str, str], ...] | None:
    """The files in which two code packages differ: `changed`, `added` or `removed`, by their names."""
    if one is None or other is None:
        return None
    try:
        was, now = _sums(one), _sums(other)
    except (zipfile.BadZipFile, ValueError):  # nothing that was packed
        return None
    return tuple(
        (name, "added" if name not in was else "removed" if name not in now else "changed")
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    )


def _sums(code: bytes) -> dict[str, tuple[int, int]]:
    if not code:
        return {}
    with zipfile.ZipFile(BytesIO(code)) as package:
        return {info.filename: (info.CRC, info.file_size) for info in package.infolist()}


def _steps(one: RunView, other: RunView, now: float) -> tuple[StepPair, ...]:
    first, second = ({step.name: step for step in run.steps} for run in (one, other))
    times, times_other = _times(one, now), _times(other, now)
    pairs = []
    for name in dict.fromkeys([*first, *second]):
        step, step_other = first.get(name), second.get(name)
        took, took_other = times.get(name, _NEVER), times_other.get(name, _NEVER)
        states = (step.state.value if step else "", step_other.state.value if step_other else "")
        attempts = (len(step.attempts) if step else 0, len(step_other.attempts) if step_other else 0)
        pairs.append(StepPair(name, states, (took[0], took_other[0]), (took[1], took_other[1]), attempts))
    return tuple(sorted(pairs, key=_rank))


def _rank(pair: StepPair) -> tuple[bool, float]:
    return pair.delta is None, -abs(pair.delta or 0.0)


def _times(run: RunView, now: float) -> dict[str, tuple[float | None, float | None]]:
    """Seconds that each step took altogether, and of running, where it had pods."""
    found: dict[str, tuple[float | None, float | None]] = {}
    for row in timeline(run, now).rows:
        if row.spans:
            seconds = row.seconds
            found[row.name] = (sum(seconds.get(phase, 0.0) for phase in SHOWN), seconds.get(Phase.RUNNING, 0.0))
    return found


def _settings(one: Plan | None, other: Plan | None) -> Iterable[Fact]:
    if one is None or other is None:
        return []
    kept = ("max_parallelism", "failure_mode", "timeout", "startup_pause", "no_cache")
    return [Fact(name, str(getattr(one, name)), str(getattr(other, name))) for name in kept]


def _images(plan: Plan | None) -> str:
    if plan is None:
        return ""
    containers = (one for template in plan.templates for one in (template.get("spec") or {}).get("containers") or ())
    return ", ".join(sorted({str(one.get("image")) for one in containers if one.get("image")}))


def _value(parameters: Mapping[str, Any], name: str) -> str:
    return json.dumps(parameters[name], ensure_ascii=False, sort_keys=True) if name in parameters else MISSING
