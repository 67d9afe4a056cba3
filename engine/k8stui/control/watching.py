"""Follows one run to its end: a new view whenever something of it changed, for whoever reads them in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from k8stui.cluster.client import Cluster
from k8stui.control.feed import Feed
from k8stui.control.freshness import heals
from k8stui.control.runfeed import RunFeed
from k8stui.control.runs import summarise_run
from k8stui.control.zenml.feed import ZenmlFeed
from k8stui.control.zenml.jobs import ORIGIN
from k8stui.model.errors import NotFoundError
from k8stui.model.views import RunSummaryView, RunView


@asynccontextmanager
async def watching(
    cluster: Cluster, run: str, *, namespace: str | None = None
) -> AsyncIterator[AsyncIterator[RunView]]:
    """Views of a run, from how it is now to how it ended; the iteration ends with the final one.

    A slow reader gets the latest view, not each of them. A lost connection is waited out.

    Raises:
        NotFoundError: There is no such run, or it was deleted meanwhile.
        K8stuiError: It may not be read.
    """
    begun = await summarise_run(cluster, run, namespace=namespace)  # A cluster that cannot be reached is told of soon.
    async with feed_of(cluster, begun, namespace=namespace) as feed:
        await feed.wait_synced()
        yield _views(feed, run)


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
