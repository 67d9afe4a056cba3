"""All runs in one line each, kept from one look to the next: a change of one run costs that run. Pure.

Reads two maps of objects that somebody else keeps fresh. A line changes because its record or its Job did, or because
time passed: a run that is being submitted is given up on, a contradiction is believed. Such lines are `due`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from k8stui.cluster.store import Key
from k8stui.control.truth import records
from k8stui.control.truth.correcting import true_summary
from k8stui.control.truth.doubt import Doubt
from k8stui.control.truth.jobs import JobFacts, job_facts
from k8stui.control.truth.records import Json
from k8stui.incluster.contract import names
from k8stui.model.views import RunSummaryView


class _Line:
    """What is kept of one run: what was parsed, from which objects, and what is shown of it."""

    def __init__(self, record: Json) -> None:
        self.read(record)
        self.shown = self.told
        self.job: Json | None = None
        self.facts = JobFacts()
        self.doubt = Doubt()

    def read(self, record: Json) -> None:
        """Take in another version of the record."""
        self.record = record
        self.told = records.summary_view(record)
        self.request, self.claimed = records.requested(record), records.claimed(record)
        self.job_name = records.job_of(record)


class Summaries:
    """The lines of all runs.

    Attributes:
        runs: Newest first; another object whenever anything in it differs.
        due: When to look again although no object changed, in seconds since the epoch; None when never.
    """

    def __init__(self, found: Mapping[Key, Json], jobs: Mapping[Key, Json]) -> None:
        self._found, self._jobs = found, jobs
        self._lines: dict[Key, _Line] = {}
        self._of_job: dict[Key, Key] = {}
        self._due: dict[Key, float] = {}
        self._doubted: set[Key] = set()
        self._order: list[tuple[float, str, Key, _Line]] = []
        self._live = False
        self.runs: Sequence[RunSummaryView] = ()

    @property
    def due(self) -> float | None:
        """The earliest of the lines' times."""
        return min(self._due.values(), default=None)

    def find(self, namespace: str, run: str) -> RunSummaryView | None:
        """The line of a run; None when there is no such run."""
        return self._shown((namespace, names.record_name(run)))

    def of_job(self, job: Key) -> Key:
        """The key of the record whose run a Job belongs to; that of the run of its name where none is known."""
        return self._of_job.get(job) or (job[0], names.record_name(job[1]))

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
        keys = self._moved() if changed is None else set(changed)
        keys |= {key for key, due in self._due.items() if due <= now}
        if live is not self._live:
            keys |= self._doubted
            self._live = live
        differs, misplaced = False, set()
        for key in keys:
            was, shown = self._shown(key), self._look(key, now=now, live=live, at_once=at_once)
            if was != shown:
                differs = True
                if was is None or shown is None or was.created != shown.created:
                    misplaced.add(key)
        if misplaced:
            self._put_in_order(misplaced)
        if differs:
            self.runs = tuple([place[3].shown for place in self._order])
        return differs

    def _moved(self) -> set[Key]:
        """Keys of the runs whose objects are others than those that were looked at."""
        keys = {key for key in self._lines if key not in self._found}
        for key, record in self._found.items():
            line = self._lines.get(key)
            if line is None or line.record is not record or line.job is not self._job_of(key, line):
                keys.add(key)
        return keys

    def _job_of(self, key: Key, line: _Line) -> Json | None:
        return self._jobs.get((key[0], line.job_name))

    def _put_in_order(self, keys: set[Key]) -> None:
        kept = [place for place in self._order if place[2] not in keys]
        new = [(key, self._lines[key]) for key in keys if key in self._lines]
        self._order = kept + [(-(line.told.created or 0), line.told.run, key, line) for key, line in new]
        self._order.sort()  # Nearly sorted already, which costs next to nothing.

    def _shown(self, key: Key) -> RunSummaryView | None:
        line = self._lines.get(key)
        return line.shown if line else None

    def _look(self, key: Key, *, now: float, live: bool, at_once: bool) -> RunSummaryView | None:
        """Bring one line up to date with the objects that are there now; what did not change is not parsed again."""
        self._due.pop(key, None)
        self._doubted.discard(key)
        record, line = self._found.get(key), self._lines.get(key)
        if record is None:
            if line is not None:
                del self._lines[key]
                self._of_job.pop((key[0], line.job_name), None)
            return None
        if line is None:
            line = self._lines[key] = _Line(record)
        elif line.record is not record:
            line.read(record)
        self._of_job[key[0], line.job_name] = key
        job = self._job_of(key, line)
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
