"""Rows of a table that change because something did, or because time passes; what looks the same is not made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from k8stui.control.live.altered import Altered, changed_places
from k8stui.control.words.spans import age
from k8stui_tui.widgets.table import Row

T = TypeVar("T")

MINUTE = 60

_SPARE = 1_000
"""Rows kept beside twice as many as there ever were things: what a filter leaves out comes back when it goes."""


def coarse_age(then: float | None, now: float) -> str:
    """How long ago something was that does not change any more: minutes are exact enough, and cost no output."""
    if then is None:
        return ""
    return "<1m" if now - then < MINUTE else age(then, now - (now - then) % MINUTE).replace("m00s", "m")


class LiveRows(Generic[T]):
    """Makes rows and keeps them as long as they would look the same.

    What time alone changes is made anew only where somebody looks: a table asks for it by `renewed`.
    """

    def __init__(
        self,
        make: Callable[[T, float], Row],
        key: Callable[[T], str],
        live: Callable[[T], bool],
        *,
        ordered: bool = False,
    ) -> None:
        """Prepare.

        Args:
            make: The row of a thing at a moment, in seconds since the epoch.
            key: Names a thing.
            live: Whether its row changes by the second; by the minute otherwise.
            ordered: Whether time changes what live rows are sorted by; then those are made anew wherever they are.
        """
        self._make, self._key, self._live, self._ordered = make, key, live, ordered
        self._kept: dict[str, tuple[T, int, Row]] = {}
        self._things: Sequence[T] = ()
        self._most = 0
        self._now = 0.0
        self._rows: list[Row] = []
        self._moving: dict[int, T] = {}  # Those that are live, by their places, where the order depends on time.

    def rows(self, things: Sequence[T], now: float) -> list[Row]:
        """One row for each thing.

        Args:
            things: In the order they are shown.
            now: Seconds since the epoch.

        Returns:
            The same object as long as nothing differs but what time alone changed.
        """
        before, self._now = int(self._now), now
        places = changed_places(things, self._things)
        if places is None:
            self._take(things)
        elif places:
            self._replace(things, places)
        if len(self._kept) > 2 * self._most + _SPARE:
            self._kept = {key: self._kept[key] for key in map(self._key, things)}
        self._things = things
        if self._moving and before != int(now):
            self._tick()
        return self._rows

    def renewed(self, row: Row) -> Row:
        """A row as it looks by now; the same object when it looks the same."""
        known = self._kept.get(row.key)
        if known is None:
            return row
        thing, made, last = known
        moment = self._moment(thing)
        if made != moment:
            new = self._make(thing, self._now)
            last = last if new.cells == last.cells else new
            self._kept[row.key] = (thing, moment, last)
        return last

    def _moment(self, thing: T) -> int:
        return int(self._now) if self._live(thing) else int(self._now) // MINUTE

    def _take(self, things: Sequence[T]) -> None:
        self._most = max(self._most, len(things))
        self._rows = [self._row(thing) for thing in things]
        if self._ordered:
            self._moving = {place: thing for place, thing in enumerate(things) if self._live(thing)}

    def _replace(self, things: Sequence[T], places: Sequence[int]) -> None:
        """As many things as before, other ones in a few places."""
        changes: dict[int, Row] = {}
        for place in places:
            thing = things[place]
            changes[place] = self._row(thing)
            if self._ordered and self._live(thing):
                self._moving[place] = thing
            else:
                self._moving.pop(place, None)
        self._rows = Altered(self._rows, changes)

    def _row(self, thing: T) -> Row:
        key = self._key(thing)
        known = self._kept.get(key)
        if known is None or known[0] is not thing:
            known = self._kept[key] = (thing, self._moment(thing), self._make(thing, self._now))
        return known[2]

    def _tick(self) -> None:
        changed: dict[int, Row] = {}
        for place, thing in self._moving.items():
            row = self._make(thing, self._now)
            if row.cells != self._rows[place].cells:
                changed[place] = row
                self._kept[self._key(thing)] = (thing, int(self._now), row)
        if changed:
            self._rows = Altered(self._rows, changed)
