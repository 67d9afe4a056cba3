"""Everything that ever happened to the pods of a cluster, in the API server's own order, and what steps say themselves.

A list tells how things are; that no step ran twice is about what happened in between. The embedded cluster's store
tells every change, so nothing is missed between two looks, and tests wait for a change instead of asking again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from k8stui.embedded import EmbeddedCluster
from k8stui.embedded.registry import POD
from k8stui.embedded.store import Change
from k8stui.incluster.contract import names

T = TypeVar("T")

PATIENCE = 100.0


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
    def namespace(self) -> str:
        return str(self.raw["metadata"]["namespace"])

    @property
    def run(self) -> str:
        return str(self.raw["metadata"]["labels"].get(names.LABEL_RUN_ID, ""))

    @property
    def step(self) -> str:
        """The name of its step; empty for a master."""
        return str((self.raw["metadata"].get("annotations") or {}).get(names.ANNOTATION_STEP, ""))

    @property
    def attempt(self) -> int:
        return int(self.raw["metadata"]["labels"].get(names.LABEL_ATTEMPT, "0"))

    @property
    def state(self) -> dict[str, Any]:
        """The state of the container that matters: `waiting`, `running` or `terminated`."""
        for one in self.raw.get("status", {}).get("containerStatuses") or ():
            if one["name"] in (names.STEP_CONTAINER, names.MASTER_CONTAINER):
                found: dict[str, Any] = one.get("state") or {}
                return found
        return {}

    @property
    def phase(self) -> str:
        return str(self.raw.get("status", {}).get("phase", ""))

    @property
    def running(self) -> bool:
        return "running" in self.state and not self.deleting

    @property
    def exit_code(self) -> int | None:
        found: int | None = self.state.get("terminated", {}).get("exitCode")
        return found

    @property
    def ended(self) -> bool:
        return self.exit_code is not None or self.phase in ("Succeeded", "Failed")

    @property
    def deleting(self) -> bool:
        return "deletionTimestamp" in self.raw["metadata"]


@dataclass(frozen=True)
class Event:
    """`ADDED`, `MODIFIED` or `DELETED`, and the pod as it was then."""

    verb: str
    pod: Pod


class History:
    """The pods of a cluster, followed from its beginning. A context manager."""

    def __init__(self, embedded: EmbeddedCluster) -> None:
        self._store = embedded.store
        self._events: list[Event] = []
        self._now: dict[str, Pod] = {}
        self._moved = asyncio.Event()

    def __enter__(self) -> Self:
        self._end = self._store.subscribe(self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _take(self, change: Change) -> None:
        if change.kind is not POD:
            return
        pod = Pod(change.obj)
        self._events.append(Event(change.verb, pod))
        if change.verb == "DELETED":
            self._now.pop(pod.uid, None)
        else:
            self._now[pod.uid] = pod
        self._moved.set()

    def events(self, run: str) -> list[Event]:
        """What happened to a run's pods so far."""
        return [event for event in self._events if event.pod.run == run]

    def now(self, run: str) -> list[Pod]:
        """The pods of a run that are there, the oldest first."""
        return [pod for pod in self._now.values() if pod.run == run]

    def steps(self, run: str) -> list[Pod]:
        """Every step pod of a run that ever was, as it was last seen, the oldest first."""
        last = {event.pod.uid: event.pod for event in self.events(run)}
        return [pod for pod in last.values() if pod.step]

    def most_alive(self, run: str) -> int:
        """The most step pods of a run that ever were there at a time with their container not ended."""
        alive: set[str] = set()
        most = 0
        for event in self.events(run):
            if event.verb == "DELETED" or event.pod.ended or not event.pod.step:
                alive.discard(event.pod.uid)
            else:
                alive.add(event.pod.uid)
            most = max(most, len(alive))
        return most

    async def until(self, look: Callable[[], T | None], *, what: str, patience: float = PATIENCE) -> T:
        """Wait until `look` gives something true, looking whenever a pod has changed; gives what it gave."""
        try:
            async with asyncio.timeout(patience):
                while not (found := look()):
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            there = "\n".join(f"{pod.name}: {pod.phase} {pod.state}" for pod in self._now.values()) or "no pods"
            raise AssertionError(f"not within {patience:g} s: {what}; there are:\n{there}") from None
        return found

    async def running(self, run: str, step: str, attempt: int = 1) -> Pod:
        """The pod of an attempt, once its container runs."""
        return await self.until(
            lambda: _first(pod for pod in self.now(run) if (pod.step, pod.attempt) == (step, attempt) and pod.running),
            what=f"attempt {attempt} at step {step} runs",
        )

    async def ended(self, run: str, step: str, attempt: int = 1) -> Pod:
        """The pod of an attempt, once it has ended."""
        return await self.until(
            lambda: _first(pod for pod in self.now(run) if (pod.step, pod.attempt) == (step, attempt) and pod.ended),
            what=f"attempt {attempt} at step {step} has ended",
        )

    async def master(self, run: str, *, other_than: str = "") -> Pod:
        """The master that runs; another one than that of a name."""
        return await self.until(
            lambda: _first(pod for pod in self.now(run) if not pod.step and pod.running and pod.name != other_than),
            what="a master runs",
        )


@dataclass(frozen=True)
class Line:
    """A step's own word: `begin`, or `end` when its work was done."""

    what: str
    pod: str
    pid: int


def read_journal(path: Path) -> list[Line]:
    """What the steps wrote (`pipelines/journal.py`), in the order in which they did."""
    if not path.exists():
        return []
    lines = (line.split(" ") for line in path.read_text().splitlines())
    return [Line(what, pod, int(pid)) for what, pod, pid in lines]


def _first(pods: Iterable[Pod]) -> Pod | None:
    return next(iter(pods), None)
