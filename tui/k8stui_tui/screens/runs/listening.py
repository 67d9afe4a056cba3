"""Which logs are shown: of the run, of one of its steps, or of its whole pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui_tui.screens.runs.gone import GoneLogs
from k8stui_tui.screens.tailing import Tail
from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.log import LogPane

if TYPE_CHECKING:
    from k8stui.control.logs.many import LogQuery
    from k8stui.model.views import RunSummaryView


class Listening:
    """Keeps the log pane on what a person looks at.

    Attributes:
        step: Only this step's lines; empty for all of the run.
        pod: Only those of this pod, an earlier attempt at the step; empty for all of them.
        pipeline: All runs of the run's pipeline instead.
    """

    def __init__(self, store: Store, pane: LogPane) -> None:
        self.step = self.pod = ""
        self.pipeline = False
        self._store = store
        self.tail = Tail(store, pane, store.logs)
        self._run: RunSummaryView | None = None
        self._gone = GoneLogs(store, self.tail)

    def listen(self, run: RunSummaryView | None, step: str, slug: str = "", pod: str = "") -> None:
        """Follow the logs of that run, of a step of it, `slug` as its pods' labels have it, or of one pod of that."""
        self.step, self.pod, self._run = step, pod, run
        if run is None:
            self.forget()
            return
        query = self._query_for(run, slug)
        if self._store.run.key == (run.namespace, run.run) or self.tail.wanted(query) == self.tail.query:
            self.tail.follow(query, named=self.pipeline or not step, scope=self._told(run))

    def forget(self) -> None:
        """Follow no logs, and show none."""
        self._gone.forget()
        self.tail.forget()

    def take(self) -> None:
        """Show the lines that came."""
        self.tail.take(self._why_none())
        self._gone.tell()

    def facts(self) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """What the title of the pane says."""
        return self.tail.facts()

    def _told(self, run: RunSummaryView) -> tuple[str, ...]:
        if self.pipeline:
            return (f"pipeline:{run.pipeline}",)
        what = [f"pod:{self.pod}"] if self.pod else [f"step:{self.step}"] if self.step else []
        return f"run:{run.run}", *what

    def _query_for(self, run: RunSummaryView, slug: str) -> LogQuery:
        from k8stui.control.logs.many import LogQuery

        namespace = run.namespace or None
        if self.pipeline:
            return LogQuery(pipeline=run.pipeline, namespace=namespace)
        return LogQuery(run=run.run, zenml=run.zenml_id, step=self.step, slug=slug, pod=self.pod, namespace=namespace)

    def _why_none(self) -> str:
        if self._run is None or not self._run.state.ended:
            return "No log lines yet."
        what = "this attempt" if self.pod else "this step" if self.step else "the run"
        return f"No log lines: {what} wrote none, or they went with its pods."
