"""ZenML's runs in one line each, kept from one look to the next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k8stui.cluster.store import Key
from k8stui.control.truth.jobs import jobs_by_owner
from k8stui.control.zenml.jobs import is_orchestrator
from k8stui.control.zenml.views import distinct, steps_of, summary_view
from k8stui.model.views import RunSummaryView

Json = dict[str, Any]


class ZenmlLines:
    """The lines of ZenML's runs.

    Attributes:
        runs: In no order; another object whenever anything in it differs.
    """

    def __init__(self, jobs: Mapping[Key, Json]) -> None:
        """Prepare.

        Args:
            jobs: The Jobs that may be theirs, which somebody else keeps fresh.
        """
        self.runs: Sequence[RunSummaryView] = ()
        self._jobs = jobs
        self._kept: dict[str, tuple[list[Json], RunSummaryView]] = {}
        self._found: dict[Key, RunSummaryView] = {}

    def find(self, namespace: str, run: str) -> RunSummaryView | None:
        """The line of a run; None when there is no such run."""
        return self._found.get((namespace, run))

    def refresh(self) -> bool:
        """Look at all Jobs again: those of a run that did not change are not read anew. Whether `runs` differs now."""
        by_owner, kept = jobs_by_owner(self._jobs.values()), {}
        for job in self._jobs.values():
            uid = job["metadata"].get("uid") or job["metadata"]["name"]
            known = self._kept.get(uid)
            if known is None and not is_orchestrator(job):
                continue
            objects = [job, *steps_of(job, by_owner)]
            if known is None or not _same(known[0], objects):
                known = (objects, summary_view(job, objects[1:]))
            kept[uid] = known
        self._kept = kept
        runs = distinct((objects[0], line) for objects, line in kept.values())
        if len(runs) == len(self.runs) and all(one is other for one, other in zip(runs, self.runs, strict=True)):
            return False
        self.runs = runs
        self._found = {(line.namespace, line.run): line for line in runs}
        return True


def _same(some: Sequence[Json], others: Sequence[Json]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
