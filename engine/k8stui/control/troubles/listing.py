"""What is wrong at this moment, for those who ask once."""

from __future__ import annotations

import asyncio
import time

from k8stui.cluster.client import Cluster
from k8stui.cluster.resources import PODS
from k8stui.control.namespaces.rights import allowed
from k8stui.control.pods.candidates import candidate
from k8stui.control.runs.reading import list_runs
from k8stui.control.schedules.listing import list_schedules
from k8stui.control.troubles.finding import Finder, Seen, hidden
from k8stui.control.troubles.trouble import Trouble


async def find_troubles(
    cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False
) -> tuple[list[Trouble], tuple[str, ...]]:
    """What is wrong, the worst first; and in sentences what could not be looked at for want of a right.

    Args:
        cluster: Where.
        namespace: The context's when None.
        all_namespaces: Everywhere instead.
    """
    runs, pods, schedules = await asyncio.gather(
        allowed(list_runs(cluster, namespace=namespace, all_namespaces=all_namespaces)),
        allowed(cluster.list(PODS, namespace=namespace, all_namespaces=all_namespaces)),
        allowed(list_schedules(cluster, namespace=namespace, all_namespaces=all_namespaces)),
    )
    seen = Seen(runs or (), [candidate(pod) for pod in pods or ()], schedules or ())
    finder = Finder(cluster, namespace=namespace, all_namespaces=all_namespaces)
    found = await finder.find(seen, time.time())
    named = (("runs", runs), ("pods", pods), ("schedules", schedules))
    return found, hidden([name for name, listed in named if listed is None]) + finder.left_out
