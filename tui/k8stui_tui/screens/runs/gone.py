"""What a log pane says of pods that are gone: their logs from the archive, or that they are lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui_tui.screens.tailing import Tail
from k8stui_tui.store import Store

if TYPE_CHECKING:
    from k8stui.control.logs.many import LogQuery
    from k8stui.model.views import RunSummaryView, RunView
    from k8stui_tui.feeds.logs import LogFeed


class GoneLogs:
    """Tells of each pod that is gone once, in the pane of a run or of a whole pipeline."""

    def __init__(self, store: Store, tail: Tail) -> None:
        """Tell nothing yet.

        Args:
            store: Tells of the runs.
            tail: What fills the pane.
        """
        self._store, self._tail = store, tail
        self._query: LogQuery | None = None
        self._feed: LogFeed | None = None
        self._told: frozenset[str] = frozenset()
        self._unread: frozenset[str] = frozenset()
        self._view: RunView | None = None
        self._runs: Sequence[RunSummaryView] = ()
        self._asked: dict[str, bool] = {}  # Runs of a pipeline that were looked at, and whether they had ended by then.
        self._said_earlier = False

    def forget(self) -> None:
        """No logs are followed."""
        self._query = None

    def tell(self) -> None:
        """Show once the logs of pods that are gone, or say that they are lost."""
        feed, query = self._tail.feed, self._tail.query
        if feed is None or feed.loading or feed.error or query is None:
            return
        if query != self._query or feed is not self._feed:
            self._begin(feed, query)
        for view in self._of_pipeline(feed, query) if query.pipeline else self._of_run(query):
            self._tell_of(view, feed, query)

    def _begin(self, feed: LogFeed, query: LogQuery) -> None:
        # Those that the feed was left before it had read them from the archive.
        before = self._feed if self._feed is not feed else None
        self._unread = before.unread if before is not None else frozenset()
        if query != self._query:
            self._told, self._said_earlier = frozenset(), False
        self._told -= self._unread
        self._query, self._feed, self._view = query, feed, None
        self._runs, self._asked = (), {}

    def _of_run(self, query: LogQuery) -> Sequence[RunView]:
        """The run as it is followed, where it is another view than before."""
        looked = self._store.run.current
        view = looked.view if looked else None
        if view is None or view is self._view or view.run != query.run:
            return ()
        self._view = view
        return (view,)

    def _of_pipeline(self, feed: LogFeed, query: LogQuery) -> Sequence[RunView]:
        """The runs of a pipeline that were looked at: each at first, and when it has ended."""
        board = self._store.board
        known = board.runs if board and not query.previous else self._runs
        if known is not self._runs:
            from k8stui.control.logs.gone import runs_to_look_at

            self._runs = known
            runs, earlier = runs_to_look_at(known, query, begin=self._tail.pane.begin)
            if earlier and not self._said_earlier:
                self._said_earlier = True
                feed.tell(earlier)
            unasked = [run for run in runs if self._asked.get(run.run) is not run.state.ended]
            self._asked.update((run.run, run.state.ended) for run in unasked)
            feed.look_at(unasked)
        return feed.looked_at()

    def _tell_of(self, view: RunView, feed: LogFeed, query: LogQuery) -> None:
        from k8stui.control.logs.gone import cut_logs, gone_attempts

        now = self._store.clock()
        gone = gone_attempts(view, query, feed.seen, now=now)
        fresh = [one for one in gone if one[1].pod not in self._told]
        self._told |= {attempt.pod for _, attempt in gone}
        known, ends = self._tail.known - self._unread, self._tail.ends
        feed.tell(cut_logs(view, [one for one in fresh if one[1].pod in known], ends))
        if unknown := [one for one in fresh if one[1].pod not in known]:
            feed.add_gone(view, unknown, now=now)
