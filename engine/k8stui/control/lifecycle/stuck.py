"""Gives up a run whose orchestrator's image cannot be had: no master is there that could fail it.

Only whoever submitted the run and waits for it does that; for anybody else such a run is `pending`, with the reason.
"""

from __future__ import annotations

import asyncio
import re

from k8stui.cluster.client import Cluster
from k8stui.control.lifecycle.ending import fail_run
from k8stui.incluster.contract import names
from k8stui.incluster.contract.states import RunState
from k8stui.model.views import RunView

PATIENCE = 30.0
"""Seconds of trouble before the run is given up: the kubelet has asked its registry three times by then."""

HOPELESS = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
"""The kubelet's reasons for a container without its image."""

_NAMED = re.compile(r'image "([^"]+)"')


def trouble(run: RunView) -> str:
    """Why the run cannot begin; empty when it can, or has."""
    if run.state is RunState.PENDING:
        for pod in run.pods:
            if pod.component == names.COMPONENT_ORCHESTRATOR and pod.reason in HOPELESS:
                said = _NAMED.search(pod.message)
                # The orchestrator may have another image than the run.
                image = said[1] if said and run.image not in pod.message else run.image
                return (
                    f"the image {image} of its orchestrator cannot be pulled ({pod.reason}: {pod.message}): "
                    "give one that the cluster can pull, with --image"
                )
    return ""


class Watchman:
    """Looks at each view of a run, and gives it up when the trouble stays."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._why = ""
        self._looked = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def look(self, run: RunView) -> None:
        """See how the run is now."""
        self._why = trouble(run)
        self._looked.set()

    async def give_up(self, cluster: Cluster, run: str, namespace: str | None) -> None:
        """Wait for trouble that stays, and fail the run then."""
        while True:
            await self._wait_until(trouble=True)
            try:
                async with asyncio.timeout(self._patience):
                    await self._wait_until(trouble=False)
            except TimeoutError:
                self._idle.clear()
                await fail_run(cluster, run, self._why, namespace=namespace)
                self._idle.set()
                return

    async def settle(self) -> None:
        """Wait until a run that is being given up is so with all that belongs to it."""
        await self._idle.wait()

    async def _wait_until(self, *, trouble: bool) -> None:
        while bool(self._why) is not trouble:
            self._looked.clear()
            await self._looked.wait()
