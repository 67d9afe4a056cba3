"""Rows of a table that change because something did, or because time passes; what looks the same is not made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from k8stui.control.spans import age
from k8stui_tui.widgets.table import Row

T = TypeVar("T")

MINUTE = 60

_SPARE = 20_000
"""Rows that are kept although nobody sees them now: what a filter leaves out comes back when it goes."""


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
        self._things: Sequence[T] = ()
        self._moment = 0
        self._rows: list[Row] = []
        self._moving: dict[int, T] = {}  # Those that time alone changes, by their places.

    def rows(self, things: Sequence[T], now: float) -> list[Row]:
        """One row for each thing.

        Args:
            things: In the order they are shown.
            now: Seconds since the epoch.

        Returns:
            The same object as long as nothing differs.
        """
        before, self._moment = self._moment, int(now)
        if len(things) != len(self._things) or before // MINUTE != self._moment // MINUTE:
            self._take(things, now)
            return self._rows
        if things is not self._things:
            self._replace(things, now)
        if before != self._moment:
            self._tick(now)
        return self._rows

    def _take(self, things: Sequence[T], now: float) -> None:
        if len(self._kept) > 2 * len(things) + _SPARE:
            self._kept = {key: self._kept[key] for key in map(self._key, things) if key in self._kept}
        self._things, self._rows = things, [self._row(thing, now) for thing in things]
        self._moving = {place: thing for place, thing in enumerate(things) if self._live(thing)}

    def _replace(self, things: Sequence[T], now: float) -> None:
        """As many things as before, nearly always the same ones but for a few."""
        pairs = enumerate(zip(things, self._things, strict=True))
        places = [place for place, (thing, old) in pairs if thing is not old]
        self._things = things
        if places:
            self._rows = list(self._rows)
        for place in places:
            self._rows[place] = self._row(things[place], now)
            if self._live(things[place]):
                self._moving[place] = things[place]
            else:
                self._moving.pop(place, None)

    def _row(self, thing: T, now: float) -> Row:
        key, moment = self._key(thing), int(now) if self._live(thing) else int(now) // MINUTE
        known = self._kept.get(key)
        if known is None or known[0] is not thing or known[1] != moment:
            known = self._kept[key] = (thing, moment, self._make(thing, now))
        return known[2]

    def _tick(self, now: float) -> None:
        changed: dict[int, Row] = {}
        for place, thing in self._moving.items():
            row = self._make(thing, now)
            if row.cells != self._rows[place].cells:
                changed[place] = row
                self._kept[self._key(thing)] = (thing, int(now), row)
        if changed:
            self._rows = [changed.get(place, row) for place, row in enumerate(self._rows)]
