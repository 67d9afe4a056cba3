"""A connection to the demo's cluster, whose process lives as long as the connection."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from k8stui.model.errors import UnreachableError
from k8stui_tui.engine import loaded

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster

END_SECONDS = 15.0
"""How long the cluster may take to end its pods before its process is killed."""

_START = "import runpy, sys; sys.path[:] = sys.argv[1:]; runpy.run_module('k8stui_tui.demo', run_name='__main__')"
"""Finds our packages where we found them: what `k8stui.pyz` has unpacked, Python does not know of."""


@asynccontextmanager
async def demo_cluster() -> AsyncIterator[Cluster]:
    """Start the demo's cluster and connect to it; both end with the context.

    Raises:
        UnreachableError: Its process ended at once; the hint has its last words.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _START, *sys.path, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )
    told, complaints = cast("asyncio.StreamReader", process.stdout), cast("asyncio.StreamReader", process.stderr)
    try:
        await loaded()
        from k8stui.cluster.connect import connect

        line = await told.readline()
        if not line:
            said = (await complaints.read()).decode("utf-8", "replace").strip().splitlines()
            raise UnreachableError("The embedded cluster did not start.", hint=said[-1] if said else "")
        drained = asyncio.create_task(_drain(complaints))
        async with await connect(kubeconfig=Path(json.loads(line)["kubeconfig"])) as cluster:
            yield cluster
        drained.cancel()
    finally:
        await _end(process)


async def _drain(stream: asyncio.StreamReader) -> None:
    """Read what nobody needs, so that the other side never waits for it."""
    while await stream.read(65536):
        pass


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
