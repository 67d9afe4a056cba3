"""What the user may do where one looks: asked in the background, kept, asked anew after a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from k8stui.model.errors import K8stuiError
from k8stui_tui.actions.needs import EVERY

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster

KEPT = 300.0
"""Seconds after which it is asked anew: rights are given and taken."""

_UNKNOWN: Mapping[str, bool] = {}


class Permissions:
    """Answers at once with what is known; what is not known is in nobody's way."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Mapping[str, bool]]] = {}
        self._wanted: dict[str, None] = {}
        self._wake = asyncio.Event()

    def of(self, namespace: str) -> Mapping[str, bool]:
        """Whether the user has each right in a namespace; empty while that is not known."""
        asked, known = self._known.get(namespace, (float("-inf"), _UNKNOWN))
        if namespace and time.monotonic() - asked > KEPT:
            self._wanted[namespace] = None
            self._wake.set()
        return known

    def forget(self) -> None:
        """Know nothing any more: another user or cluster may be meant."""
        self._known.clear()
        self._wanted.clear()

    async def serve(self, cluster: Cluster) -> None:
        """Ask what is wanted, until cancelled."""
        from k8stui.control.namespaces.rights import read_rights

        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._wanted:
                namespace = next(iter(self._wanted))
                before = self._known.get(namespace, (0.0, _UNKNOWN))[1]
                try:
                    found: Mapping[str, bool] = await read_rights(cluster, namespace, EVERY)
                except K8stuiError:
                    found = before  # Nobody is kept from anything by a question that has no answer.
                self._wanted.pop(namespace, None)
                self._known[namespace] = (time.monotonic(), found)
