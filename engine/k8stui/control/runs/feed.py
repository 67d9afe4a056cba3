"""One run, kept fresh for as long as somebody looks at it.

A screen looks at its own pace and compares `version`. The feed goes on after the run has ended: its pods may be
deleted, and a retry may come. Nothing that goes wrong ends it: the last view stays, `error` says what is wrong, and it
tries again with growing pauses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from k8stui.cluster import retry
from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control.live.feed import LONGEST_PAUSE, Feed
from k8stui.control.live.freshness import Freshness, all_there
from k8stui.control.runs.assembly import Assembly
from k8stui.control.runs.reading import no_such_run
from k8stui.control.runs.recordreader import RecordReader, RunMaps
from k8stui.control.selectors import of_run
from k8stui.control.truth import records
from k8stui.incluster.contract import names
from k8stui.model.errors import K8stuiError

COALESCE = 0.05
"""Seconds in which changes are gathered into one view."""

BUSY = 0.25
"""Share of the time that making views may take of the event loop, whatever happens in the cluster."""


class RunFeed(Feed):
    """A run that k8stui made, kept fresh while the context manager is open."""

    def __init__(
        self,
        cluster: Cluster,
        run: str,
        *,
        namespace: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare a feed.

        Args:
            cluster: Where.
            run: Its name.
            namespace: The context's when None.
            now: Seconds since the epoch.
        """
        super().__init__(cluster, run, namespace=namespace)
        self._now = now
        labels = of_run(run)
        self._maps = Mirror(cluster, CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True)
        self._pods = Mirror(cluster, PODS, namespace=namespace, labels=labels)
        self._jobs: Mirror | None = None
        self._job = ""
        self._readers = [self._maps.changes(self._wake), self._pods.changes(self._wake)]
        self._reader = RecordReader(cluster, run, namespace=namespace)
        self._assembly = Assembly()
        self._settled = False
        self._cost = 0.0
        self._stack, self._of_job = AsyncExitStack(), AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._maps)
        await self._stack.enter_async_context(self._pods)
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self._of_job.aclose()
        await self._stack.aclose()

    @property
    def freshness(self) -> Freshness:
        """How fresh `view` is."""
        if self._jobs is None:
            return replace(Freshness.of(self._maps, self._pods), synced=False)
        return Freshness.of(self._maps, self._pods, self._jobs)

    async def _keep(self) -> None:
        clock, failures = self._cluster.clock, 0
        while True:
            self._wake.clear()
            self._cost = 0.0
            try:
                await self._refresh()
            except K8stuiError as error:
                failures += 1
                self._tell(error=error)
                await clock.sleep(retry.backoff(failures, clock.rng, cap=LONGEST_PAUSE))
                continue
            failures = 0
            await clock.sleep(pause_after(self._cost))
            await self._something()

    async def _something(self) -> None:
        """Wait until an object or a connection changed, or time alone may have changed the run."""
        due = self._assembly.due
        with suppress(TimeoutError):
            async with asyncio.timeout(None if due is None else max(0.0, due - self._now())):
                await self._wake.wait()

    async def _refresh(self) -> None:
        for reader in self._readers:
            reader.take()
        if not self._maps.synced:
            self._tell()
            return
        heads = {name: found for (_, name), found in self._maps.objects.items()}
        found = await self._reader.read(heads)
        if found is not None:
            await self._show(found, await self._orchestrator(found))
        elif names.record_name(self._run) not in heads:
            missing = None if self.view else no_such_run(self._run, self._namespace or self._cluster.namespace)
            self._tell(gone=self.view is not None, error=missing)

    async def _orchestrator(self, found: RunMaps) -> Mirror:
        """The mirror of the run's Job, whose name the record tells."""
        job = records.job_of(found.record)
        if self._jobs is None or job != self._job:  # The first, or that of a retry.
            await self._of_job.aclose()
            self._job = job
            self._jobs = Mirror(self._cluster, JOBS, namespace=self._namespace, fields=f"metadata.name={job}")
            self._readers[2:] = [self._jobs.changes(self._wake)]
            await self._of_job.enter_async_context(self._jobs)
        return self._jobs

    async def _show(self, found: RunMaps, jobs: Mirror) -> None:
        if self.view is None and not all(_as_far_as_it_goes(mirror) for mirror in (self._pods, jobs, self._maps)):
            self._tell()
            return
        live = all(mirror.synced and mirror.connected for mirror in (self._maps, jobs))
        first, self._settled = not self._settled and self._pods.synced, self._settled or live
        job, pods = next(iter(jobs.objects.values()), None), self._pods.objects
        make = partial(self._assembly.view, found, job, now=self._now(), live=live, first=first)
        if self.view is None:
            # Everything is parsed at once: 0.1 s for 2,000 steps, in which a screen would stand still.
            self._tell(await asyncio.to_thread(make, dict(pods)))
            return
        begun = time.thread_time()
        self._tell(make(pods))
        self._cost = time.thread_time() - begun


def pause_after(cost: float) -> float:
    """Seconds to rest after a view that took so many to make: enough for `BUSY`, and for changes to gather."""
    return max(COALESCE, cost / BUSY - cost)


def _as_far_as_it_goes(mirror: Mirror) -> bool:
    """Whether a mirror is fresh, or will not be so soon."""
    return all_there(mirror) and (mirror.connected or mirror.error is not None)
