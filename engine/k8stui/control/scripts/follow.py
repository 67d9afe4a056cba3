"""A run followed to its end: its views and the lines of its steps' logs, in one stream.

What `python file.py`, `k8stui run` and `runs watch` have in common; each shows it in its own way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle.stuck import Watchman
from k8stui.control.live.channel import Channel
from k8stui.control.logs.many import LogFollower, LogQuery, following, read_logs
from k8stui.control.logs.stream import LogLine
from k8stui.control.runs.reading import show_run
from k8stui.control.runs.watching import recorded_run, watching_begun
from k8stui.model.views import RunView

LATE_LOGS = 5.0
"""Seconds after a run's end to wait for logs that their nodes do not give out yet.

A kubelet looks at its containers once a second, a busy one less often, and until it has seen one run it knows no log of
it; a step that took less ends before that. Steps that are known to have written nothing are not waited for.
"""


@dataclass(frozen=True)
class Ended:
    """The last thing told of a run.

    Attributes:
        run: How it ended.
        late: Pods whose logs could not be read in time.
    """

    run: RunView
    late: tuple[str, ...] = ()


async def follow_run(
    cluster: Cluster,
    run: str,
    *,
    namespace: str | None = None,
    logs: bool = True,
    own: bool = False,
    on_wait: Callable[[str], None] | None = None,
) -> AsyncIterator[RunView | LogLine | Ended]:
    """Views and log lines as they come, then `Ended`, once.

    Args:
        cluster: Where.
        run: Its name.
        namespace: The context's when None.
        logs: Whether the steps' logs are part of it.
        own: We submitted it: when it cannot begin, nobody else will give it up.
        on_wait: Told, in a sentence, what is waited for before the first view.

    Raises:
        NotFoundError: There is no such run, or it was deleted meanwhile.
    """
    begun = await recorded_run(cluster, run, namespace=namespace, on_wait=on_wait)
    query = LogQuery(run=run, zenml=begun.zenml_id, namespace=namespace)
    if begun.state.ended:
        if logs:
            async for line in read_logs(cluster, query):
                yield line
        yield Ended(await show_run(cluster, run, namespace=namespace))
        return
    async with AsyncExitStack() as stack:
        both = await stack.enter_async_context(Channel[RunView | LogLine | Ended]())
        views = await stack.enter_async_context(watching_begun(cluster, begun, namespace=namespace))
        follower = None
        if logs:
            follower = await stack.enter_async_context(following(cluster, query))
        watchman = Watchman()
        if own:
            both.spawn(watchman.give_up(cluster, run, namespace))
        both.spawn(_views(views, follower, both, watchman))
        async for item in both:
            yield item


async def _views(
    views: AsyncIterator[RunView],
    follower: LogFollower | None,
    both: Channel[RunView | LogLine | Ended],
    watchman: Watchman,
) -> None:
    lines = both.spawn(_lines(follower, both)) if follower else None
    last: RunView | None = None
    async for view in views:
        watchman.look(view)
        await both.put(view)
        last = view
    late: list[str] = []
    if follower and lines:
        late = await follower.finish(LATE_LOGS, ended=last)
        await lines
    await watchman.settle()
    if last is not None:
        await both.put(Ended(last, tuple(late)))
    await both.close()


async def _lines(follower: LogFollower, both: Channel[RunView | LogLine | Ended]) -> None:
    async for lines in follower:
        for line in lines:
            await both.put(line)
