"""Pods as they were looked at, to be chosen from: what is shown of each, and whether it is still the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from sys import intern
from typing import Any

from k8stui.control.pods.views import pod_view
from k8stui.incluster.contract.states import StepState
from k8stui.model.views import PodView

ENDED = frozenset({StepState.SUCCEEDED, StepState.FAILED, StepState.EVICTED, StepState.STOPPED})


@dataclass(frozen=True)
class Candidate:
    """A pod as it was looked at.

    Attributes:
        pod: What is shown of it.
        version: Its resourceVersion.
        owner: Its controller as `Kind/name`; empty for none.
        labels: As `key=value`.
    """

    pod: PodView
    version: str = ""
    owner: str = ""
    labels: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether its container has ended."""
        return self.pod.status in ENDED

    @property
    def called(self) -> str:
        """Namespace and name."""
        return f"{self.pod.namespace}/{self.pod.name}"

    @cached_property
    def words(self) -> str:
        """All that a word of a filter is looked for in, in lower case, a line for each field."""
        pod = self.pod
        texts = (pod.status, pod.name, pod.run, pod.pipeline, pod.step, pod.namespace, pod.node, pod.reason, self.owner)
        return "\n".join(texts).lower()


def candidate(pod: dict[str, Any]) -> Candidate:
    """A pod's JSON as what may be cleaned up."""
    meta = pod["metadata"]
    owners = [owner for owner in meta.get("ownerReferences") or () if owner.get("controller")]
    # Many pods have the same ones.
    labels = tuple(intern(f"{key}={value}") for key, value in sorted((meta.get("labels") or {}).items()))
    owner = f"{owners[0]['kind']}/{owners[0]['name']}" if owners else ""
    return Candidate(pod_view(pod), str(meta.get("resourceVersion") or ""), owner, labels)
