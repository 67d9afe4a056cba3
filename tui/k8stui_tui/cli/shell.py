"""`k8stui pods shell`: a command in a container, with this terminal's input and output."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from k8stui_tui.cli.session import Context, Kubeconfig, Namespace, cluster_of, execute


def shell(
    pod: Annotated[str, typer.Argument(metavar="POD", help="The pod's name; it may be anybody's.")],
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[-- COMMAND...]", help="What runs; a shell (bash, or else sh).")
    ] = None,
    container: Annotated[
        str, typer.Option("--container", "-c", help="Which container; the step's, the default, or the only one.")
    ] = "",
    context: Context = None,
    namespace: Namespace = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Open a shell in a container, or run a command there.

    On a terminal the command gets one of its own; otherwise it reads our standard input. The exit code is that of the
    command.
    """

    async def work() -> int:
        from k8stui.control.pods.shell import exit_code, find_shell, open_shell
        from k8stui_tui.terminal import join

        tty = sys.stdin.isatty() and sys.stdout.isatty()
        async with cluster_of(context, namespace, kubeconfig) as cluster:
            found = await find_shell(cluster, pod, container=container, command=command or ())
            async with open_shell(cluster, found, tty=tty) as remote:
                outcome = await join(remote, stdin=True, raw=tty)
        return exit_code(found, outcome)

    execute(work())
