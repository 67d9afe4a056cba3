"""All events of a namespace, or of all, kept fresh: what the screen of events draws from.

They are read as `v1`, not as `events.k8s.io/v1`: these are the same objects, and Kubernetes' role `view` lets its users
read the former only. A cluster in trouble may hold a hundred thousand; the newest are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from k8stui.cluster.changes import concerned
from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import EVENTS
from k8stui.cluster.store import Key
from k8stui.control.events.lines import EventLine, event_line, grouped
from k8stui.control.live.board import Board
from k8stui.control.runs.board import RunBoard
from k8stui.model.views import RunSummaryView

Json = dict[str, Any]

MOST = 5000
"""Events that are kept."""

_OF_EVENT = ("type", "reason", "message", "count", "series", "eventTime", "lastTimestamp", "reportingComponent")
_OF_OBJECT = ("kind", "namespace", "name", "uid")


def slim(event: Json) -> Json:
    """An event without what is not shown of it."""
    meta = {key: event["metadata"].get(key) for key in ("name", "namespace", "uid", "resourceVersion",
                                                        "creationTimestamp")}  # fmt: skip
    of = event.get("involvedObject") or {}
    kept: Json = {"metadata": meta, "involvedObject": {key: of[key] for key in _OF_OBJECT if key in of}}
    kept.update({key: event[key] for key in _OF_EVENT if event.get(key)})
    if "reportingComponent" not in kept:
        kept["reportingComponent"] = (event.get("source") or {}).get("component") or ""
    return kept


def last_seen(event: Json) -> str:
    """When it was last seen, as text that is ordered as the times are."""
    series = event.get("series") or {}
    seen = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return str(seen or event["metadata"].get("creationTimestamp") or "")


class EventBoard(Board):
    """The events of a namespace, or of all, for as long as the context manager is open."""

    def __init__(
        self, cluster: Cluster, runs: RunBoard, *, namespace: str | None = None, all_namespaces: bool = False
    ) -> None:
        """Prepare a board.

        Args:
            cluster: Where.
            runs: The board of the same namespace's runs, open for as long as this one.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
        """
        self._mirror = Mirror(
            cluster, EVENTS, namespace=namespace, all_namespaces=all_namespaces, slim=slim, most=MOST, rank=last_seen
        )
        super().__init__(self._mirror)
        self._changes = self._mirror.changes(self._wake)
        self._runs = runs
        self._seen: Sequence[RunSummaryView] | None = None
        self._known = frozenset[Key]()
        self._found: dict[Key, tuple[str, EventLine]] = {}
        self._lines: Sequence[EventLine] = ()

    @property
    def lines(self) -> Sequence[EventLine]:
        """One for what was said of one object, the newest first; the same object as long as nothing differs."""
        self._refresh()
        return self._lines

    def _refresh(self) -> None:
        changes, objects, runs = self._changes.take(), self._mirror.objects, self._runs.runs
        known = self._known
        if runs is not self._seen:
            self._seen, self._known = runs, frozenset((run.namespace, run.run) for run in runs)
        if not changes and known == self._known:
            return
        for key in concerned(changes, chain(objects, self._found)):
            item, was = objects.get(key), self._found.get(key)
            if item is None:
                self._found.pop(key, None)
            elif was is None or was[0] != _version(item):
                self._found[key] = (_version(item), event_line(item))
        lines = grouped([line for _, line in self._found.values()], self._known)
        if lines != self._lines:
            self._lines = lines
            self._version += 1


def _version(item: Json) -> str:
    return f"{item['metadata'].get('uid')}/{item['metadata'].get('resourceVersion')}"
