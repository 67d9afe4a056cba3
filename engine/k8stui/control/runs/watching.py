"""Follows one run to its end: a new view whenever something of it changed, for whoever reads them in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import CONFIGMAPS, JOBS
from k8stui.control.live.feed import Feed
from k8stui.control.live.freshness import heals
from k8stui.control.runs.feed import RunFeed
from k8stui.control.runs.reading import UnrecordedError, summarise_run
from k8stui.control.truth.jobs import job_facts
from k8stui.control.zenml.feed import ZenmlFeed
from k8stui.control.zenml.jobs import ORIGIN
from k8stui.incluster.contract import names
from k8stui.model.errors import NotFoundError
from k8stui.model.views import RunSummaryView, RunView


async def recorded_run(
    cluster: Cluster, run: str, *, namespace: str | None = None, on_wait: Callable[[str], None] | None = None
) -> RunSummaryView:
    """A run in one line, as soon as it has a record: that of a schedule gets one when its orchestrator starts.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        on_wait: Told, in a sentence, what is waited for.

    Raises:
        NotFoundError: There is no such run, or its Job was deleted or has ended without a record.
        K8stuiError: It may not be read.
    """
    try:
        return await summarise_run(cluster, run, namespace=namespace)
    except UnrecordedError as error:
        if on_wait:
            on_wait(error.message)
    await _until_recorded(cluster, run, namespace)
    return await summarise_run(cluster, run, namespace=namespace)


async def _until_recorded(cluster: Cluster, run: str, namespace: str | None) -> None:
    """Wait until a run has a record, or until its Job can make none any more."""
    wake = asyncio.Event()
    record, job = f"metadata.name={names.record_name(run)}", f"metadata.name={run}"
    async with (
        Mirror(cluster, CONFIGMAPS, namespace=namespace, fields=record, metadata_only=True) as maps,
        Mirror(cluster, JOBS, namespace=namespace, fields=job) as jobs,
    ):
        readers = [mirror.changes(wake) for mirror in (maps, jobs)]
        while not maps.objects:
            wake.clear()
            for reader in readers:
                reader.take()
            refused = next((one.error for one in (maps, jobs) if one.error and not heals(one.error)), None)
            if refused:
                raise refused
            facts = job_facts(next(iter(jobs.objects.values()), None))
            if jobs.synced and (facts.outcome or not facts.exists):
                return
            if not maps.objects:
                await wake.wait()


@asynccontextmanager
async def watching(
    cluster: Cluster, run: str, *, namespace: str | None = None, on_wait: Callable[[str], None] | None = None
) -> AsyncIterator[AsyncIterator[RunView]]:
    """Views of a run, from how it is now to how it ended; the iteration ends with the final one.

    A slow reader gets the latest view, not each of them. A lost connection is waited out, and so is the start of a
    schedule's run, see `recorded_run`.

    Raises:
        NotFoundError: There is no such run, or it was deleted meanwhile.
        K8stuiError: It may not be read.
    """
    # A cluster that cannot be reached is told of soon.
    begun = await recorded_run(cluster, run, namespace=namespace, on_wait=on_wait)
    async with watching_begun(cluster, begun, namespace=namespace) as views:
        yield views


@asynccontextmanager
async def watching_begun(
    cluster: Cluster, run: RunSummaryView, *, namespace: str | None = None
) -> AsyncIterator[AsyncIterator[RunView]]:
    """The same, of a run that was looked at already."""
    async with feed_of(cluster, run, namespace=namespace) as feed:
        await feed.wait_synced()
        yield _views(feed, run.run)


def feed_of(cluster: Cluster, run: RunSummaryView, *, namespace: str | None = None) -> Feed:
    """What keeps a run fresh, by who made it; not opened yet."""
    kind: type[Feed] = ZenmlFeed if run.origin == ORIGIN else RunFeed
    return kind(cluster, run.run, namespace=namespace)


async def _views(feed: Feed, run: str) -> AsyncIterator[RunView]:
    last: RunView | None = None
    version = feed.version
    while last is None or not last.state.ended:
        if feed.gone:
            raise NotFoundError(f"The run {run} was deleted.")
        if feed.error is not None and not heals(feed.error):
            raise feed.error
        if feed.view is not None and feed.view is not last:
            last = feed.view
            yield last
        else:
            version = await feed.wait_changed(version)


async def wait_run(
    cluster: Cluster,
    run: str,
    *,
    namespace: str | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 - seconds of a person's patience
    on_wait: Callable[[str], None] | None = None,
) -> RunView:
    """Wait until a run has ended.

    Returns:
        Its final view, some 0.1 s after the master wrote it.

    Raises:
        TimeoutError: It has not ended in that many seconds; it goes on.
        NotFoundError: There is no such run, or it was deleted meanwhile.
    """
    async with asyncio.timeout(timeout), watching(cluster, run, namespace=namespace, on_wait=on_wait) as views:
        async for view in views:
            if view.state.ended:
                return view
    raise NotFoundError(f"The run {run} was deleted.")
