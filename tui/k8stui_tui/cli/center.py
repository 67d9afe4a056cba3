"""`k8stui` without a verb: the control center on this terminal."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from k8stui.model.errors import InvalidInputError

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster


def on_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def open_center(
    *,
    context: str | None,
    namespace: str | None,
    kubeconfig: Path | None,
    everywhere: bool,
    read_only: bool,
) -> NoReturn:
    """Show the screens until the person leaves.

    Raises:
        InvalidInputError: There is no terminal to show them on.
    """
    if not on_terminal():
        raise InvalidInputError(
            "The screens need a terminal, and this is none.",
            hint="Verbs work without one: k8stui runs list -o json; k8stui --help lists them all.",
        )

    @asynccontextmanager
    async def connection() -> AsyncIterator[Cluster]:
        # In a thread: importing the client would hold up the first frame.
        await asyncio.to_thread(_import_client)
        from k8stui.cluster.connect import connect

        async with await connect(
            kubeconfig=kubeconfig, context=context or None, namespace=namespace or None, read_only=read_only
        ) as cluster:
            yield cluster

    show(connection, everywhere=everywhere)


def show(
    connection: Callable[[], AbstractAsyncContextManager[Cluster]],
    *,
    everywhere: bool = False,
    folder: Path | None = None,
) -> NoReturn:
    """Run the app on a connection; leaves with the app's exit code."""
    from k8stui_tui.app import ControlCenter
    from k8stui_tui.store import Store

    # What was imported never becomes garbage, and thousands of pods are garbage seldom: a full collection would hold up
    # the keys for a tenth of a second.
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    app = ControlCenter(Store(connection, everywhere=everywhere), folder=folder)
    app.run()
    raise SystemExit(app.return_code or 0)


def _import_client() -> None:
    from k8stui.cluster import transport  # noqa: F401 - imported for its time
