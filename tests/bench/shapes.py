"""The graphs that are measured, once each for floors and k8stui alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CHAIN, FAN, CONTAINERS = "chain", "fan", "containers"
"""One step after the other; all at once; one after the other in containers that know nothing of k8stui."""


@dataclass(frozen=True)
class Shape:
    """A graph of steps that do nothing.

    Attributes:
        kind: `chain`, `fan` or `containers`; also the pipeline's name in `pipelines/noop.py`.
        steps: How many steps it has.
    """

    kind: str
    steps: int

    @property
    def name(self) -> str:
        """What it is called in tables and on the command line, such as `chain20`."""
        return f"{self.kind}{self.steps}"

    @property
    def roots(self) -> Iterable[int]:
        """Numbers of the steps that start at once."""
        return range(self.steps) if self.kind == FAN else range(1)

    def following(self, number: int) -> int | None:
        """The step that starts when this one has ended; None when there is none."""
        return None if self.kind == FAN or number + 1 >= self.steps else number + 1


FULL = (Shape(CHAIN, 20), Shape(FAN, 30), Shape(FAN, 100), Shape(CONTAINERS, 20))
QUICK = (Shape(CHAIN, 5), Shape(FAN, 10), Shape(CONTAINERS, 3))
