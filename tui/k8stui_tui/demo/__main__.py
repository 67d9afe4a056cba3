"""The embedded cluster of the demo, in a process of its own: the screens must not share an event loop with it.

Writes one line of JSON with its kubeconfig, fills the cluster, and ends when its standard input does: whoever started
it need not live to stop it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress

from k8stui.cluster.connect import connect
from k8stui.embedded import EmbeddedCluster, Timing
from k8stui.model.errors import K8stuiError
from k8stui_tui.demo.scene import populate


async def host() -> None:
    """Run the cluster until nobody listens any more."""
    gone = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    timing = Timing(job_backoff=0.2, crash_backoff=0.2, config_retry=0.2)
    async with EmbeddedCluster(timing=timing) as embedded:
        sys.stdout.write(json.dumps({"kubeconfig": str(embedded.kubeconfig)}) + "\n")
        sys.stdout.flush()
        async with await connect(kubeconfig=embedded.kubeconfig) as cluster:
            scene = asyncio.create_task(populate(embedded, cluster))
            await asyncio.wait({scene, gone}, return_when=asyncio.FIRST_COMPLETED)
            if scene.done() and (error := scene.exception()):
                told = error.message if isinstance(error, K8stuiError) else repr(error)
                sys.stderr.write(f"The demo's scene is not complete: {told}\n")
            await gone
            scene.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await scene


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # Ctrl+C of the terminal reaches both processes; the screens decide.
        asyncio.run(host())
