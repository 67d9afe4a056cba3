"""The log of one pod, read and followed through lost connections until its container has ended."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import NotStartedError
from k8stui.cluster.lines import cut
from k8stui.control.logs.stream import GAP, GONE_MEANWHILE, RESTARTED, LogLine, Resumption
from k8stui.control.logs.times import split_time, split_times
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import StepState
from k8stui.model.errors import ForbiddenError, K8stuiError, NotFoundError, UnreachableError
from k8stui.model.views import PodView

RETRY_SECONDS = 0.2
"""First pause before a broken stream is taken up again; doubles up to ten times of it."""

TOLD_SECONDS = 5.0
"""After so long without success the reader is told; from then on it is tried every `SLOW_RETRY_SECONDS`."""

SLOW_RETRY_SECONDS = 15.0

STATUS_LAG = 3.0
"""Seconds within which the kubelet reports the end of a container whose log ended."""

LATE_PAUSE = 0.1
"""Seconds between two looks for a log that its node does not give out yet."""

LONGEST = 65_536
"""Bytes of a line that are kept of a history."""

RAN = frozenset({StepState.SUCCEEDED.value, StepState.FAILED.value, StepState.EVICTED.value, StepState.STOPPED.value})
"""States of pods whose container has ended: their logs are there as long as they are, and don't grow."""

AT_ONCE, LARGEST = 2_000, 4 << 20
"""Lines that are handed on together at most; a history of no more of them and of their characters is, as a whole."""

Put: TypeAlias = Callable[[list[LogLine]], Awaitable[None]]

Reconnected: TypeAlias = Callable[[LogLine, float], Awaitable[None]]
"""Given a note without text where the log goes on, and for how many seconds it could not be read."""


@dataclass(frozen=True)
class Window:
    """How much of a log is read.

    Attributes:
        since: Only the last so many seconds.
        since_time: Only from this RFC 3339 time on, instead.
        tail: Only the last so many lines.
        history: No more lines than that of what is there at the beginning; what is left out is told.
        previous: What the container wrote before it was last restarted.
    """

    since: int | None = None
    since_time: str | None = None
    tail: int | None = None
    history: int | None = None
    previous: bool = False


class PodLog:
    """One pod's log, handed on as it comes.

    Attributes:
        pod: The pod as it was last seen.
        ended: Whether all of it has been read, or can't be read any more.
        caught_up: Set when what was there at the beginning has been read, or could not be; only with a `history`.
        task: What reads it, for its owner.
    """

    def __init__(
        self,
        cluster: Cluster,
        pod: PodView,
        container: str,
        window: Window,
        put: Put,
        gate: asyncio.Semaphore,
        reconnected: Reconnected | None = None,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            cluster: Where it runs.
            pod: The pod.
            container: Whose log.
            window: How much of it.
            put: Takes the lines.
            gate: Passed by each read that ends by itself, so that hundreds of ended pods don't ask at once.
            reconnected: Told when a stream that broke off goes on without a loss.
        """
        self.pod = pod
        self.ended = False
        self.caught_up = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._cluster, self._container, self._window = cluster, container, window
        self._put, self._gate, self._reconnected = put, gate, reconnected
        self._at = Resumption()
        self._begun = False
        self._restarts = pod.restarts
        self._lost: float | None = None
        self._due: list[LogLine] = []
        self._container_over = asyncio.Event()

    def see(self, pod: PodView) -> None:
        """Take in a newer state of the pod."""
        self.pod = pod
        if pod.status in RAN:
            self._container_over.set()

    def gone(self) -> None:
        """The pod was deleted: its container won't come back."""
        self._container_over.set()

    async def follow(self) -> None:
        """Read until the container has ended, or the pod has gone.

        Raises:
            ForbiddenError: Logs may not be read.
        """
        failing_since: float | None = None
        told = False
        pause = RETRY_SECONDS
        while not self.ended:
            try:
                if await self._round():
                    pause, failing_since, told = RETRY_SECONDS, None, False
            except NotFoundError as error:
                if not self._begun:
                    await self._note(f"no log: {error.message}")
                elif self._lost is not None:
                    await self._note(GONE_MEANWHILE)
                self.ended = True
            except (NotStartedError, UnreachableError) as error:
                now = time.monotonic()
                if self._at.since and self._lost is None and isinstance(error, UnreachableError):
                    self._lost = now
                failing_since = now if failing_since is None else failing_since
                if not told and now - failing_since >= TOLD_SECONDS:
                    told = True
                    await self._note(f"the log cannot be read at the moment, it is tried again: {error.message}")
                self.caught_up.set()
                await asyncio.sleep(pause)
                pause = SLOW_RETRY_SECONDS if told else min(pause * 2, RETRY_SECONDS * 10)
            except ForbiddenError:
                self.caught_up.set()
                raise
            except K8stuiError as error:
                await self._note(f"no log: {error.message}")
                self.ended = True
        self.caught_up.set()

    async def catch_up(self, deadline: float) -> bool:
        """Replace following by one read of the rest; False when nothing could be read until then (monotonic time)."""
        if self.task is not None and self.pod.status in RAN:
            # The container ended: its stream does too, by itself and without another request.
            await asyncio.wait({self.task}, timeout=max(0.0, deadline - time.monotonic()))
            if self.ended:
                return True
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})
        while True:
            try:
                await self._read(follow=False)
            except NotFoundError:
                return True
            except (NotStartedError, UnreachableError):
                if time.monotonic() >= deadline:
                    return False
                await asyncio.sleep(LATE_PAUSE)
            else:
                return True

    async def _round(self) -> int:
        """One reading, up to where the log ends at the moment; how many lines were new."""
        over = self.pod.status in RAN or self._window.previous
        if not over and (self._begun or self._window.history is None):
            took = await self._read(follow=True)
            self.ended = await self._container_ended()
            return took
        async with self._gate:
            took = await (self._read(follow=False) if self._begun else self._read_history())
        self.caught_up.set()
        self.ended = over
        return took

    async def _container_ended(self) -> bool:
        """The log ended; whether its container did too, which its status says up to a second later."""
        try:
            async with asyncio.timeout(STATUS_LAG):
                await self._container_over.wait()
        except TimeoutError:
            return False
        return True

    async def _read_history(self) -> int:
        """Read what is there, and tell what is left out."""
        most = self._window.history
        if most is None:
            return await self._read(follow=False)
        # Anew each time: what an attempt that broke off has read was not handed on.
        self._at, self._due, count, size = Resumption(), [], 0, 0
        first: float | None = None
        # One more than is shown tells whether there are more.
        async for came in self._open(follow=False, tail=most + 1):
            self._at.take(came)
            times, texts = split_times([cut(line, LONGEST) for line in came])
            first = first if count else times[0]
            count, size = count + len(came), size + sum(map(len, texts))
            self._due += log_lines(self.pod, times, texts)
            if count > AT_ONCE or size > LARGEST:
                self._begun = True
                await self._hand_on()
        left_out = "older lines are left out: only the last {:,} are shown"
        if count > most and self._begun:  # the note comes after the lines, and goes to its place before them
            before = first and math.nextafter(first, 0.0)
            self._due.append(note_on(self.pod, before, left_out.format(count)))
        elif count > most:
            del self._due[0]
            self._due.insert(0, note_on(self.pod, self._due[0].time, left_out.format(most)))
        self._begun = True
        await self._hand_on()
        return count

    async def _read(self, *, follow: bool) -> int:
        """Open the log once and hand on what is new; how many lines that were."""
        await self._hand_on()
        self._at.reopen()
        took = 0
        async for came in self._open(follow=follow, tail=self._window.tail):
            new, gap = self._at.take(came)
            times, texts = split_times(new)
            took += len(new)
            self._due = log_lines(self.pod, times, texts)
            if gap is not None:
                restarted, self._restarts = self.pod.restarts > self._restarts, self.pod.restarts
                self._due.insert(gap, note_on(self.pod, times[gap], RESTARTED if restarted else GAP))
            if self._lost is not None:
                lost, self._lost = time.monotonic() - self._lost, None
                if self._reconnected is not None and gap is None:
                    when, _ = split_time(came[0])
                    await self._reconnected(note_on(self.pod, when, ""), lost)
            await self._hand_on()
        self._begun = True
        return took

    async def _hand_on(self) -> None:
        """Hand on what was read; what there was no room for when it was cancelled goes first in the next."""
        while self._due:
            await self._put(self._due[:AT_ONCE])
            del self._due[:AT_ONCE]

    def _open(self, *, follow: bool, tail: int | None) -> AsyncIterator[list[bytes]]:
        since = self._at.since or self._window.since_time
        return self._cluster.logs(
            self.pod.name,
            namespace=self.pod.namespace or None,
            container=self._container or None,
            follow=follow,
            timestamps=True,
            since_time=since,
            since_seconds=None if since else self._window.since,
            tail_lines=None if self._at.since else tail,
            previous=self._window.previous,
        )

    async def _note(self, text: str) -> None:
        await self._put([note_on(self.pod, None, text)])


def log_lines(pod: PodView, times: Sequence[float | None], texts: Sequence[str]) -> list[LogLine]:
    """Lines of a pod."""
    name, step, run = pod.name, _step_of(pod), pod.run
    return [LogLine(when, name, step, run, text) for when, text in zip(times, texts, strict=True)]


def note_on(pod: PodView, when: float | None, text: str) -> LogLine:
    """A note of ours on the log of a pod.

    It has the time of the line that it stands before, where there is one, so that it stays there.
    """
    return LogLine(when, pod.name, _step_of(pod), pod.run, text, "note")


def _step_of(pod: PodView) -> str:
    return pod.step or (names.COMPONENT_ORCHESTRATOR if pod.component == names.COMPONENT_ORCHESTRATOR else "")
