"""The order of the steps: Kahn's algorithm, and sentences for graphs that have no order."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from k8stui.model.errors import InvalidInputError
from k8stui.model.pipeline import StepSpec


def parents(step: StepSpec) -> tuple[str, ...]:
    """All steps that must be done before this one: those it names and those its inputs come from."""
    named = list(step.after)
    for value in step.inputs.values():
        named.extend(source for source, _ in value.sources())
    return tuple(dict.fromkeys(named))


def in_order(steps: Sequence[StepSpec]) -> list[StepSpec]:
    """The steps in topological order, as near to the author's order as possible.

    Raises:
        InvalidInputError: Two steps have the same name, a parent is unknown, or steps wait for each other.
    """
    index: dict[str, int] = {}
    for number, step in enumerate(steps):
        if step.name in index:
            raise InvalidInputError(f"two steps have the name {step.name!r}", hint="Give one of them another name.")
        index[step.name] = number
    children: list[list[int]] = [[] for _ in steps]
    missing = [0] * len(steps)
    for number, step in enumerate(steps):
        for parent in parents(step):
            if parent not in index:
                raise InvalidInputError(f"step {step.name!r} comes after {parent!r}, but there is no such step")
            children[index[parent]].append(number)
            missing[number] += 1
    ready = [number for number, count in enumerate(missing) if count == 0]
    ordered: list[StepSpec] = []
    while ready:
        number = heapq.heappop(ready)
        ordered.append(steps[number])
        for child in children[number]:
            missing[child] -= 1
            if missing[child] == 0:
                heapq.heappush(ready, child)
    if len(ordered) < len(steps):
        raise InvalidInputError(f"steps wait for each other: {' -> '.join(_cycle(steps, index, missing))}")
    return ordered


def _cycle(steps: Sequence[StepSpec], index: dict[str, int], missing: list[int]) -> list[str]:
    """One cycle in the order of execution. Every step that was not ordered has a parent that was not."""
    name = next(step.name for number, step in enumerate(steps) if missing[number])
    path: list[str] = []
    seen: dict[str, int] = {}
    while name not in seen:
        seen[name] = len(path)
        path.append(name)
        name = next(parent for parent in parents(steps[index[name]]) if missing[index[parent]])
    return [*reversed(path[seen[name] :]), path[-1]]
