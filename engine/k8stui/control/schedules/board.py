"""All schedules, kept fresh: what the screen of schedules draws from.

CronJobs are watched; what became of their runs is read from the board of runs, which is there anyway. A view is made
anew when its CronJob, one of its runs or one of its Jobs changed. Where the clock alone moved past a time to fire at,
only that is told anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import CRONJOBS, JOBS
from k8stui.control.live.board import Board
from k8stui.control.runs.board import RunBoard
from k8stui.control.schedules.lines import ScheduleLines
from k8stui.control.schedules.views import CANDIDATES
from k8stui.incluster.contract import names
from k8stui.model.scheduleviews import FiringView, ScheduleView

FOREIGN_JOBS = f"{names.LABEL_PIPELINE},!{names.LABEL_MANAGED_BY}"
"""Label selector of the Jobs that may be ZenML's."""


class ScheduleBoard(Board):
    """All schedules of a namespace, or of all, for as long as the context manager is open.

    How fresh their outcomes are, the board of runs tells.
    """

    def __init__(
        self,
        cluster: Cluster,
        runs: RunBoard,
        *,
        namespace: str | None = None,
        all_namespaces: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a board.

        Args:
            cluster: Where.
            runs: The board of the same namespace's runs, open for as long as this one.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
            now: Seconds since the epoch.
        """
        self._cron_jobs = Mirror(
            cluster, CRONJOBS, namespace=namespace, all_namespaces=all_namespaces, labels=CANDIDATES
        )
        self._foreign_jobs = Mirror(
            cluster, JOBS, namespace=namespace, all_namespaces=all_namespaces, labels=FOREIGN_JOBS
        )
        super().__init__(self._cron_jobs, self._foreign_jobs, now=now)
        self._runs = runs
        self._of_cron_jobs = self._cron_jobs.changes(self._wake)
        self._of_jobs = runs.jobs.changes(self._wake)
        self._of_foreign_jobs = self._foreign_jobs.changes(self._wake)
        self._of_records = runs.records.changes(self._wake)
        self._lines = ScheduleLines()
        self._runs_version = -1

    @property
    def schedules(self) -> Sequence[ScheduleView]:
        """All schedules by namespace and name; the same object as long as nothing in it changed."""
        self._refresh()
        return self._lines.schedules

    @property
    def due(self) -> float | None:
        """When `schedules` may differ although no object changed, seconds since the epoch; None for never."""
        return min((moment for moment in (self._lines.due, self._runs.due) if moment is not None), default=None)

    def find(self, namespace: str, name: str) -> ScheduleView | None:
        """A schedule; None when there is none of this name (any more)."""
        self._refresh()
        return self._lines.find((namespace, name))

    def firings(self, namespace: str, name: str) -> Sequence[FiringView]:
        """All firings of a schedule that are known, newest first; those that a person triggered included."""
        self._refresh()
        return self._lines.firings((namespace, name))

    def _refresh(self) -> None:
        cron_jobs, jobs = self._of_cron_jobs.take(), [*self._of_jobs.take(), *self._of_foreign_jobs.take()]
        self._of_records.take()  # The board of runs reads them; they only wake.
        runs = self._runs.ours
        changed = bool(cron_jobs or jobs) or self._runs.version != self._runs_version
        self._runs_version = self._runs.version
        now = self._now()
        if changed:
            all_jobs = None
            if jobs or not self._version:  # The board of runs may have had its Jobs long before.
                all_jobs = (*self._runs.jobs.objects.values(), *self._foreign_jobs.objects.values())
            differs = self._lines.refresh(self._cron_jobs.objects, runs, all_jobs, now)
        else:
            differs = self._lines.pass_time(now)
        self._version += differs
