"""The log of the pod under the cursor, and its way into the pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui_tui.store import Store
from k8stui_tui.widgets.bar import Fact
from k8stui_tui.widgets.log import LogEntry, LogPane

if TYPE_CHECKING:
    from k8stui.control.logs import LogQuery
    from k8stui.model.views import PodView


class Reading:
    """Keeps the log pane on one pod."""

    def __init__(self, store: Store, pane: LogPane) -> None:
        self._store, self._pane = store, pane
        self._query: LogQuery | None = None

    def read(self, pod: PodView | None) -> None:
        """Follow the log of a pod; of none when None."""
        if pod is None:
            if self._query is not None:
                self._query = None
                self._store.logs.to(None, None)
                self._pane.clear()
            self._pane.set_empty("")
            return
        from k8stui.control.logs import LogQuery

        self._query = LogQuery(pod=pod.name, namespace=pod.namespace or None)
        if self._query != self._store.logs.key:
            self._pane.clear()
            self._pane.set_names(False)
            self._store.listen(self._query)

    def take(self) -> None:
        """Show the lines that came, or why there are none."""
        if self._query is None or self._store.logs.key != self._query:
            return
        feed = self._store.logs.current
        error = self._store.logs.error or (feed.error if feed else None)
        if error is not None:
            self._pane.set_empty(f"The log cannot be read: {error.message}\n{error.hint}")
        elif feed is None or feed.loading:
            self._pane.set_empty("Loading the log ...")
        else:
            self._pane.set_empty("No log lines.")
        lines = feed.take() if feed is not None else []
        if lines:
            self._pane.append([LogEntry(line.text, "", line.time, line.kind == "note") for line in lines])

    def facts(self) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """What the title of the pane says."""
        query = self._query
        return [Fact(f"pod:{query.pod}" if query else "", "dim")], [
            Fact(self._pane.info if query else "", "dim", 1),
            Fact(" ", tight=True),
        ]
