"""All runs, kept fresh: what the screen of runs draws from.

Only metadata of the records is watched, which holds their summaries, and the Jobs, which tell whether there is still a
master (`truth`). A user who may not list Jobs sees the runs as their records tell them. ZenML's runs have no record:
they are what the Jobs of their orchestrators and steps tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.cluster.store import ChangeType, Key
from k8stui.control.live.board import Board
from k8stui.control.live.freshness import Freshness
from k8stui.control.runs.reading import newest_first
from k8stui.control.runs.summaries import Summaries
from k8stui.control.selectors import ORCHESTRATORS, RECORDS
from k8stui.control.zenml.lines import ZenmlLines
from k8stui.model.errors import ForbiddenError
from k8stui.model.views import RunSummaryView
from k8stui.model.zenmllabels import THEIRS


class RunBoard(Board):
    """All runs of a namespace, or of all, for as long as the context manager is open.

    Attributes:
        records: The records of the runs, metadata only.
        jobs: The Jobs of their orchestrators.
        theirs: The Jobs of ZenML's runs.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a board.

        Args:
            cluster: Where.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
            now: Seconds since the epoch.
        """
        self.records = Mirror(
            cluster, CONFIGMAPS, namespace=namespace, all_namespaces=all_namespaces,
            labels=RECORDS, metadata_only=True,
        )  # fmt: skip
        self.jobs = Mirror(cluster, JOBS, namespace=namespace, all_namespaces=all_namespaces, labels=ORCHESTRATORS)
        self.theirs = Mirror(cluster, JOBS, namespace=namespace, all_namespaces=all_namespaces, labels=THEIRS)
        super().__init__(self.records, self.jobs, self.theirs, now=now)
        self._of_records, self._of_jobs = self.records.changes(self._wake), self.jobs.changes(self._wake)
        self._of_theirs, self._lines = self.theirs.changes(self._wake), ZenmlLines(self.theirs.objects)
        self._runs: Sequence[RunSummaryView] = ()
        self._summaries = Summaries(self.records.objects, self.jobs.objects)
        self._settled = False

    @property
    def runs(self) -> Sequence[RunSummaryView]:
        """All runs, newest first; the same object as long as nothing in it changed."""
        self._refresh()
        return self._runs

    @property
    def ours(self) -> Sequence[RunSummaryView]:
        """Those that k8stui made."""
        self._refresh()
        return self._summaries.runs

    @property
    def freshness(self) -> Freshness:
        """How fresh `runs` is."""
        return Freshness.of(self.records, self.jobs)  # and no worse for who may not, or does not, see ZenML's

    @property
    def due(self) -> float | None:
        """When `runs` may differ although no object changed, seconds since the epoch; None for never."""
        return self._summaries.due

    def find(self, namespace: str, run: str) -> RunSummaryView | None:
        """A run in one line; None when there is no such run (any more)."""
        self._refresh()
        return self._summaries.find(namespace, run) or self._lines.find(namespace, run)

    async def wait_synced(self, seconds: float = 30.0) -> None:
        """Wait until all runs are there; that Jobs may not be listed is told by `freshness` only.

        Args:
            seconds: How long at most.

        Raises:
            K8stuiError: The records may not be listed, or the cluster could not be reached in time.
        """
        await super().wait_synced(seconds)
        with suppress(ForbiddenError):
            await self.jobs.wait_synced(seconds)

    def _refresh(self) -> None:
        live = all(mirror.synced and mirror.connected for mirror in (self.records, self.jobs))
        changed = self._changed()
        differs = self._summaries.refresh(changed, now=self._now(), live=live, at_once=not self._settled)
        if self._of_theirs.take():
            differs = self._lines.refresh() or differs
        if differs:
            ours, theirs = self._summaries.runs, self._lines.runs
            self._runs = sorted((*ours, *theirs), key=newest_first) if theirs else ours
            self._version += 1
        self._settled = self._settled or live

    def _changed(self) -> set[Key] | None:
        """Keys of the records to look at again; None for all."""
        of_records, of_jobs = self._of_records.take(), self._of_jobs.take()
        if any(change.type is ChangeType.RELISTED for change in (*of_records, *of_jobs)):
            return None
        concerned = {self._summaries.of_job(change.key) for change in of_jobs}
        return concerned | {change.key for change in of_records}
