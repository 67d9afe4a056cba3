"""Logs of many pods as one stream: of a run, a pipeline, some of their steps.

Pods are found by their labels and join as they start. Each has its own stream (see `logstream`), all write into one
channel.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import NotStartedError
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS
from k8stui.control.channel import Channel
from k8stui.control.logstream import GAP, LogLine, Resumption, split_time
from k8stui.control.pods import OURS
from k8stui.control.podviews import main_container, pod_view
from k8stui.incluster import names
from k8stui.incluster.states import StepState
from k8stui.model.errors import NotFoundError, UnreachableError
from k8stui.model.views import PodView

RETRY_SECONDS = 0.2
"""First pause before a broken stream is taken up again; doubles up to ten times of it."""

STATUS_LAG = 3.0
"""Seconds within which the kubelet reports the end of a container whose log ended."""

LATE_PAUSE = 0.1
"""Seconds between two looks for a log that its node does not give out yet."""

READERS = 8
"""Logs read at a time when they are not followed."""

_NOT_STARTED = frozenset({StepState.QUEUED.value, StepState.STARTING.value})
_RAN = frozenset({StepState.SUCCEEDED.value, StepState.FAILED.value, StepState.EVICTED.value, StepState.STOPPED.value})


@dataclass(frozen=True)
class LogQuery:
    """Which logs, and how much of them.

    Attributes:
        run: Of this run.
        pipeline: Of this pipeline (its label value).
        step: Only steps whose name this finds.
        orchestrator: The master's own log instead of the steps'.
        namespace: The context's when None.
        since: Only the last so many seconds.
        tail: Only the last so many lines of each pod.
    """

    run: str = ""
    pipeline: str = ""
    step: re.Pattern[str] | None = None
    orchestrator: bool = False
    namespace: str | None = None
    since: int | None = None
    tail: int | None = None

    @property
    def labels(self) -> str:
        """The label selector of the pods."""
        component = names.COMPONENT_ORCHESTRATOR if self.orchestrator else names.COMPONENT_STEP
        wanted = [OURS, f"{names.LABEL_COMPONENT}={component}"]
        wanted += [f"{names.LABEL_RUN_ID}={self.run}"] if self.run else []
        wanted += [f"{names.LABEL_PIPELINE}={self.pipeline}"] if self.pipeline else []
        return ",".join(wanted)

    def matches(self, pod: PodView) -> bool:
        """Whether the step filter lets this pod pass."""
        return self.step is None or bool(self.step.search(pod.step))


@dataclass
class _Stream:
    pod: PodView
    container: str
    at: Resumption
    tail: int | None
    ended: bool = False
    task: asyncio.Task[None] | None = None


class LogFollower:
    """The logs of all pods that match, as they are written. Made by `following`; iterate it for the lines."""

    def __init__(self, cluster: Cluster, query: LogQuery, channel: Channel[LogLine]) -> None:
        self._cluster, self._query, self._channel = cluster, query, channel
        self._streams: dict[str, _Stream] = {}
        self.mirror = Mirror(cluster, PODS, namespace=query.namespace, labels=query.labels)
        self._moved: dict[str, asyncio.Event] = {}

    def __aiter__(self) -> Channel[LogLine]:
        return self._channel

    async def discover(self) -> None:
        """Open a stream for every pod that has started, now and later."""
        changes = self.mirror.changes()
        for pod in list(self.mirror.objects.values()):
            self._consider(pod)
        async for _ in changes:
            for pod in list(self.mirror.objects.values()):
                self._consider(pod)

    async def finish(self, patience: float, *, silent: Collection[str] = ()) -> list[str]:
        """Read what the pods have written until now, then end the iteration.

        Args:
            patience: Seconds to wait for logs that their nodes do not give out yet.
            silent: Pods that are known to have written nothing, which need not be waited for.

        Returns:
            Pods whose log could not be read in that time.
        """
        deadline = time.monotonic() + patience
        for pod in list(self.mirror.objects.values()):
            self._consider(pod, even_waiting=True)
        open_streams = [one for one in self._streams.values() if not one.ended and one.pod.name not in silent]
        late = await asyncio.gather(*(self._catch_up(stream, deadline) for stream in open_streams))
        await self._channel.close()
        return [stream.pod.name for stream, read in zip(open_streams, late, strict=True) if not read]

    def _consider(self, pod: dict[str, Any], *, even_waiting: bool = False) -> None:
        view = pod_view(pod)
        known = self._streams.get(view.uid)
        if known is not None:
            known.pod = view
            if view.status in _RAN:
                self._moved[view.uid].set()
            return
        if not self._query.matches(view) or (view.status in _NOT_STARTED and not (even_waiting and view.node)):
            return
        if view.status in _RAN and (view.started is None or view.silent):
            return  # It ended before its container ever ran, or wrote nothing: there is no log.
        stream = _Stream(view, main_container(pod), Resumption(), self._query.tail)
        self._streams[view.uid], self._moved[view.uid] = stream, asyncio.Event()
        if not even_waiting:
            stream.task = self._channel.spawn(self._follow(stream))

    async def _follow(self, stream: _Stream) -> None:
        pause = RETRY_SECONDS
        while not stream.ended:
            try:
                took = await self._read(stream, follow=True)
                pause = RETRY_SECONDS if took else pause
                stream.ended = await self._container_ended(stream)
            except NotFoundError:
                stream.ended = True
            except (NotStartedError, UnreachableError):
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_SECONDS * 10)

    async def _container_ended(self, stream: _Stream) -> bool:
        """The log ended; whether its container did too, which its status says up to a second later."""
        if stream.pod.status in _RAN:
            return True
        try:
            async with asyncio.timeout(STATUS_LAG):
                await self._moved[stream.pod.uid].wait()
        except TimeoutError:
            return False
        return True

    async def _catch_up(self, stream: _Stream, deadline: float) -> bool:
        """Replace a followed stream by one read of the rest; False when nothing could be read in time."""
        if stream.task is not None and stream.pod.status in _RAN:
            # The container ended: its stream does too, by itself and without another request.
            await asyncio.wait({stream.task}, timeout=max(0.0, deadline - time.monotonic()))
            if stream.ended:
                return True
        if stream.task is not None:
            stream.task.cancel()
            await asyncio.wait({stream.task})
        while True:
            try:
                await self._read(stream, follow=False)
            except NotFoundError:
                return True
            except (NotStartedError, UnreachableError):
                if time.monotonic() >= deadline:
                    return False
                await asyncio.sleep(LATE_PAUSE)
            else:
                return True

    async def _read(self, stream: _Stream, *, follow: bool) -> int:
        """Open the log once and hand on what is new; how many lines that were."""
        stream.at.reopen()
        since = stream.at.since
        lines = self._cluster.logs(
            stream.pod.name,
            namespace=stream.pod.namespace or None,
            container=stream.container or None,
            follow=follow,
            timestamps=True,
            since_time=since,
            since_seconds=None if since else self._query.since,
            tail_lines=None if since else stream.tail,
        )
        took = 0
        async for raw in lines:
            new, gap = stream.at.take(raw)
            if gap:
                await self._channel.put(log_line(stream.pod, None, GAP, note=True))
            if new:
                took += 1
                await self._channel.put(log_line(stream.pod, *split_time(raw)))
        return took


@asynccontextmanager
async def following(cluster: Cluster, query: LogQuery) -> AsyncIterator[LogFollower]:
    """The logs of all matching pods, present and future; see `LogFollower`."""
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(Channel[LogLine]())
        follower = LogFollower(cluster, query, channel)
        await stack.enter_async_context(follower.mirror)
        await follower.mirror.wait_synced()
        channel.spawn(follower.discover())
        yield follower


async def read_logs(cluster: Cluster, query: LogQuery) -> AsyncIterator[LogLine]:
    """The logs as they are now: pod after pod, in the order in which they were created."""
    found = await cluster.list(PODS, namespace=query.namespace, labels=query.labels)
    pods = sorted(((pod_view(pod), main_container(pod)) for pod in found), key=lambda pair: pair[0].created or 0)
    wanted = [(pod, container) for pod, container in pods if query.matches(pod) and pod.status not in _NOT_STARTED]
    gate = asyncio.Semaphore(READERS)

    async def fill(pod: PodView, container: str, into: Channel[LogLine]) -> None:
        async with gate:
            try:
                async for raw in cluster.logs(
                    pod.name, namespace=pod.namespace or None, container=container or None, timestamps=True,
                    since_seconds=query.since, tail_lines=query.tail,
                ):  # fmt: skip
                    await into.put(log_line(pod, *split_time(raw)))
            except (NotFoundError, NotStartedError) as error:
                await into.put(log_line(pod, None, f"no log: {error.message}", note=True))
        await into.close()

    async with AsyncExitStack() as stack:
        channels = []
        for pod, container in wanted:
            channel = await stack.enter_async_context(Channel[LogLine]())
            channel.spawn(fill(pod, container, channel))
            channels.append(channel)
        for channel in channels:
            async for line in channel:
                yield line


def log_line(pod: PodView, when: float | None, text: str, *, note: bool = False) -> LogLine:
    """A line of a pod, or a note of ours on its log."""
    step = pod.step or (names.COMPONENT_ORCHESTRATOR if pod.component == names.COMPONENT_ORCHESTRATOR else "")
    return LogLine(when, pod.name, step, pod.run, text, "note" if note else "log")
