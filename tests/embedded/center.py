"""The control center on the embedded cluster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from k8stui.cluster.client import Cluster
from k8stui.cluster.connect import connect
from k8stui.cluster.retry import Clock
from k8stui.control.clusters.placing import open_cluster
from k8stui.embedded import EmbeddedCluster
from k8stui.stacks.active import ActiveStack
from k8stui_tui.app import ControlCenter
from k8stui_tui.place import Connector, Elsewhere
from k8stui_tui.store import Store
from tests.tui.harness import screen_text

Until = Callable[..., Awaitable[None]]


def connection_to(embedded: EmbeddedCluster) -> Connector:
    """What opens a connection to it."""

    @asynccontextmanager
    async def connection() -> AsyncIterator[Cluster]:
        async with await connect(kubeconfig=embedded.kubeconfig) as connected:
            yield connected

    return connection


@asynccontextmanager
async def center(
    embedded: EmbeddedCluster,
    *,
    kubeconfig: Path | None = None,
    read_only: bool = False,
    contexts: bool = False,
    stacks: Path | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[tuple[Pilot[None], Until]]:
    """The control center, once it is connected, and a wait for texts on it."""

    file = kubeconfig or embedded.kubeconfig

    def connector(context: str | None) -> Connector:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Cluster]:
            async with await connect(kubeconfig=file, context=context, read_only=read_only) as connected:
                if clock is not None:
                    connected._requests.clock = clock
                yield connected

        return connection

    def stacked(stack: ActiveStack) -> Connector:
        @asynccontextmanager
        async def connection() -> AsyncIterator[Cluster]:
            async with await open_cluster(stack, read_only=read_only) as connected:
                yield connected

        return connection

    elsewhere = Elsewhere(file, connector, stacked, stacks) if contexts else None
    app = ControlCenter(Store(connector(None), elsewhere=elsewhere), theme="dark")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        until = waiting(app, pilot)
        await until("live")
        yield pilot, until


def waiting(app: ControlCenter, pilot: Pilot[None]) -> Until:
    """A wait for texts on the screen, and for one to be gone."""

    async def until(*texts: str, gone: str = "") -> None:
        try:
            async with asyncio.timeout(60):
                while not all(text in screen_text(app) for text in texts) or (gone and gone in screen_text(app)):
                    await pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"never: {texts} without {gone!r}. The screen:\n{screen_text(app)}") from None

    return until
