"""Everything that ever happened to the pods of a namespace, in the API server's own order.

A list tells how things are; claims such as "never more than two at a time" and "no step ran twice" are about what
happened in between. One `kubectl get pods --watch` sees it all, and tests wait on it instead of asking again and again.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from k8stui.incluster.contract import names
from tests.cluster.runs.eventually import WITHIN

T = TypeVar("T")


@dataclass(frozen=True)
class Pod:
    """One look at one pod; `raw` is its JSON."""

    raw: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.raw["metadata"]["name"])

    @property
    def uid(self) -> str:
        return str(self.raw["metadata"]["uid"])

    @property
    def version(self) -> int:
        """Grows with each change."""
        return int(self.raw["metadata"]["resourceVersion"])

    @property
    def labels(self) -> dict[str, str]:
        return self.raw["metadata"].get("labels") or {}

    @property
    def annotations(self) -> dict[str, str]:
        return self.raw["metadata"].get("annotations") or {}

    @property
    def spec(self) -> dict[str, Any]:
        found: dict[str, Any] = self.raw["spec"]
        return found

    @property
    def container(self) -> dict[str, Any]:
        """The one container of its spec."""
        (found,) = self.spec["containers"]
        container: dict[str, Any] = found
        return container

    @property
    def step(self) -> str:
        """The name of its step; empty for a master."""
        return self.annotations.get(names.ANNOTATION_STEP, "")

    @property
    def is_master(self) -> bool:
        return self.labels.get(names.LABEL_COMPONENT) == names.COMPONENT_ORCHESTRATOR

    @property
    def attempt(self) -> int:
        return int(self.labels.get(names.LABEL_ATTEMPT, "0"))

    @property
    def state(self) -> dict[str, Any]:
        """The state of its container as Kubernetes has it: `waiting`, `running` or `terminated`."""
        statuses = self.raw["status"].get("containerStatuses") or [{}]
        return statuses[0].get("state") or {}

    @property
    def running(self) -> bool:
        return "running" in self.state and not self.deleting

    @property
    def ended(self) -> bool:
        return "terminated" in self.state or self.raw["status"].get("phase") in ("Succeeded", "Failed")

    @property
    def deleting(self) -> bool:
        return "deletionTimestamp" in self.raw["metadata"]

    def __str__(self) -> str:
        status = self.raw["status"]
        return f"{self.name}: {status.get('phase')} {status.get('reason', '')} {self.state}"


@dataclass(frozen=True)
class Event:
    """`ADDED`, `MODIFIED` or `DELETED`, and the pod as it was then."""

    kind: str
    pod: Pod


class Journal:
    """The pods of one namespace, followed from its beginning. A context manager.

    Args:
        kubectl: The command line up to the verb, namespace included.
    """

    def __init__(self, kubectl: Sequence[str]) -> None:
        self._list = [*kubectl, "get", "pods", "-o", "json"]
        self._command = [*self._list, "--watch", "--output-watch-events"]
        self._moved = threading.Condition()
        self._events: list[Event] = []
        self._now: dict[str, Pod] = {}
        self._versions: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, name="journal")
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)
        self._reader.join(60)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            data = json.loads(line)
            self._take(Event(data["type"], Pod(data["object"])))

    def _take(self, event: Event) -> None:
        with self._moved:
            self._events.append(event)
            self._versions[event.pod.uid] = event.pod.version
            if event.kind == "DELETED":
                self._now.pop(event.pod.uid, None)
            else:
                self._now[event.pod.uid] = event.pod
            self._moved.notify_all()

    def now(self) -> list[Pod]:
        """The pods that are there, the oldest first."""
        with self._moved:
            return list(self._now.values())

    def catch_up(self) -> None:
        """Return when the pods are known as they are by now: what is watched is told a moment after it is so."""
        done = subprocess.run(self._list, check=True, capture_output=True, text=True, timeout=WITHIN)
        there = [Pod(one) for one in json.loads(done.stdout)["items"]]

        def known() -> bool:
            return all(self._versions.get(pod.uid, 0) >= pod.version for pod in there)

        with self._moved:
            if not self._moved.wait_for(known, WITHIN):
                raise AssertionError(f"not within {WITHIN:g} s: the watch tells of all pods that there are")

    def events(self) -> list[Event]:
        """What happened up to now."""
        self.catch_up()
        with self._moved:
            return list(self._events)

    def count(self) -> int:
        """How much happened so far."""
        with self._moved:
            return len(self._events)

    def ever(self) -> list[Pod]:
        """Every pod that ever was, as it was last seen, the oldest first."""
        last: dict[str, Pod] = {}
        for event in self.events():
            last[event.pod.uid] = event.pod
        return list(last.values())

    def steps_ever(self) -> list[tuple[str, int]]:
        """Step and attempt of every step pod that ever was: each stands here as often as it was made."""
        return [(pod.step, pod.attempt) for pod in self.ever() if pod.step]

    def most_alive(self) -> int:
        """The most step pods that ever were there at a time with their container not ended."""
        alive: set[str] = set()
        most = 0
        for event in self.events():
            if event.kind == "DELETED" or event.pod.ended or not event.pod.step:
                alive.discard(event.pod.uid)
            else:
                alive.add(event.pod.uid)
            most = max(most, len(alive))
        return most

    def until(self, look: Callable[[Sequence[Pod]], T | None], *, what: str, within: float = WITHIN) -> T:
        """Wait until the pods that are there are as they should be; gives what `look` gives."""
        deadline = time.monotonic() + within
        with self._moved:
            while True:
                found = look(list(self._now.values()))
                if found:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    there = "\n".join(str(pod) for pod in self._now.values()) or "no pods"
                    raise AssertionError(f"not within {within:g} s: {what}; there are:\n{there}")
                self._moved.wait(left)

    def running(self, step: str, attempt: int = 1) -> Pod:
        """The pod of an attempt, once its container runs."""
        return self.until(
            lambda pods: _first(pod for pod in pods if (pod.step, pod.attempt) == (step, attempt) and pod.running),
            what=f"attempt {attempt} at step {step} runs",
        )

    def master(self, *, other_than: Pod | None = None) -> Pod:
        """The running master pod; with `other_than` its successor."""
        before = other_than.uid if other_than else ""
        return self.until(
            lambda pods: _first(pod for pod in pods if pod.is_master and pod.running and pod.uid != before),
            what="a master runs",
        )


def _first(pods: Iterable[Pod]) -> Pod | None:
    return next(iter(pods), None)
