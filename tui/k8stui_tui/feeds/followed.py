"""What the screens look at, each followed for as long as somebody looks: runs, logs, boards of all there is.

Who never looks at something pays for no watch of it. What is followed belongs to one connection and one place; both are
the store's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8stui_tui.feeds.arrivals import Arrivals
from k8stui_tui.feeds.switch import Switch

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.events.board import EventBoard
    from k8stui.control.live.feed import Feed
    from k8stui.control.logs.many import LogQuery
    from k8stui.control.pods.board import PodBoard
    from k8stui.control.runs.board import RunBoard
    from k8stui.control.schedules.board import ScheduleBoard
    from k8stui.control.timeline.pullboard import PullBoard
    from k8stui.control.troubles.feed import TroubleFeed
    from k8stui.model.views import RunSummaryView
    from k8stui_tui.feeds.logs import LogFeed


class Followed:
    """Base of the store.

    Attributes:
        cluster: The connection; None until it is made.
        board: All runs; None until there is a connection.
        run: The run that is looked at.
        logs: The logs that are looked at.
        pinned: Logs that are looked at beside them.
        schedules: All schedules, from the first look at them on.
        pods: All pods, from the first look at them on.
        events: All events, from the first look at them on.
        pulls: Pulls of images, while a timeline is looked at.
        troubles: What is wrong now, while somebody looks at it.
        arrivals: Tells when there is a connection, and when the first rows are there.
    """

    def __init__(self, *, everywhere: bool = False) -> None:
        """Follow nothing yet.

        Args:
            everywhere: All namespaces are looked at, not one.
        """
        self.cluster: Cluster | None = None
        self.board: RunBoard | None = None
        self.run: Switch[Feed] = Switch()
        self.logs: Switch[LogFeed] = Switch()
        self.pinned: tuple[Switch[LogFeed], ...] = (Switch(), Switch())
        self.arrivals = Arrivals()
        self._awaited: RunBoard | None = None
        self.schedules: Switch[ScheduleBoard] = Switch(self.arrivals.expect)
        self.pods: Switch[PodBoard] = Switch(self.arrivals.expect)
        self.events: Switch[EventBoard] = Switch(self.arrivals.expect)
        self.pulls: Switch[PullBoard] = Switch()
        self.troubles: Switch[TroubleFeed] = Switch()
        self._looks: tuple[Switch[Any], ...] = (self.run, self.logs, *self.pinned, self.pulls)
        self._boards: tuple[Switch[Any], ...] = (self.schedules, self.pods, self.events, self.troubles)
        self._namespace, self._everywhere = "", everywhere

    def look_at(self, run: RunSummaryView) -> None:
        """Follow a run."""
        from k8stui.control.runs.watching import feed_of

        cluster = self.cluster
        if cluster is not None:
            self.run.to((run.namespace, run.run), lambda: feed_of(cluster, run, namespace=run.namespace or None))

    def listen(self, query: LogQuery, switch: Switch[LogFeed] | None = None) -> None:
        """Follow the logs of some pods, by that switch or by the one for what the cursor is on."""
        from k8stui_tui.feeds.logs import ONE_POD, LogFeed

        cluster, history = self.cluster, ONE_POD if query.pod else None
        if cluster is not None:
            (switch or self.logs).to(query, lambda: LogFeed(cluster, query, history=history))

    def look_at_runs(self) -> None:
        """Be told of the first runs as they come; followed they are in any case."""
        if self.board is not None and self._awaited is not self.board:
            self._awaited = self.board
            self.arrivals.expect(self.board)

    def look_at_schedules(self) -> None:
        """Follow the schedules, where the runs are followed; those who never look at them pay for no watch."""
        cluster, board = self.cluster, self.board
        if cluster is not None and board is not None and self.schedules.key is None:
            from k8stui.control.schedules.board import ScheduleBoard

            namespace, everywhere = self._namespace or None, self._everywhere
            self.schedules.to(
                "schedules", lambda: ScheduleBoard(cluster, board, namespace=namespace, all_namespaces=everywhere)
            )

    def look_at_pods(self) -> None:
        """Follow all pods; those who never look at them pay for no watch."""
        cluster = self.cluster
        if cluster is not None and self.board is not None and self.pods.key is None:
            from k8stui.control.pods.board import PodBoard

            namespace, everywhere = self._namespace or None, self._everywhere
            self.pods.to("pods", lambda: PodBoard(cluster, namespace=namespace, all_namespaces=everywhere))

    def look_at_events(self) -> None:
        """Follow all events; those who never look at them pay for no watch."""
        cluster, board = self.cluster, self.board
        if cluster is not None and board is not None and self.events.key is None:
            from k8stui.control.events.board import EventBoard

            namespace, everywhere = self._namespace or None, self._everywhere
            self.events.to("events", lambda: EventBoard(cluster, board, namespace=namespace, all_namespaces=everywhere))

    def look_at_pulls(self, namespace: str) -> None:
        """Follow the pulls of images in a namespace."""
        cluster = self.cluster
        if cluster is not None:
            from k8stui.control.timeline.pullboard import PullBoard

            self.pulls.to(("pulls", namespace), lambda: PullBoard(cluster, namespace=namespace or None))

    def look_at_troubles(self) -> None:
        """Look for what is wrong, and follow what it is looked for in."""
        self.look_at_pods()
        self.look_at_schedules()
        cluster, board = self.cluster, self.board
        if cluster is not None and board is not None and self.troubles.key is None:
            from k8stui.control.troubles.feed import TroubleFeed

            namespace, everywhere = self._namespace or None, self._everywhere
            pods, schedules = self.pods, self.schedules
            self.troubles.to("troubles", lambda: TroubleFeed(
                cluster, board, lambda: pods.current, lambda: schedules.current, namespace=namespace,
                all_namespaces=everywhere))  # fmt: skip

    def look_away(self) -> None:
        """Follow no run, no logs and no pulls."""
        for switch in self._looks:
            switch.to(None, None)
