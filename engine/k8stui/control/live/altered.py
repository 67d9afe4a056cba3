"""Long lists of which a few things changed: what they are now, and where that differs from what they were. Pure.

Whoever draws ten thousand things ten times a second cannot look at each of them to find the fifty that are others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress, count
from operator import is_not
from typing import TypeVar

T = TypeVar("T")


class Altered(list[T]):
    """A list that was made from another one by putting other things into some places; not changed afterwards."""

    __slots__ = ("_before", "_places")

    def __init__(self, before: Sequence[T], changes: Mapping[int, T]) -> None:
        """Make one.

        Args:
            before: As it was; not changed afterwards.
            changes: What is another thing now, by its place.
        """
        super().__init__(before)
        for place, thing in changes.items():
            self[place] = thing
        self._before: Sequence[T] | None = before
        self._places = sorted(changes)
        if isinstance(before, Altered):
            before.let_go()

    def let_go(self) -> None:
        """Forget what it was made from: else each list would keep all before it. Whoever missed this one compares."""
        self._before = None

    def places_since(self, before: object) -> Sequence[int] | None:
        """Where it may differ from that list; None when it was not made from it."""
        return self._places if self._before is before else None


def changed_places(now: Sequence[object], before: Sequence[object]) -> Sequence[int] | None:
    """The places of other objects than before; None when there are more or fewer of them."""
    if now is before:
        return ()
    if isinstance(now, Altered) and (known := now.places_since(before)) is not None:
        return known
    return None if len(now) != len(before) else list(compress(count(), map(is_not, now, before)))
