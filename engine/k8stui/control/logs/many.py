"""Logs of many pods as one stream: of a run, a pipeline, some of their steps.

Pods are found by their labels and join as they start. Each has its own stream (see `podlog`), all write into one
channel.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.errors import NotStartedError
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS
from k8stui.cluster.store import ChangeType
from k8stui.control.live.channel import Channel
from k8stui.control.logs.outages import Outages
from k8stui.control.logs.pod import RAN, PodLog, Window, log_lines, note_on
from k8stui.control.logs.stream import LogLine
from k8stui.control.logs.times import split_times
from k8stui.control.pods.views import NOT_STARTED, main_container, pod_view
from k8stui.control.selectors import OURS, matching
from k8stui.control.words.spans import epoch
from k8stui.incluster.contract import names
from k8stui.incluster.contract.unfolding import item_place
from k8stui.model.errors import NotFoundError, UnreachableError
from k8stui.model.views import PodView, RunView
from k8stui.model.zenmllabels import RUN_ID, STEP_NAME

READERS = 8
"""Logs read at a time when they are not followed."""

WAITING = 8
"""Lists of lines that wait for their reader at most: the writers wait then, and keys have a turn."""


@dataclass(frozen=True)
class LogQuery:
    """Which logs, and how much of them.

    Attributes:
        run: Of this run.
        zenml: ZenML's id of that run, where it made it: its pods have other labels.
        pipeline: Of this pipeline (its label value).
        step: Only of the step with this name, all its attempts.
        slug: That step as it stands in the labels of its pods, where it is known: then no others are listed.
        steps: Only of steps whose name this finds.
        pod: Only of the pod with this name; without run and pipeline anybody's.
        orchestrator: The master's own log instead of the steps'.
        namespace: The context's when None.
        since: Only the last so many seconds.
        since_time: Only from this RFC 3339 time on, instead.
        tail: Only the last so many lines of each pod.
        previous: What each container wrote before it was last restarted; those that never were have no such log.
    """

    run: str = ""
    zenml: str = ""
    pipeline: str = ""
    step: str = ""
    slug: str = field(default="", compare=False)
    steps: re.Pattern[str] | None = None
    pod: str = ""
    orchestrator: bool = False
    namespace: str | None = None
    since: int | None = None
    since_time: str | None = None
    tail: int | None = None
    previous: bool = False

    @property
    def window(self) -> Window:
        """How much of each log."""
        return Window(self.since, self.since_time, self.tail, previous=self.previous)

    def begin(self, now: float) -> float:
        """The time from which on lines are asked for, in seconds since the epoch; 0.0 for all."""
        return now - self.since if self.since is not None else epoch(self.since_time) or 0.0

    @property
    def labels(self) -> str:
        """The label selector of the pods; a pod that only its name tells may be anybody's."""
        if self.pod and not (self.run or self.pipeline):
            return ""
        if self.zenml:
            step = f"{STEP_NAME}={self.slug}" if self.slug else STEP_NAME
            return f"{RUN_ID}={self.zenml},{f'!{STEP_NAME}' if self.orchestrator else step}"
        component = names.COMPONENT_ORCHESTRATOR if self.orchestrator else names.COMPONENT_STEP
        return matching(
            OURS, component=component, run=self.run or None, pipeline=self.pipeline or None, step=self.slug or None
        )

    @property
    def fields(self) -> str:
        """The field selector of the pods."""
        return f"metadata.name={self.pod}" if self.pod else ""

    def matches(self, pod: PodView) -> bool:
        """Whether this pod has a log that is asked for."""
        if self.previous and not pod.restarts:
            return False
        if self.step and pod.step != self.step and (item_place(pod.step) or ("", 0))[0] != self.step:
            return False
        return self.steps is None or bool(self.steps.search(pod.step))


@dataclass(frozen=True)
class History:
    """How much is read of what is there at the beginning; what is left out is told.

    Attributes:
        each: Lines of each pod at most.
        together: Lines of all pods; where there are many, each has its share of it.
        least: Lines of each pod that its share never falls below.
    """

    each: int = 1_000
    together: int = 20_000
    least: int = 20

    def of_each(self, pods: int) -> int:
        """Lines of each of so many pods."""
        return min(self.each, max(self.least, self.together // max(1, pods)))


class LogFollower:
    """The logs of all pods that match, as they are written. Made by `following`; iterate it for lists of lines."""

    def __init__(
        self, cluster: Cluster, query: LogQuery, channel: Channel[list[LogLine]], history: History | None
    ) -> None:
        self._cluster, self._query, self._channel, self._history = cluster, query, channel, history
        self._logs: dict[str, PodLog] = {}
        self._gate = asyncio.Semaphore(READERS)
        self._first: list[PodLog] | None = None
        self._outages = Outages(channel)
        self._window = query.window
        self.mirror = Mirror(cluster, PODS, namespace=query.namespace, labels=query.labels, fields=query.fields)

    def __aiter__(self) -> Channel[list[LogLine]]:
        return self._channel

    @property
    def pods(self) -> Sequence[str]:
        """Names of the pods whose logs are or were read, in the order in which they were found."""
        return tuple(log.pod.name for log in self._logs.values())

    @property
    def seen(self) -> frozenset[str]:
        """Names of the pods that are there, or whose logs were read."""
        return frozenset((*self.pods, *(str(pod["metadata"]["name"]) for pod in self.mirror.objects.values())))

    @property
    def whole(self) -> frozenset[str]:
        """Names of the pods whose logs were read to their end and handed on."""
        return frozenset(log.pod.name for log in self._logs.values() if log.ended and self._channel.empty)

    @property
    def caught_up(self) -> bool:
        """Whether the logs that were there at the beginning were read and handed on, as far as they could be.

        Only known with a `History`.
        """
        while self._first and self._first[-1].caught_up.is_set():
            self._first.pop()
        return self._first == [] and self._channel.empty

    async def discover(self) -> None:
        """Open a stream for every pod that has started, now and later."""
        changes = self.mirror.changes()
        if self._history is not None:
            there = sum(self._has_log(pod) for pod in map(pod_view, self.mirror.objects.values()))
            self._window = replace(self._window, history=self._history.of_each(there))
        self._consider_all()
        self._first = list(self._logs.values())
        async for change in changes:
            if change.type is ChangeType.RELISTED:
                self._consider_all()
            elif change.type is not ChangeType.DELETED:
                self._consider(change.object)
            elif known := self._logs.get(change.object["metadata"]["uid"]):
                known.gone()

    async def finish(self, patience: float, *, ended: RunView | None = None) -> list[str]:
        """Read what the pods have written until now, then end the iteration.

        Args:
            patience: Seconds to wait for logs that their nodes do not give out yet.
            ended: The run as it ended, when it is one run's logs. It tells which pods have written nothing and need not
                be waited for, and which there are: after a lost connection this watch may not know them yet.

        Returns:
            Pods whose log could not be read in that time.
        """
        deadline = time.monotonic() + patience
        attempts = [attempt for step in (ended.steps if ended else ()) for attempt in step.attempts]
        silent = {attempt.pod for attempt in attempts if attempt.silent}
        known = list(self.mirror.objects.values())
        if not {pod["metadata"]["name"] for pod in known}.issuperset(attempt.pod for attempt in attempts):
            with suppress(UnreachableError):
                query = self._query
                known = await self._cluster.list(
                    PODS, namespace=query.namespace, labels=query.labels, fields=query.fields
                )
        for pod in known:
            self._consider(pod, even_waiting=True)
        unread = [log for log in self._logs.values() if not log.ended and log.pod.name not in silent]
        read = await asyncio.gather(*(log.catch_up(deadline) for log in unread))
        await self._channel.close()
        return [log.pod.name for log, whole in zip(unread, read, strict=True) if not whole]

    def _consider_all(self) -> None:
        # In the order in which they were created, so that where many are read the first lines come first.
        for pod in sorted(self.mirror.objects.values(), key=lambda pod: str(pod["metadata"].get("creationTimestamp"))):
            self._consider(pod)

    def _has_log(self, pod: PodView, *, even_waiting: bool = False) -> bool:
        if self._query.previous:
            return self._query.matches(pod)
        if not self._query.matches(pod) or (pod.status in NOT_STARTED and not (even_waiting and pod.node)):
            return False
        # One that ended before its container ever ran, or that wrote nothing, has no log.
        return not (pod.status in RAN and (pod.started is None or pod.silent))

    def _consider(self, pod: dict[str, Any], *, even_waiting: bool = False) -> None:
        view = pod_view(pod)
        known = self._logs.get(view.uid)
        if known is not None:
            known.see(view)
        elif self._has_log(view, even_waiting=even_waiting):
            container = main_container(pod)
            log = PodLog(
                self._cluster, view, container, self._window, self._channel.put, self._gate, self._outages.over
            )
            self._logs[view.uid] = log
            if not even_waiting:
                log.task = self._channel.spawn(log.follow())


@asynccontextmanager
async def following(cluster: Cluster, query: LogQuery, *, history: History | None = None) -> AsyncIterator[LogFollower]:
    """The logs of all matching pods, present and future.

    Args:
        cluster: Where they are.
        query: Which.
        history: How much of what is there at the beginning; all of it when None.
    """
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(Channel[list[LogLine]](WAITING))
        follower = LogFollower(cluster, query, channel, history)
        await stack.enter_async_context(follower.mirror)
        await follower.mirror.wait_synced()
        channel.spawn(follower.discover())
        yield follower


async def read_logs(cluster: Cluster, query: LogQuery) -> AsyncIterator[LogLine]:
    """The logs as they are now: pod after pod, in the order in which they were created."""
    found = await cluster.list(PODS, namespace=query.namespace, labels=query.labels, fields=query.fields)
    pods = sorted(((pod_view(pod), main_container(pod)) for pod in found), key=lambda pair: pair[0].created or 0)
    wanted = [
        (pod, container)
        for pod, container in pods
        if query.matches(pod) and (query.previous or pod.status not in NOT_STARTED)
    ]
    gate = asyncio.Semaphore(READERS)

    async def fill(pod: PodView, container: str, into: Channel[list[LogLine]]) -> None:
        async with gate:
            try:
                async for came in cluster.logs(
                    pod.name, namespace=pod.namespace or None, container=container or None, timestamps=True,
                    since_seconds=query.since, since_time=query.since_time, tail_lines=query.tail,
                    previous=query.previous,
                ):  # fmt: skip
                    await into.put(log_lines(pod, *split_times(came)))
            except (NotFoundError, NotStartedError) as error:
                await into.put([note_on(pod, None, f"no log: {error.message}")])
        await into.close()

    async with AsyncExitStack() as stack:
        channels = []
        for pod, container in wanted:
            channel = await stack.enter_async_context(Channel[list[LogLine]](WAITING))
            channel.spawn(fill(pod, container, channel))
            channels.append(channel)
        for channel in channels:
            async for lines in channel:
                for line in lines:
                    yield line
