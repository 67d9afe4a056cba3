"""How plain calls of a script reach a cluster: where it is, and the end of the asynchronous work, waited for.

Context and namespace come from K8STUI_CONTEXT, K8STUI_NAMESPACE and K8STUI_KUBECONFIG, else from the stack that is
used, else from the kubeconfig. Works from a script, from a notebook (whose event loop runs already) and from another
thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from k8stui.cluster.client import Cluster
from k8stui.control.clusters.placing import named_place, open_cluster, used_stack
from k8stui.stacks.active import ActiveStack

T = TypeVar("T")

EXIT_INTERRUPTED = 130


@asynccontextmanager
async def script_place() -> AsyncIterator[tuple[Cluster, ActiveStack | None]]:
    """A connection to the cluster that is meant, and the stack that led there, if one did.

    Raises:
        K8stuiError: It cannot be reached, or what names it is wrong.
    """
    named = named_place()
    stack = used_stack(context=named.context, kubeconfig=named.kubeconfig)
    async with await open_cluster(
        stack, kubeconfig=named.kubeconfig, context=named.context, namespace=named.namespace
    ) as cluster:
        yield cluster, stack


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Do the work to its end, and give its result.

    Raises:
        SystemExit: Interrupted from the keyboard (code 130).
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        try:
            return asyncio.run(work)
        except KeyboardInterrupt:
            raise SystemExit(EXIT_INTERRUPTED) from None
    return _in_thread(work)


def _in_thread(work: Coroutine[Any, Any, T]) -> T:
    """Run it beside an event loop that runs already, as a notebook's."""
    done: list[T] = []
    failed: list[BaseException] = []

    def target() -> None:
        try:
            done.append(asyncio.run(work))
        except BaseException as error:
            # Raised in the caller's thread below.
            failed.append(error)

    thread = threading.Thread(target=target, name="k8stui run")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]
