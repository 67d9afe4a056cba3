"""Looking into schedules: why, runs, logs, calendar, YAML, events. The engine fetches it while it is shown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from k8stui.cluster.resources import CRONJOBS
from k8stui.model.errors import InvalidInputError
from k8stui_tui.screens.schedules.base import SchedulesBase
from k8stui_tui.screens.schedules.texts import calendar_text
from k8stui_tui.screens.texts import diagnoses_text
from k8stui_tui.screens.viewer import ViewerScreen

if TYPE_CHECKING:
    from k8stui.model.scheduleviews import FiringView, ScheduleView


class ScheduleLooks(SchedulesBase, inherit_bindings=False):
    """The actions that change nothing."""

    def action_why(self) -> None:
        """Why it does not fire."""
        if not (schedule := self.schedule):
            return

        async def fetch() -> str:
            from k8stui.control.schedules.why import why_schedule

            found = await why_schedule(self.cluster(), schedule.name, namespace=schedule.namespace or None)
            return diagnoses_text(found, ViewerScreen.columns_in(self.size.width))

        self.center.view(f"Why: schedule {schedule.name}", fetch)

    def action_describe(self) -> None:
        """All that is known of it."""
        if not (schedule := self.schedule):
            return

        async def fetch() -> str:
            from k8stui.control.describing.reading import describe_schedule

            return await describe_schedule(self.cluster(), schedule.name, namespace=schedule.namespace or None)

        self.center.view(f"Describe: schedule {schedule.name}", fetch)

    def action_runs(self) -> None:
        """To the Runs screen, with its runs only."""
        if schedule := self.schedule:
            self.center.show_runs(filtered=f"schedule:{schedule.name}")

    def action_logs(self) -> None:
        """To the logs of a run of it."""
        if not (schedule := self.schedule):
            return
        if run := self.run:
            self.go_to_run(schedule, run, logs=True)
        else:
            self.center.tell(f"{schedule.name} has no run that could have logs.")

    def go_to_run(self, schedule: ScheduleView, run: FiringView, *, logs: bool = False) -> None:
        """To a run of it on the Runs screen, among the others of this schedule."""
        board = self.store.board
        if board is None or board.find(schedule.namespace, run.run) is None:
            why = f": {run.why}" if run.why else ""
            self.center.tell(f"{run.run} has no record yet, it has not begun{why}.")
            return
        filtered = f"schedule:{schedule.name}"
        self.center.show_runs(namespace=schedule.namespace, run=run.run, filtered=filtered, logs=logs)

    def action_calendar(self, days: str = "") -> None:
        """What fires in the coming day and week, or in so many days."""
        from k8stui.control.schedules.calendar import LONGEST

        if days and not (days.isdecimal() and 1 <= int(days) <= LONGEST):
            raise InvalidInputError(f":calendar takes days, 1 to {LONGEST}, not {days}.")
        wanted = (int(days),) if days else (1, 7)

        async def fetch() -> str:
            board = self.store.schedules.current
            if board is None:
                return "The schedules are not there yet."
            columns = ViewerScreen.columns_in(self.size.width)
            return await asyncio.to_thread(calendar_text, board.schedules, self.store.clock(), wanted, columns)

        self.center.view("Calendar of all schedules", fetch)

    def action_yaml(self) -> None:
        """The object itself."""
        if schedule := self.schedule:
            self.view_yaml(CRONJOBS, schedule.name, schedule.namespace)

    def action_events(self) -> None:
        """What Kubernetes said about it."""
        if schedule := self.schedule:
            self.view_events(CRONJOBS, schedule.name, schedule.namespace)
