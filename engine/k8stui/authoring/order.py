"""Steps in topological order, or the cycle that makes it impossible. A traced function cannot have one; a file can."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Protocol, TypeVar

from k8stui.model.errors import InvalidInputError


class HasParents(Protocol):
    """A step that knows which steps it waits for."""

    @property
    def parents(self) -> tuple[str, ...]:
        """Their names."""


StepT = TypeVar("StepT", bound=HasParents)


def in_order(steps: Mapping[str, StepT], *, where: str) -> tuple[StepT, ...]:
    """Parents before children, and else as they were written.

    Args:
        steps: By name; every parent is among them.
        where: What the error begins with.

    Raises:
        InvalidInputError: They wait for each other in a circle, which the message names.
    """
    written = {name: index for index, name in enumerate(steps)}
    names = list(steps)
    sorter = TopologicalSorter({name: step.parents for name, step in steps.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise InvalidInputError(f"{where}: steps wait for each other in a circle: {circle}") from error
    ready: list[int] = []
    found = []
    while sorter.is_active():
        for name in sorter.get_ready():
            heapq.heappush(ready, written[name])
        name = names[heapq.heappop(ready)]
        found.append(steps[name])
        sorter.done(name)
    return tuple(found)
