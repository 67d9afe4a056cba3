"""A store that needs no cluster, with runs in every state at a frozen time: for snapshots and pilot tests."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from k8stui.control.live.freshness import Freshness
from k8stui.control.logs.gone import NO_STORE, Gone, lost_logs
from k8stui.control.logs.many import LogQuery
from k8stui.control.logs.stream import LogLine
from k8stui.control.runs.board import RunBoard
from k8stui.control.runs.feed import RunFeed
from k8stui.control.words.spans import epoch
from k8stui.model.errors import ForbiddenError, K8stuiError
from k8stui.model.scheduleviews import FiringView, ScheduleView
from k8stui.model.views import RunSummaryView, RunView
from k8stui_tui.feeds.logs import LogFeed
from k8stui_tui.feeds.permissions import Permissions
from k8stui_tui.feeds.switch import Switch
from k8stui_tui.place import Elsewhere, Place
from k8stui_tui.store import Store

if TYPE_CHECKING:
    from k8stui.control.events.board import EventBoard
    from k8stui.control.events.lines import EventLine
    from k8stui.control.pods.board import PodBoard
    from k8stui.control.pods.candidates import Candidate
    from k8stui.control.schedules.board import ScheduleBoard
    from k8stui.control.timeline.pullboard import PullBoard
    from k8stui.control.troubles.feed import TroubleFeed
    from k8stui.control.troubles.trouble import Trouble

LIVE = Freshness(synced=True, connected=True)


class Whole:
    """A board that has been listed when its freshness says so."""

    freshness: Freshness

    @property
    def whole(self) -> bool:
        return self.freshness.synced or isinstance(self.freshness.error, ForbiddenError)


class FakeBoard(Whole):
    """Runs that are given."""

    def __init__(self, runs: Sequence[RunSummaryView], freshness: Freshness = LIVE) -> None:
        self.runs: Sequence[RunSummaryView] = tuple(runs)
        self.freshness = freshness
        self.version = 1

    def find(self, namespace: str, run: str) -> RunSummaryView | None:
        return next((one for one in self.runs if (one.namespace, one.run) == (namespace, run)), None)

    def give(self, runs: Sequence[RunSummaryView]) -> None:
        self.runs = tuple(runs)
        self.version += 1


class FakeScheduleBoard(Whole):
    """Schedules that are given."""

    def __init__(
        self,
        schedules: Sequence[ScheduleView],
        freshness: Freshness = LIVE,
        firings: Mapping[str, Sequence[FiringView]] | None = None,
    ) -> None:
        self._firings = dict(firings or {})
        self.schedules: Sequence[ScheduleView] = tuple(schedules)
        self.freshness = freshness
        self.version = 1

    def find(self, namespace: str, name: str) -> ScheduleView | None:
        return next((one for one in self.schedules if (one.namespace, one.name) == (namespace, name)), None)

    def give_firings(self, name: str, firings: Sequence[FiringView]) -> None:
        self._firings[name] = tuple(firings)

    def firings(self, namespace: str, name: str) -> Sequence[FiringView]:
        return self._firings.get(name, ()) if self.find(namespace, name) else ()

    def give(self, schedules: Sequence[ScheduleView]) -> None:
        self.schedules = tuple(schedules)
        self.version += 1


class FakePodBoard(Whole):
    """Pods that are given."""

    def __init__(self, pods: Sequence[Candidate], freshness: Freshness = LIVE) -> None:
        self.pods: Sequence[Candidate] = tuple(pods)
        self.freshness = freshness
        self.version = 1

    def find(self, namespace: str, name: str) -> Candidate | None:
        return next((one for one in self.pods if (one.pod.namespace, one.pod.name) == (namespace, name)), None)

    def give(self, pods: Sequence[Candidate]) -> None:
        self.pods = tuple(pods)
        self.version += 1


class FakeEventBoard(Whole):
    """Events that are given."""

    def __init__(self, lines: Sequence[EventLine], freshness: Freshness = LIVE) -> None:
        self.lines: Sequence[EventLine] = tuple(lines)
        self.freshness = freshness
        self.version = 1

    def give(self, lines: Sequence[EventLine]) -> None:
        self.lines = tuple(lines)
        self.version += 1


class FakePermissions(Permissions):
    """Rights that are known."""

    def __init__(self, may_not: Sequence[str]) -> None:
        super().__init__()
        self.rights: Mapping[str, bool] = dict.fromkeys(may_not, False)

    def of(self, namespace: str) -> Mapping[str, bool]:
        return self.rights if namespace else {}


class FakeTroubleFeed:
    """Troubles that are given."""

    def __init__(self, troubles: Sequence[Trouble] | None, left_out: Sequence[str] = ()) -> None:
        self.troubles, self.left_out = troubles, tuple(left_out)
        self.error: K8stuiError | None = None
        self.version = 1


class FakeRunFeed:
    """One run that is given."""

    def __init__(self, view: RunView | None) -> None:
        self.view = view
        self.version, self.freshness, self.gone = 1, LIVE, False
        self.error: K8stuiError | None = None


class Everything:
    """Contains whatever is asked for."""

    def __contains__(self, _thing: object) -> bool:
        return True


class FakeLogFeed:
    """Lines that are given, once."""

    seen: Container[str] = Everything()
    unread: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()

    def __init__(self, lines: Sequence[LogLine], views: Mapping[tuple[str, str], RunView] | None = None) -> None:
        self._lines, self._views = list(lines), views or {}
        self._looked_at: list[RunView] = []
        self.loading, self.sources = False, ()
        self.error: K8stuiError | None = None

    @property
    def waiting(self) -> bool:
        return bool(self._lines)

    def give(self, *lines: LogLine) -> None:
        self._lines += lines

    def take(self) -> list[LogLine]:
        taken, self._lines = self._lines, []
        return taken

    def tell(self, notes: Sequence[LogLine]) -> None:
        self._lines += notes

    def add_gone(self, run: RunView, gone: Sequence[Gone], *, now: float) -> None:
        self._lines += lost_logs(run, gone, NO_STORE)

    def look_at(self, runs: Sequence[RunSummaryView]) -> None:
        self._looked_at += [self._views[run.namespace, run.run] for run in runs]

    def looked_at(self) -> Sequence[RunView]:
        found, self._looked_at = self._looked_at, []
        return found


class FakeStore(Store):
    """Connected at once, to what is given."""

    def __init__(
        self,
        views: Sequence[RunView] = (),
        *,
        schedules: Sequence[ScheduleView] = (),
        firings: Mapping[str, Sequence[FiringView]] | None = None,
        pods: Sequence[Candidate] = (),
        events: Sequence[EventLine] = (),
        troubles: Sequence[Trouble] | None = (),
        lines: Sequence[LogLine] = (),
        now: float = 0.0,
        place: Place | None = None,
        freshness: Freshness = LIVE,
        of_schedules: Freshness = LIVE,
        of_pods: Freshness = LIVE,
        of_events: Freshness = LIVE,
        may_not: Sequence[str] = (),
        elsewhere: Elsewhere | None = None,
        connected: bool = True,
        error: K8stuiError | None = None,
    ) -> None:
        self.now = now
        super().__init__(cast("Any", None), clock=lambda: self.now, everywhere=bool(place and place.everywhere))
        self.elsewhere = elsewhere
        self.fake_place = place or Place("prod-eu", "ml-team", stack="gpu")
        self.views = {(view.namespace, view.run): view for view in views}
        self.lines = list(lines)
        self.fake_board = FakeBoard([as_summary(view) for view in views], freshness)
        self.board = cast("RunBoard", self.fake_board) if connected else None
        self.fake_schedules = FakeScheduleBoard(schedules, of_schedules, firings)
        self.fake_pods = FakePodBoard(pods, of_pods)
        self.fake_events = FakeEventBoard(events, of_events)
        self.permissions = FakePermissions(may_not)
        self.fake_troubles = FakeTroubleFeed(troubles)
        self.fails: K8stuiError | None = None
        self.error = error
        self.fake_pulls: PullBoard | None = None
        self.done: list[str] = []

    @property
    def place(self) -> Place:
        return self.fake_place

    async def serve(self) -> None:
        await asyncio.Event().wait()

    def look_at(self, run: RunSummaryView) -> None:
        self.run.key = (run.namespace, run.run)
        self.run.current = cast("RunFeed", FakeRunFeed(self.views.get(self.run.key)))

    def look_at_schedules(self) -> None:
        self.schedules.error = self.fails
        if self.board is not None and self.fails is None:
            self.schedules.current = cast("ScheduleBoard", self.fake_schedules)

    def look_at_pulls(self, namespace: str) -> None:
        self.pulls.key = ("pulls", namespace)
        self.pulls.current = self.fake_pulls

    def look_at_runs(self) -> None:
        pass

    def look_at_pods(self) -> None:
        self.pods.error = self.fails
        if self.board is not None and self.fails is None:
            self.pods.current = cast("PodBoard", self.fake_pods)

    def look_at_troubles(self) -> None:
        self.troubles.error = self.fails
        self.look_at_pods()
        self.look_at_schedules()
        if self.board is not None and self.fails is None:
            self.troubles.current = cast("TroubleFeed", self.fake_troubles)

    def look_at_events(self) -> None:
        self.events.error = self.fails
        if self.board is not None and self.fails is None:
            self.events.current = cast("EventBoard", self.fake_events)

    def listen(self, query: LogQuery, switch: Switch[LogFeed] | None = None) -> None:
        switch = switch or self.logs
        if switch.key != query:
            switch.key = query
            mine = [line for line in self.lines if _wanted(line, query)]
            switch.current = cast("LogFeed", FakeLogFeed(mine, self.views))


def as_summary(view: RunView) -> RunSummaryView:
    fields = RunSummaryView.model_fields
    return RunSummaryView(**{name: getattr(view, name) for name in fields})


def _wanted(line: LogLine, query: LogQuery) -> bool:
    if (line.time or 0.0) < (epoch(query.since_time) or 0.0):
        return False
    return (not query.run or line.run == query.run) and query.step in {"", line.step}
