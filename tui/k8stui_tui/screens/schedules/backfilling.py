"""Backfill: the runs that a schedule should have made, after their plan was shown, while the center is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from k8stui.control.words.spans import minute
from k8stui.model.errors import InvalidInputError
from k8stui_tui.instants import instant
from k8stui_tui.screens.acting import aligned
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.schedules.acts import ScheduleActs

if TYPE_CHECKING:
    from k8stui.control.schedules.backfillplan import BackfillPlan
    from k8stui.model.scheduleviews import ScheduleView

COMMAND = ":backfill"

STAYS = "It goes on as long as this program is open; the same command makes the rest later."


class ScheduleBackfill(ScheduleActs, inherit_bindings=False):
    """The command that makes up for the past."""

    def action_backfill(self, argument: str = "") -> None:
        """Make the runs of a stretch of time that the schedule has not made."""
        if schedule := self.schedule:
            self.center.act(self._planned(schedule, *read(argument)))

    async def _planned(self, schedule: ScheduleView, start: datetime, end: datetime, at_once: int) -> None:
        from k8stui.control.schedules.backfilling import planned_backfill
        from k8stui.control.schedules.backfillplan import cautions, check_parallel

        plan = await planned_backfill(self.cluster(), schedule.name, start, end, namespace=schedule.namespace or None)
        check_parallel(plan, at_once)
        going = plan.going
        if not going:
            why = plan.times[0].why if plan.times else "it fires at no time of that stretch"
            self.center.tell(f"Nothing to make up for: {why}.")
            return
        rows = aligned([(minute(one.time), one.run if one.goes else one.why) for one in plan.times])
        question = f"Make {_runs(len(going))} of schedule {schedule.name}, {at_once} at a time?"

        def answered(answer: str | None) -> None:
            if answer:
                self.center.act(self._backfill(plan, at_once))

        details = [*cautions(plan), STAYS, "", *rows]
        dialog = ConfirmScreen(question, "make", details=details)
        self.confirm(dialog, answered, len(going), [schedule.namespace])

    async def _backfill(self, plan: BackfillPlan, at_once: int) -> None:
        from k8stui.control.schedules.backfilling import backfill, failed

        def waits(runs: Sequence[str]) -> None:
            self.center.tell(f"The backfill waits for {', '.join(runs)}.")

        namespace = plan.schedule.namespace or None
        done = await backfill(self.cluster(), plan, namespace=namespace, max_parallel=at_once, on_wait=waits)
        going = [one for one in done if one.goes]
        wrong = sum(map(failed, going))
        said = f"{len(going) - wrong} of {_runs(len(going))} of {plan.schedule.name} succeeded."
        self.center.tell(said, severity="warning" if wrong else "information")


def read(argument: str) -> tuple[datetime, datetime, int]:
    """What is typed after the command: from when, to when, how many at a time.

    Raises:
        InvalidInputError: It is something else.
    """
    parts = argument.split()
    if len(parts) not in (2, 3) or not all(part.isdecimal() and int(part) for part in parts[2:]):
        raise InvalidInputError(
            f"{COMMAND} takes two moments, and how many runs may go on at a time.",
            hint=f"As {COMMAND} 2026-11-01T00:00:00Z 2026-11-02T00:00:00Z 2",
        )
    start, end = (instant(part, COMMAND) for part in parts[:2])
    return start, end, int(parts[2]) if parts[2:] else 1


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"
