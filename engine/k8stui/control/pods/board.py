"""All pods, kept fresh: what the screen of pods draws from.

A change of one pod costs that pod. Of each pod is kept what is shown of it: a namespace may hold ten thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from k8stui.cluster.changes import concerned
from k8stui.cluster.client import Cluster
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import PODS
from k8stui.cluster.store import Key, key_of
from k8stui.control.live.altered import Altered
from k8stui.control.live.board import Board
from k8stui.control.pods.candidates import Candidate, candidate
from k8stui.model.views import PodView

Json = dict[str, Any]

_CANDIDATE = "candidate"
_FIELDS = set(PodView.model_fields)


def slim(pod: Json) -> Json:
    """A pod as its identity and what is shown of it: a fifth of what its status and metadata would take."""
    meta = pod["metadata"]
    kept = candidate(pod)
    # Pydantic remembers for each view which fields it was given; that would be more than the view itself.
    object.__setattr__(kept.pod, "__pydantic_fields_set__", _FIELDS)
    identity = {key: meta.get(key) or "" for key in ("namespace", "name", "uid", "resourceVersion")}
    return {"metadata": identity, _CANDIDATE: kept}


class PodBoard(Board):
    """All pods of a namespace, or of all, anybody's, for as long as the context manager is open."""

    def __init__(self, cluster: Cluster, *, namespace: str | None = None, all_namespaces: bool = False) -> None:
        """Prepare a board.

        Args:
            cluster: Where.
            namespace: The context's when None.
            all_namespaces: Everywhere instead.
        """
        self._mirror = Mirror(cluster, PODS, namespace=namespace, all_namespaces=all_namespaces, slim=self._slim)
        super().__init__(self._mirror)
        self._changes = self._mirror.changes(self._wake)
        self._found: dict[Key, Candidate] = {}
        self._pods: list[Candidate] = []
        self._places: dict[str, int] = {}

    @property
    def pods(self) -> Sequence[Candidate]:
        """All pods, newest first; the same object as long as nothing in it changed."""
        self._refresh()
        return self._pods

    def find(self, namespace: str, name: str) -> Candidate | None:
        """A pod; None when there is no such pod (any more)."""
        self._refresh()
        return self._found.get((namespace, name))

    def _refresh(self) -> None:
        changes, objects = self._changes.take(), self._mirror.objects
        if not changes:
            return
        moved, replaced = False, list[Candidate]()
        for key in concerned(changes, chain(objects, self._found)):
            was, item = self._found.get(key), objects.get(key)
            if item is None:
                moved |= self._found.pop(key, None) is not None
            elif was is not (one := item[_CANDIDATE]):
                self._found[key] = one
                if was is None or was.pod.created != one.pod.created:
                    moved = True
                else:
                    replaced.append(one)
        if moved:
            self._pods = sorted(self._found.values(), key=lambda one: (-(one.pod.created or 0.0), one.called))
            self._places = {one.called: place for place, one in enumerate(self._pods)}
        elif replaced:
            self._pods = Altered(self._pods, {self._places[one.called]: one for one in replaced})
        if moved or replaced:
            self._version += 1

    def _slim(self, pod: Json) -> Json:
        """The same as before for a pod that is listed again and has not changed."""
        held, meta = self._mirror.objects.get(key_of(pod)), pod["metadata"]
        same = held and all(held["metadata"][key] == meta.get(key) for key in ("uid", "resourceVersion"))
        return held if held and same else slim(pod)
