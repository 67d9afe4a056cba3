"""All runs in one line each, kept from one look to the next: a change of one run costs that run. Pure.

Reads two maps of objects that somebody else keeps fresh. A line changes because its record or its Job did, or because
time passed: a run that is being submitted is given up on, a contradiction is believed. Such lines are `due`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from k8stui.cluster.store import Key
from k8stui.control import records
from k8stui.control.doubt import Doubt
from k8stui.control.records import Json
from k8stui.control.truth import JobFacts, job_facts, true_summary
from k8stui.incluster import names
from k8stui.model.views import RunSummaryView

_NO_JOB = JobFacts()


@dataclass
class _Line:
    """What is kept of one run: what was parsed, from which objects, and what is shown of it."""

    record: Json
    told: RunSummaryView
    request: str
    claimed: bool
    job: Json | None = None
    facts: JobFacts = _NO_JOB
    doubt: Doubt = field(default_factory=Doubt)
    shown: RunSummaryView | None = None

    @classmethod
    def of(cls, record: Json) -> _Line:
        return cls(record, records.summary_view(record), records.requested(record), records.claimed(record))


class Summaries:
    """The lines of all runs.

    Attributes:
        runs: Newest first; another object whenever anything in it differs.
        due: When to look again although no object changed, in seconds since the epoch; None when never.
    """

    def __init__(self, found: Mapping[Key, Json], jobs: Mapping[Key, Json]) -> None:
        self._found, self._jobs = found, jobs
        self._lines: dict[Key, _Line] = {}
        self._due: dict[Key, float] = {}
        self._doubted: set[Key] = set()
        self._order: list[Key] = []
        self._live = False
        self.runs: Sequence[RunSummaryView] = ()

    @property
    def due(self) -> float | None:
        """The earliest of the lines' times."""
        return min(self._due.values(), default=None)

    def find(self, namespace: str, run: str) -> RunSummaryView | None:
        """The line of a run; None when there is no such run."""
        return self._shown((namespace, names.record_name(run)))

    def refresh(self, changed: Iterable[Key] | None, *, now: float, live: bool, at_once: bool = False) -> bool:
        """Take in what changed.

        Args:
            changed: Keys of records that changed or whose Job did; None to compare everything.
            now: Seconds since the epoch.
            live: Records and Jobs arrive as they change.
            at_once: They were just listed for the first time.

        Returns:
            Whether `runs` differs now.
        """
        keys = set(self._found) | set(self._lines) if changed is None else set(changed)
        keys |= {key for key, due in self._due.items() if due <= now}
        if live is not self._live:
            keys |= self._doubted
            self._live = live
        moved = differs = False
        for key in keys:
            was, shown = self._shown(key), self._look(key, now=now, live=live, at_once=at_once)
            if was != shown:
                differs = True
                moved = moved or was is None or shown is None or was.created != shown.created
        if moved:
            self._order = sorted(self._lines, key=self._place)
        if differs:
            self.runs = tuple(shown for key in self._order if (shown := self._shown(key)) is not None)
        return differs

    def _place(self, key: Key) -> tuple[float, str, str]:
        run = self._lines[key].told
        return -(run.created or 0), run.run, run.namespace

    def _shown(self, key: Key) -> RunSummaryView | None:
        line = self._lines.get(key)
        return line.shown if line else None

    def _look(self, key: Key, *, now: float, live: bool, at_once: bool) -> RunSummaryView | None:
        """Bring one line up to date with the objects that are there now; what did not change is not parsed again."""
        self._due.pop(key, None)
        self._doubted.discard(key)
        record, line = self._found.get(key), self._lines.pop(key, None)
        if record is None:
            return None
        if line is None or line.record is not record:
            before, line = line, _Line.of(record)
            if before is not None:
                line.job, line.facts, line.doubt, line.shown = before.job, before.facts, before.doubt, before.shown
        self._lines[key] = line
        job = self._jobs.get((key[0], names.job_name(line.told.run)))
        if job is not line.job:
            line.job, line.facts = job, job_facts(job)
        facts = line.doubt.weigh(line.told, line.facts, claimed=line.claimed, now=now, live=live, at_once=at_once)
        if facts is not line.facts:
            self._doubted.add(key)
        if line.doubt.due is not None:
            self._due[key] = line.doubt.due
        shown = true_summary(line.told, facts, request=line.request, now=now, claimed=line.claimed)
        if line.shown != shown:
            line.shown = shown
        return line.shown
