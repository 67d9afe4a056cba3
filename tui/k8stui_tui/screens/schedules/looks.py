"""Looking into schedules: their runs and logs, YAML, events. The engine fetches it while it is shown."""

from __future__ import annotations

from k8stui.cluster.resources import CRONJOBS
from k8stui_tui.screens.runs.texts import events_text
from k8stui_tui.screens.schedules.base import SchedulesBase


class ScheduleLooks(SchedulesBase, inherit_bindings=False):
    """The actions that change nothing."""

    def action_runs(self) -> None:
        """To the Runs screen, with its runs only."""
        if schedule := self.schedule:
            self.center.show_runs(filtered=f"schedule:{schedule.name}")

    def action_logs(self) -> None:
        """To the logs of a run of it."""
        if not (schedule := self.schedule):
            return
        if run := self.run:
            filtered = f"schedule:{schedule.name}"
            self.center.show_runs(namespace=run.namespace, run=run.run, filtered=filtered, logs=True)
        else:
            self.center.tell(f"{schedule.name} has no runs with logs.")

    def action_yaml(self) -> None:
        """The object itself."""
        if not (schedule := self.schedule):
            return

        async def fetch() -> str:
            from k8stui.control.objects import get_yaml

            return await get_yaml(self.cluster(), CRONJOBS, schedule.name, namespace=schedule.namespace or None)

        self.center.view(f"YAML: CronJob {schedule.name}", fetch)

    def action_events(self) -> None:
        """What Kubernetes said about it."""
        if not (schedule := self.schedule):
            return

        async def fetch() -> str:
            from k8stui.control.events import events_of

            where = schedule.namespace or None
            found = await events_of(self.cluster(), "CronJob", schedule.name, namespace=where)
            return events_text(found, self.store.clock())

        self.center.view(f"Events: CronJob {schedule.name}", fetch)
