"""Which logs are shown: of the run, of one of its steps, or of its whole pipeline; and their way into the pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.log import LogEntry, LogPane

if TYPE_CHECKING:
    from k8stui.control.logs import LogQuery
    from k8stui.control.logstream import LogLine
    from k8stui.model.views import RunSummaryView


class Listening:
    """Keeps the log pane on what a person looks at.

    Attributes:
        step: Only this step's lines; empty for all of the run.
        pipeline: All runs of the run's pipeline instead.
    """

    def __init__(self, store: Store, pane: LogPane) -> None:
        self.step = ""
        self.pipeline = False
        self._store, self._pane = store, pane
        self._query: LogQuery | None = None
        self._scope: tuple[str, ...] = ()

    def listen(self, run: RunSummaryView | None, step: str, slug: str = "") -> None:
        """Follow the logs of that run, or of that step of it; `slug` as its pods' labels have it."""
        self.step = step
        query = self._query_for(run, slug)
        if run is None or query is None:
            self.forget()
            self._scope = ()
            self._pane.set_empty("")
            return
        self._scope = self._told(run)
        if self._store.run.key != (run.namespace, run.run) and query != self._query:
            return  # The cursor has not come to rest yet.
        if query != self._query:
            self._query = query
            self._pane.clear()
            self._pane.set_names(self.pipeline or not step)
        self._store.listen(query)
        feed = self._store.logs.current
        error = self._store.logs.error or (feed.error if feed else None)
        if error is not None:
            self._pane.set_empty(f"The logs cannot be read: {error.message}\n{error.hint}")
        else:
            self._pane.set_empty(_why_none(run, loading=feed is None or feed.loading, step=step))

    def forget(self) -> None:
        """Follow no logs, and show none."""
        if self._query is not None:
            self._query = None
            self._store.logs.to(None, None)
            self._pane.clear()

    def take(self) -> None:
        """Show the lines that came."""
        feed = self._store.logs.current
        if feed is not None and self._store.logs.key == self._query:
            lines = feed.take()
            if lines:
                self._pane.append([self._entry(line) for line in lines])

    def facts(self) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """What the title of the pane says."""
        info = self._pane.info if self._scope else ""
        return [Fact("  ".join(self._scope), "dim")], [Fact(info, "dim", 1), Fact(" ", tight=True)]

    def _query_for(self, run: RunSummaryView | None, slug: str) -> LogQuery | None:
        if run is None:
            return None
        from k8stui.control.logs import LogQuery

        namespace = run.namespace or None
        if self.pipeline:
            return LogQuery(pipeline=run.pipeline, namespace=namespace)
        return LogQuery(run=run.run, step=self.step, slug=slug, namespace=namespace)

    def _told(self, run: RunSummaryView) -> tuple[str, ...]:
        if self.pipeline:
            return (f"pipeline:{run.pipeline}",)
        return (f"run:{run.run}", *([f"step:{self.step}"] if self.step else []))

    def _entry(self, line: LogLine) -> LogEntry:
        source = f"{line.run} {line.step}".strip() if self.pipeline else line.step
        return LogEntry(line.text, source, line.time, line.kind == "note")


def _why_none(run: RunSummaryView, *, loading: bool, step: str) -> str:
    if loading:
        return "Loading the logs ..."
    if not run.state.ended:
        return "No log lines yet."
    return f"No log lines: {'this step' if step else 'the run'} wrote none, or they went with its pods."
