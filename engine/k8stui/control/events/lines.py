"""Events as lines: what was said again and again is one, with its count and its last time. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from k8stui.control.events.reading import Event, read_event
from k8stui.control.words.filtering import Value

Json = dict[str, Any]

FIELDS = {
    "type": "warning",
    "reason": "failedscheduling",
    "object": "pod/train*",
    "kind": "pod",
    "run": "train-x7k2b",
    "namespace": "ml",
    "from": "kubelet",
    "age": "<1h",
    "count": ">10",
}
"""What a filter of events looks at, each with an example."""

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class EventLine:
    """What was said of one object, once or again and again.

    Attributes:
        event: The newest of them, with the count of all.
        namespace: Of the object; that of the event for objects of the whole cluster.
        kind: Of the object.
        name: Of the object.
        source: Which part of the cluster said it.
        run: The run that the object belongs to; empty for none that is known.
    """

    event: Event
    namespace: str = ""
    kind: str = ""
    name: str = ""
    source: str = ""
    run: str = ""

    @property
    def object(self) -> str:
        """The object as kubectl names it: `pod/train-1`."""
        return f"{self.kind.lower()}/{self.name}"

    @cached_property
    def key(self) -> str:
        """Names the line for good, also when its event is said once more in other numbers."""
        return f"{self.namespace}/{self.object}/{self.event.type}/{self.event.reason}/{_squashed(self.event.message)}"

    @property
    def warns(self) -> bool:
        """Whether something did not go as it should."""
        return self.event.type == "Warning"


def event_line(item: Json) -> EventLine:
    """An event as the API sends it."""
    of = item.get("involvedObject") or item.get("regarding") or {}
    source = item.get("reportingComponent") or (item.get("source") or {}).get("component") or ""
    return EventLine(
        read_event(item),
        namespace=str(of.get("namespace") or item["metadata"].get("namespace") or ""),
        kind=str(of.get("kind") or ""),
        name=str(of.get("name") or ""),
        source=str(source),
    )


def grouped(lines: Iterable[EventLine], runs: Collection[tuple[str, str]] = ()) -> list[EventLine]:
    """One line for all that say the same of the same object, but for numbers; the newest first.

    Args:
        lines: One for each event.
        runs: Namespace and name of those that are known, to tell which one an object belongs to.
    """
    found: dict[str, EventLine] = {}
    for line in lines:
        before = found.get(line.key)
        if before is None:
            found[line.key] = line
            continue
        newest = max(before, line, key=_time)
        count = before.event.count + line.event.count
        found[line.key] = replace(newest, event=replace(newest.event, count=count))
    told = [replace(line, run=run) if (run := run_among(line, runs)) else line for line in found.values()]
    # Of one second the later ones first: lists are in the order of names, which end with the time in nanoseconds.
    told.reverse()
    return sorted(told, key=lambda line: -_time(line))


def fields_of(line: EventLine, now: float) -> dict[str, Value]:
    """What a filter looks at; free words also find the message.

    Args:
        line: The line.
        now: Seconds since the epoch.
    """
    return {
        "type": line.event.type,
        "reason": line.event.reason,
        "object": line.object,
        "kind": line.kind,
        "run": line.run,
        "namespace": line.namespace,
        "from": line.source,
        "message": line.event.message,
        "age": None if line.event.time is None else now - line.event.time,
        "count": float(line.event.count),
    }


def run_among(line: EventLine, runs: Collection[tuple[str, str]]) -> str:
    """The run that the object of an event belongs to: one whose name that of the object is, or begins with.

    Args:
        line: The line.
        runs: Namespace and name of those that are known.
    """
    name = line.name.removeprefix("run-") if line.kind == "ConfigMap" else line.name
    while name:
        if (line.namespace, name) in runs:
            return name
        name = name.rpartition("-")[0]
    return ""


def _time(line: EventLine) -> float:
    return line.event.time or 0.0


def _squashed(text: str) -> str:
    return _NUMBER.sub("#", text)
