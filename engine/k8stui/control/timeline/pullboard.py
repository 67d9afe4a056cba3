"""Pulls of images, kept fresh: what a timeline draws from beside the run itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import EVENTS
from k8stui.control.live.board import Board
from k8stui.control.timeline.pulls import PULLED, PULLING, Pull, pulls_of
from k8stui.model.errors import K8stuiError

_KEPT = ("reason", "message", "type", "lastTimestamp", "eventTime", "series")


def slim(event: dict[str, Any]) -> dict[str, Any]:
    """An event without what pulls are not read from."""
    meta = {key: event["metadata"].get(key) for key in ("name", "namespace", "resourceVersion", "creationTimestamp")}
    about = event.get("involvedObject") or {}
    kept = {key: event[key] for key in _KEPT if key in event}
    return {"metadata": meta, "involvedObject": {key: about.get(key) for key in ("uid", "fieldPath")}, **kept}


class PullBoard(Board):
    """The pulls that events of a namespace tell of, for as long as the context manager is open."""

    def __init__(self, cluster: Cluster, *, namespace: str | None = None) -> None:
        """Prepare a board.

        Args:
            cluster: Where.
            namespace: The context's when None.
        """
        mirrors = [
            Mirror(cluster, EVENTS, namespace=namespace, fields=fields, slim=slim) for fields in (PULLING, PULLED)
        ]
        super().__init__(*mirrors)
        self._changes = [mirror.changes(self._wake) for mirror in mirrors]
        self._pulls: Mapping[str, Sequence[Pull]] = {}

    @property
    def pulls(self) -> Mapping[str, Sequence[Pull]]:
        """By the uid of their pod; the same object as long as nothing in it changed."""
        self._refresh()
        return self._pulls

    @property
    def error(self) -> K8stuiError | None:
        """Why they are not known; None when they are."""
        return next((mirror.error for mirror in self._mirrors if mirror.error is not None), None)

    def _refresh(self) -> None:
        changed = [change.take() for change in self._changes]  # All of them, whatever the first one says.
        if any(changed):
            self._pulls = pulls_of(chain.from_iterable(mirror.objects.values() for mirror in self._mirrors))
            self._version += 1
