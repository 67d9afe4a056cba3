"""When schedules fire, found out beside the screen: to look a year ahead takes up to a third of a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k8stui.control.schedules.preview import Preview
    from k8stui.model.scheduleviews import ScheduleView

_KEPT = 64

_Key = tuple[str, str, float | None]


class Ahead:
    """What becomes of the schedules that are looked at.

    Attributes:
        pending: It is being found out.
    """

    def __init__(self, start: Callable[[Coroutine[Any, Any, None]], object], found: Callable[[], None]) -> None:
        """Know nothing yet.

        Args:
            start: Runs a coroutine beside the screen, in the place of the one before.
            found: Called when something is known.
        """
        self.pending = False
        self._start, self._found = start, found
        self._kept: dict[_Key, Preview] = {}
        self._wanted: _Key | None = None

    def of(self, schedule: ScheduleView, now: float) -> Preview | None:
        """When it fires from now on and what may surprise; None while that is being found out.

        Args:
            schedule: Which one.
            now: Seconds since the epoch.
        """
        key = (schedule.cron, schedule.time_zone, schedule.usual)
        known = self._kept.get(key)
        over = known is not None and known.times and known.times[0].timestamp() <= now
        if (known is None or over) and not (self.pending and self._wanted == key):
            self._wanted, self.pending = key, True
            self._start(self._find(key, now))
        return known

    async def _find(self, key: _Key, now: float) -> None:
        try:
            preview = await asyncio.to_thread(_preview, key, now)
        finally:
            if self._wanted == key:
                self.pending = False
        self._kept.pop(key, None)
        self._kept[key] = preview
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        self._found()


def _preview(key: _Key, now: float) -> Preview:
    from k8stui.control.schedules.preview import preview

    cron, zone, usual = key
    return preview(cron, zone, datetime.fromtimestamp(now, UTC), usual=usual)
