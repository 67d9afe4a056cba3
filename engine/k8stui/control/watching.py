"""Follows one run: a new view whenever its record, its Job or one of its pods changes.

Record and shards are watched as metadata and read again only when their resourceVersion moved: of a run of 1,000 steps
that is the shard that changed, not the megabyte that did not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import CONFIGMAPS, JOBS, PODS
from k8stui.control import records
from k8stui.control.channel import Channel
from k8stui.control.podviews import pod_view
from k8stui.control.runs import get_maps, get_plan, get_record
from k8stui.control.truth import job_facts, true_run
from k8stui.incluster import names
from k8stui.incluster.protocol import Plan
from k8stui.model.errors import NotFoundError
from k8stui.model.views import RunView

COALESCE = 0.05
"""Seconds in which changes are gathered into one view."""

LAST_WORD = 3.0
"""Seconds a master may still take to write its last word once its Job ended or went."""


class _Run:
    """The raw objects of one run, kept fresh by three watches."""

    def __init__(self, cluster: Cluster, run: str, record: dict[str, Any], namespace: str | None) -> None:
        self._cluster, self._run, self._namespace = cluster, run, namespace
        self._job = records.header(record).get("job") or names.job_name(run)
        self._read: dict[str, dict[str, Any]] = {names.record_name(run): record}
        self._plan: Plan | None = None
        labels = records.of_run(run)
        self.maps = Mirror(cluster, CONFIGMAPS, namespace=namespace, labels=labels, metadata_only=True)
        self.jobs = Mirror(cluster, JOBS, namespace=namespace, fields=f"metadata.name={self._job}")
        self.pods = Mirror(cluster, PODS, namespace=namespace, labels=labels)
        self.changed = asyncio.Event()

    async def view(self) -> tuple[RunView, bool]:
        """The run now, and whether its record says itself that it ended."""
        heads = {name: found["metadata"] for (_, name), found in self.maps.objects.items()}
        record_name = names.record_name(self._run)
        if record_name not in heads:
            raise NotFoundError(f"The run {self._run} was deleted.")
        results = f"{record_name}-results-"
        wanted = [name for name in heads if name == record_name or name.startswith((f"{record_name}-status-", results))]
        moved = [name for name in wanted if self._version(name) != heads[name].get("resourceVersion")]
        for found in await get_maps(self._cluster, moved, namespace=self._namespace):
            self._read[found["metadata"]["name"]] = found
        record = self._read[record_name]
        if self._plan is None:
            self._plan = await get_plan(self._cluster, record, namespace=self._namespace)
        kept = [self._read[name] for name in wanted if name in self._read]
        told = records.run_view(
            record,
            plan=self._plan,
            status=records.statuses(one for one in kept if not one["metadata"]["name"].startswith(results)),
            outputs=records.results(kept),
        )
        job = next((found for (_, name), found in self.jobs.objects.items() if name == self._job), None)
        views = [pod_view(pod) for pod in self.pods.objects.values()]
        run = true_run(
            told,
            job_facts(job),
            views,
            request=records.requested(record),
            now=time.time(),
            claimed=records.claimed(record),
        )
        return run, told.state.ended

    def _version(self, name: str) -> str:
        return str((self._read.get(name) or {"metadata": {}})["metadata"].get("resourceVersion") or "")

    async def pump(self, mirror: Mirror) -> None:
        """Wake the teller at every change of one mirror."""
        async for _ in mirror.changes():
            self.changed.set()


@asynccontextmanager
async def watching(
    cluster: Cluster, run: str, *, namespace: str | None = None
) -> AsyncIterator[AsyncIterator[RunView]]:
    """Views of a run, from how it is now to how it ended; the iteration ends with the final one.

    Raises:
        NotFoundError: There is no such run, or it was deleted meanwhile.
    """
    record = await get_record(cluster, run, namespace=namespace)
    seen = _Run(cluster, run, record, namespace)
    async with AsyncExitStack() as stack:
        mirrors = (seen.maps, seen.jobs, seen.pods)
        for mirror in mirrors:
            await stack.enter_async_context(mirror)
        await asyncio.gather(*(mirror.wait_synced() for mirror in mirrors))
        channel = await stack.enter_async_context(Channel[RunView]())
        for mirror in mirrors:
            channel.spawn(seen.pump(mirror))
        channel.spawn(_tell(seen, channel))
        yield channel


async def _tell(seen: _Run, channel: Channel[RunView]) -> None:
    last: RunView | None = None
    deadline: float | None = None
    while True:
        seen.changed.clear()
        view, final = await seen.view()
        if view.state.ended and not final:
            deadline = deadline or time.monotonic() + LAST_WORD
            final = time.monotonic() >= deadline
        else:
            deadline = None
        if view != last and (final or not view.state.ended):
            await channel.put(view)
            last = view
        if final:
            await channel.close()
            return
        try:
            async with asyncio.timeout(None if deadline is None else max(0.0, deadline - time.monotonic())):
                await seen.changed.wait()
        except TimeoutError:
            continue
        await asyncio.sleep(COALESCE)


async def wait_run(
    cluster: Cluster,
    run: str,
    *,
    namespace: str | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 - seconds of a person's patience
) -> RunView:
    """Wait until a run has ended.

    Returns:
        Its final view, some 0.1 s after the master wrote it.

    Raises:
        TimeoutError: It has not ended in that many seconds; it goes on.
        NotFoundError: There is no such run, or it was deleted meanwhile.
    """
    async with asyncio.timeout(timeout), watching(cluster, run, namespace=namespace) as views:
        async for view in views:
            if view.state.ended:
                return view
    raise NotFoundError(f"The run {run} was deleted.")
