"""`python -m k8stui.embedded`: an embedded cluster until SIGTERM or SIGINT.

The first line printed is the path of the kubeconfig.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from k8stui.embedded.cluster import EmbeddedCluster


async def _serve(root: Path | None) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with EmbeddedCluster(root) as cluster:
        print(cluster.kubeconfig, flush=True)  # noqa: T201 - this line is the interface
        await ended.wait()


def main() -> None:
    """Parse the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m k8stui.embedded", description=__doc__)
    parser.add_argument("--root", type=Path, help="directory for logs, volumes and the kubeconfig (default: temporary)")
    asyncio.run(_serve(parser.parse_args().root))


if __name__ == "__main__":
    main()
