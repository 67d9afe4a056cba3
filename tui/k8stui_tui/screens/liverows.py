"""Rows of a table that change because something did, or because time passes; what looks the same is not made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from k8stui.control.spans import age
from k8stui_tui.widgets.table import Row

T = TypeVar("T")

MINUTE = 60


def coarse_age(then: float | None, now: float) -> str:
    """How long ago something was that does not change any more: minutes are exact enough, and cost no output."""
    if then is None:
        return ""
    return "<1m" if now - then < MINUTE else age(then, now - (now - then) % MINUTE).replace("m00s", "m")


class LiveRows(Generic[T]):
    """Makes rows and keeps them as long as they would look the same."""

    def __init__(self, make: Callable[[T, float], Row], key: Callable[[T], str], live: Callable[[T], bool]) -> None:
        """Prepare.

        Args:
            make: The row of a thing at a moment, in seconds since the epoch.
            key: Names a thing.
            live: Whether its row changes by the second; by the minute otherwise.
        """
        self._make, self._key, self._live = make, key, live
        self._kept: dict[str, tuple[T, int, Row]] = {}
        self._things: Iterable[T] = ()
        self._moment = 0
        self._rows: list[Row] = []
        self._moving: list[tuple[int, T]] = []  # Those that time alone changes, with their places.

    def rows(self, things: Iterable[T], now: float) -> list[Row]:
        """One row for each thing.

        Args:
            things: In the order they are shown.
            now: Seconds since the epoch.

        Returns:
            The same object as long as nothing differs.
        """
        if things is self._things and int(now) // MINUTE == self._moment // MINUTE:
            if int(now) != self._moment:
                self._moment = int(now)
                self._tick(now)
            return self._rows
        before, kept, found = self._kept, {}, []
        for thing in things:
            key = self._key(thing)
            moment = int(now) if self._live(thing) else int(now) // MINUTE
            known = before.get(key)
            if known is None or known[0] is not thing or known[1] != moment:
                known = (thing, moment, self._make(thing, now))
            kept[key] = known
            found.append(known[2])
        self._kept, self._rows = kept, found
        self._things, self._moment = things, int(now)
        self._moving = [(place, thing) for place, thing in enumerate(things) if self._live(thing)]
        return found

    def _tick(self, now: float) -> None:
        changed: dict[int, Row] = {}
        for place, thing in self._moving:
            row = self._make(thing, now)
            if row.cells != self._rows[place].cells:
                changed[place] = row
                self._kept[self._key(thing)] = (thing, int(now), row)
        if changed:
            self._rows = [changed.get(place, row) for place, row in enumerate(self._rows)]
