"""The logs a person looks at, gathered between two looks of the screen.

What is held for the screen is bounded, in lines and in characters: a screen that doesn't look (an editor is open, the
terminal is slow) must not make memory grow. What had to go is told in a line, as is everything that went wrong.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Container, Coroutine, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from k8stui.cluster.client import Cluster
from k8stui.cluster.tasks import end
from k8stui.control.logs.gone import Gone, gone_logs
from k8stui.control.logs.many import History, LogFollower, LogQuery, following
from k8stui.control.logs.stream import LogLine
from k8stui.control.runs.reading import show_run
from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError, as_told
from k8stui.model.views import RunSummaryView, RunView
from k8stui_tui.wording import error_line

MOST_LINES = 50_000
"""As many as a pane keeps."""

MOST_CHARACTERS = 32_000_000

AT_ONCE = 5_000
"""Lines that one look takes: a key that is pressed meanwhile waits no longer than for these."""

ONE_POD = History(each=MOST_LINES, together=MOST_LINES)
"""Where the log of one pod is looked at, all is read that the pane keeps."""

RETRY_SECONDS = 2.0
"""First pause before logs that can't be found are looked for again; doubles up to `LONGEST_PAUSE`."""

LONGEST_PAUSE = 30.0


class LogFeed:
    """Lines of all pods that match a query, present and future, while the context manager is open."""

    def __init__(
        self,
        cluster: Cluster,
        query: LogQuery,
        *,
        history: History | None = None,
        most_lines: int = MOST_LINES,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            cluster: Where the pods are.
            query: Which.
            history: How much is read of what is there at the beginning; some thousand lines when None.
            most_lines: Lines that are held between two looks.
            most_characters: Their characters.
        """
        self._cluster, self._query, self._history = cluster, query, history or History()
        self._most_lines, self._most_characters = most_lines, most_characters
        self._lines: deque[LogLine] = deque()
        self._characters = 0
        self._dropped = 0
        self._follower: LogFollower | None = None
        self._came = False
        self._error: K8stuiError | None = None
        self._task: asyncio.Task[None] | None = None
        self._beside: set[asyncio.Task[None]] = set()
        self._unread: frozenset[str] = frozenset()
        self._looked_at: list[RunView] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._gather(), name="logs of the screen")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(*self._beside, self._task)

    @property
    def loading(self) -> bool:
        """Whether what was there at the beginning is still being read."""
        return self._error is None and (self._follower is None or not self._follower.caught_up)

    @property
    def error(self) -> K8stuiError | None:
        """Why there are no lines, or no lines of new pods, at the moment."""
        return self._error or (self._follower.mirror.error if self._follower else None)

    @property
    def sources(self) -> Sequence[str]:
        """Pods whose logs are or were read, in the order in which they were found."""
        return self._follower.pods if self._follower else ()

    @property
    def seen(self) -> Container[str]:
        """Names of the pods that are there, or whose logs were read."""
        return self._follower.seen if self._follower else frozenset()

    @property
    def whole(self) -> frozenset[str]:
        """Names of the pods whose logs were read to their end and taken."""
        return self._follower.whole.difference(line.pod for line in self._lines) if self._follower else frozenset()

    @property
    def unread(self) -> frozenset[str]:
        """Names of the pods whose logs were to be read from the archive, and are not read or not taken yet."""
        return self._unread.union(line.pod for line in self._lines if line.archived)

    @property
    def waiting(self) -> bool:
        """Whether another look would find more lines at once."""
        return bool(self._lines)

    def take(self) -> list[LogLine]:
        """The next of what came, at most `AT_ONCE` lines: in the order of time within each pod, but not across them."""
        if len(self._lines) > AT_ONCE:
            taken = [self._lines.popleft() for _ in range(AT_ONCE)]
            self._characters -= sum(len(line.text) for line in taken)
        else:
            taken = list(self._lines)
            self._lines.clear()
            self._characters = 0
        if self._dropped and taken:
            noun = "line is" if self._dropped == 1 else "lines are"
            text = f"{self._dropped:,} {noun} left out: more came at once than can be shown"
            taken.insert(0, LogLine(taken[0].time, "", "", "", text, "note"))
            self._dropped = 0
        return taken

    def tell(self, notes: Sequence[LogLine]) -> None:
        """Say something in the log."""
        self._keep(notes)

    def add_gone(self, run: RunView, gone: Sequence[Gone], *, now: float) -> None:
        """Let the logs of pods that are gone join, from the archive of their run; where there is none that is said."""
        self._do_beside(self._read_gone(run, gone, now), "archived logs of the screen")

    def look_at(self, runs: Sequence[RunSummaryView]) -> None:
        """Look at runs whose pods may be gone, one after the other; `looked_at` gives them as they come."""
        if runs:
            self._do_beside(self._look_at(runs), "runs of the logs of the screen")

    def looked_at(self) -> Sequence[RunView]:
        """The runs that were looked at since the last call."""
        found, self._looked_at = self._looked_at, []
        return found

    def _do_beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _look_at(self, runs: Sequence[RunSummaryView]) -> None:
        for run in runs:
            try:
                view = await show_run(self._cluster, run.run, namespace=run.namespace or None)
            except (ForbiddenError, NotFoundError):  # Logs can be read without the run's record.
                continue
            except Exception as error:
                text = f"whether its pods are gone cannot be told: {error_line(error)}"
                self._keep([LogLine(None, "", "", run.run, text, "note")])
            else:
                self._looked_at.append(view)

    async def _read_gone(self, run: RunView, gone: Sequence[Gone], now: float) -> None:
        pods = frozenset(attempt.pod for _, attempt in gone)
        self._unread |= pods
        history = self._history.of_each(len(self._unread) + len(self.sources))
        try:
            async for lines in gone_logs(run, gone, replace(self._query.window, history=history), now=now):
                self._keep(lines)
        except Exception as error:
            told = error_line(error)
            self._keep([LogLine(None, "", "", run.run, f"archived logs cannot be read: {told}", "note")])
        self._unread -= pods

    async def _gather(self) -> None:
        pause = RETRY_SECONDS
        while True:
            try:
                await self._follow()
            except Exception as error:
                # Also a defect of ours is told where the lines would be, instead of a task that died unseen.
                self._failed(as_told(error))
            else:
                return
            if self._came:
                return  # Beginning anew would repeat what was shown.
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _follow(self) -> None:
        async with following(self._cluster, self._query, history=self._history) as follower:
            self._follower = follower
            async for lines in follower:
                self._error = None
                self._came = self._came or any(line.kind == "log" for line in lines)
                self._keep(lines)

    def _failed(self, error: K8stuiError) -> None:
        if self._error is None or self._error.message != error.message:
            ending = "are followed no more" if self._came else "cannot be read"
            self._keep([LogLine(None, "", "", "", f"the logs {ending}: {error_line(error)}", "note")])
        self._error, self._follower = error, None

    def _keep(self, lines: Sequence[LogLine]) -> None:
        self._lines += lines
        self._characters += sum(len(line.text) for line in lines)
        while len(self._lines) > self._most_lines or (
            self._characters > self._most_characters and len(self._lines) > 1
        ):
            self._characters -= len(self._lines.popleft().text)
            self._dropped += 1
