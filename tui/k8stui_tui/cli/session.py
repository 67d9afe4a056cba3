"""What every verb needs: options that say which cluster, the connection, and one way for errors to end a process."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from k8stui.model.errors import as_told
from k8stui.model.variables import CONTEXT_VARIABLE, DEBUG_VARIABLE, KUBECONFIG_VARIABLE, NAMESPACE_VARIABLE
from k8stui_tui.cli.output import Format, note
from k8stui_tui.sanitize import cell

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.stacks.active import ActiveStack

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141
"""As a shell reports a process that SIGPIPE ended: whoever read our output went away."""

Context = Annotated[
    str | None,
    typer.Option(
        "--context", envvar=CONTEXT_VARIABLE, help="Context of the kubeconfig; the stack's, or the current one."
    ),
]
Namespace = Annotated[
    str | None,
    typer.Option("--namespace", "-n", envvar=NAMESPACE_VARIABLE, help="Namespace; the stack's, or the context's own."),
]
Kubeconfig = Annotated[
    Path | None,
    typer.Option("--kubeconfig", envvar=KUBECONFIG_VARIABLE, help="A kubeconfig file; KUBECONFIG, or ~/.kube/config."),
]
Everywhere = Annotated[bool, typer.Option("--all-namespaces", "-A", help="In all namespaces.")]
Output = Annotated[Format, typer.Option("--output", "-o", help="How to print it.")]


@asynccontextmanager
async def cluster_of(context: str | None, namespace: str | None, kubeconfig: Path | None) -> AsyncIterator[Cluster]:
    """The cluster these options mean; where they say nothing, that of the stack that is used."""
    async with place_of(context, namespace, kubeconfig) as (cluster, _):
        yield cluster


@asynccontextmanager
async def place_of(
    context: str | None, namespace: str | None, kubeconfig: Path | None
) -> AsyncIterator[tuple[Cluster, ActiveStack | None]]:
    """The cluster these options mean, and the stack that is used there."""
    from k8stui.cluster.commands import command_log
    from k8stui.control.clusters.placing import open_cluster, used_stack

    stack = used_stack(context=context, kubeconfig=kubeconfig)
    # Login plugins may ask: a verb of the command line owns the terminal.
    async with await open_cluster(
        stack,
        kubeconfig=kubeconfig,
        context=context or None,
        namespace=namespace or None,
        interactive=sys.stdin.isatty(),
    ) as cluster:
        cluster.record(command_log())
        cluster.tell_renewals(note)
        try:
            yield cluster, stack
        finally:
            if cluster.unwritten:
                note(f"Warning: {cell(cluster.unwritten)}")


def execute(work: Coroutine[Any, Any, int | None], *, interrupted: str = "") -> NoReturn:
    """Run a verb to its end and leave with its exit code.

    Args:
        work: Gives the exit code; None for 0.
        interrupted: What to say when the person pressed ctrl+c.
    """
    # Of ten thousand pods nothing is garbage, and looking whether it is would take half of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
    try:
        code = asyncio.run(work) or 0
        sys.stdout.flush()
    except KeyboardInterrupt:
        if interrupted:
            note(interrupted)
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        code = broken_pipe()
    except Exception as error:
        code = tell(error)
    raise SystemExit(code)


def tell(error: Exception) -> int:
    """Print an error as its sentence and hint, or whole when debugging; gives its exit code."""
    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exception(error)
    told = as_told(error, where="--debug, added to the line, shows where;")
    for number, line in enumerate(told.message.splitlines() or [""]):
        note(f"{'       ' if number else 'Error: '}{cell(line)}")
    for line in told.hint.splitlines():
        note(f"  {cell(line)}")
    return told.exit_code


def broken_pipe() -> int:
    """Whoever read our output has left; nothing more can be said there."""
    # The interpreter flushes standard output at its end, which would print a second error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_PIPE
