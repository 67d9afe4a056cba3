"""Gives the terminal to something else for a while: a shell, an editor. Nothing is drawn until it comes back."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from textual.app import App, SuspendNotSupported

from k8stui.control.pods.shell import Shell, exit_code, open_shell
from k8stui.model.errors import K8stuiError
from k8stui_tui.sanitize import cell
from k8stui_tui.terminal import join

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster

T = TypeVar("T")


async def with_terminal(app: App[None], work: Callable[[], Awaitable[T]]) -> T:
    """Do something that has the terminal for itself.

    The event loop goes on meanwhile, so that nothing that is followed is lost.

    Raises:
        K8stuiError: This terminal cannot be given away.
    """
    error: BaseException | None = None
    try:
        # What is drawn meanwhile would wait in a queue that nobody empties, and hold up the loop.
        with app.batch_update(), app.suspend():
            try:
                result = await work()
            except BaseException as caught:
                error = caught
    except SuspendNotSupported:
        raise K8stuiError("This terminal cannot be given to another program.") from None
    app.refresh(layout=True)
    for screen in app.screen_stack:
        screen.refresh(layout=True)
    if error is not None:
        raise error
    return result


async def run_shell(cluster: Cluster, shell: Shell) -> int:
    """Run a shell on this terminal; gives its exit code.

    Raises:
        K8stuiError: It could not be started, or the connection was lost.
    """
    sys.stdout.write(f"\x1b[2J\x1b[H{cell(shell.called)}, namespace {cell(shell.namespace)}. exit leaves it.\r\n")
    sys.stdout.flush()
    async with open_shell(cluster, shell) as remote:
        outcome = await join(remote, stdin=True, raw=True)
    return exit_code(shell, outcome)
