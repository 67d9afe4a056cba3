"""When schedules fire, found out beside the screen: to look a year ahead takes up to a tenth of a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from k8stui.model.errors import as_told

if TYPE_CHECKING:
    from k8stui.control.schedules.preview import Preview
    from k8stui.model.scheduleviews import ScheduleView

_KEPT = 64


@dataclass(frozen=True)
class Foresight:
    """What is to come of a schedule.

    Attributes:
        preview: When it fires, and what may surprise.
        words: What its expression means; empty for no words.
    """

    preview: Preview
    words: str = ""


@dataclass(frozen=True)
class _Question:
    """What it depends on when a schedule fires, and what is said of it.

    Attributes:
        others: Schedules that may be at work at the same time, by what matters of them.
    """

    cron: str
    zone: str
    usual: float | None
    others: tuple[tuple[object, ...], ...]


class Ahead:
    """What is to come of the schedules that are looked at.

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
        self._kept: dict[_Question, Foresight] = {}
        self._wanted: _Question | None = None
        self._asked: tuple[object, ...] = ()
        self._question: _Question | None = None

    def of(self, schedule: ScheduleView, schedules: Sequence[ScheduleView], now: float) -> Foresight | None:
        """When it fires from now on and what may surprise; None while that is being found out.

        Args:
            schedule: Which one.
            schedules: All there are; the same object as long as nothing in it changed.
            now: Seconds since the epoch.
        """
        asked = (id(schedule), id(schedules))
        if asked != self._asked or self._question is None:
            self._asked, self._question = asked, _question(schedule, _others(schedule, schedules))
        question = self._question
        known = self._kept.get(question)
        over = known is not None and known.preview.times and known.preview.times[0].timestamp() <= now
        if (known is None or over) and not (self.pending and self._wanted == question):
            self._wanted, self.pending = question, True
            self._start(self._find(question, schedule, _others(schedule, schedules), now))
        return known

    async def _find(
        self, question: _Question, schedule: ScheduleView, others: Sequence[ScheduleView], now: float
    ) -> None:
        try:
            foresight = await asyncio.to_thread(_foresee, schedule, others, now)
        finally:
            if self._wanted is question:
                self.pending = False
        self._kept.pop(question, None)
        self._kept[question] = foresight
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        self._found()


def _question(schedule: ScheduleView, others: Sequence[ScheduleView]) -> _Question:
    matters = tuple((one.name, one.cron, one.time_zone, one.suspended, one.usual) for one in others)
    return _Question(schedule.cron, schedule.time_zone, schedule.usual, matters)


def _others(schedule: ScheduleView, schedules: Sequence[ScheduleView]) -> list[ScheduleView]:
    return [one for one in schedules if one.namespace == schedule.namespace and one.name != schedule.name]


def _foresee(schedule: ScheduleView, others: Sequence[ScheduleView], now: float) -> Foresight:
    from k8stui.control.schedules.preview import Preview, preview
    from k8stui.model.cron.words import words

    after = datetime.fromtimestamp(now, UTC)
    try:
        found = preview(
            schedule.cron,
            schedule.time_zone,
            after,
            usual=schedule.usual,
            others=others,
            deadline=schedule.starting_deadline,
        )
    except Exception as error:
        # Also a defect of ours stands where the times would, and the screen goes on.
        return Foresight(Preview(cron_problem=as_told(error).message))
    return Foresight(found, "" if found.cron_problem else words(schedule.cron))
