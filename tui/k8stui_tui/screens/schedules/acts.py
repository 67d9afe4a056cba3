"""What can be done to schedules: create, edit, suspend, resume, trigger and delete them. The engine's verbs do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.cluster.resources import CRONJOBS
from k8stui.model.errors import ConflictError
from k8stui_tui.screens.acting import aligned
from k8stui_tui.screens.confirm import ConfirmScreen
from k8stui_tui.screens.schedules.looks import ScheduleLooks
from k8stui_tui.screens.schedules.rows import status_of

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.control.schedules.creating import ScheduleRef
    from k8stui.model.scheduleviews import ScheduleView

ASKED = "D once more asks what becomes of them."


class ScheduleActs(ScheduleLooks, inherit_bindings=False):
    """The actions that change something; what cannot be taken back asks first."""

    def action_edit_yaml(self) -> None:
        """Edit its CronJob as text."""
        if schedule := self.schedule:
            self.edit_object(CRONJOBS, schedule.name, schedule.namespace)

    def action_create(self) -> None:
        """Make a schedule: pick a pipeline, say when."""
        from k8stui.authoring.creating import Creating
        from k8stui_tui.screens.schedule_editor.new import NewScheduleScreen

        place, board = self.store.place, self.store.schedules.current
        namespace = self.schedule.namespace if place.everywhere and self.schedule else place.namespace
        creating = Creating(self.cluster(), self.center.folder, namespace=namespace, stack=self.store.stack)
        others = [one for one in board.schedules if one.namespace == namespace] if board else []
        dialog = NewScheduleScreen.made(creating, context=place.context, now=self.store.clock, others=others)
        self.center.push_screen(dialog, self._created)

    def _created(self, ref: ScheduleRef | None) -> None:
        if ref is not None:
            self.center.tell(f"Schedule {ref.name} was created.")
            for warning in ref.warnings:
                self.center.tell(warning, severity="warning")
            self.expect(ref.namespace, ref.name)

    def action_edit(self) -> None:
        """Change the schedule under the cursor in a form."""
        schedule, board = self.schedule, self.store.schedules.current
        if schedule is None or board is None:
            return
        from k8stui_tui.screens.schedule_editor.fields import changed, texts_of
        from k8stui_tui.screens.schedule_editor.outlook import told
        from k8stui_tui.screens.schedule_editor.screen import EditScheduleScreen

        def edited(saved: ScheduleView | None) -> None:
            if saved is not None:
                what = ", ".join(map(told, changed(texts_of(schedule), texts_of(saved))))
                self.center.tell(f"{saved.name} saved: {what}.")

        others = [one for one in board.schedules if one.namespace == schedule.namespace]
        context, now = self.store.place.context, self.store.clock
        dialog = EditScheduleScreen.using(self.cluster(), schedule, context=context, others=others, now=now)
        self.center.push_screen(dialog, edited)

    def action_suspend(self) -> None:
        """Suspend schedules, or resume them where all of them are suspended."""
        going = [one for one in self.targets() if not one.suspended]
        if not going:
            self.action_resume()
            return

        async def suspend(cluster: Cluster, one: ScheduleView) -> None:
            from k8stui.control.schedules.switching import suspend_schedule

            await suspend_schedule(cluster, one.name, namespace=one.namespace or None)

        self.at_once(going, suspend, "suspended: no run starts by itself, running ones go on", "suspend")

    def action_resume(self) -> None:
        """Let schedules fire again."""

        async def resume(cluster: Cluster, one: ScheduleView) -> None:
            from k8stui.control.schedules.switching import resume_schedule

            await resume_schedule(cluster, one.name, namespace=one.namespace or None)

        self.at_once([one for one in self.targets() if one.suspended], resume, "resumed", "resume")

    def action_trigger(self) -> None:
        """Start a run now; of several schedules only after a question."""
        targets = self.targets()

        async def trigger(cluster: Cluster, one: ScheduleView) -> str:
            from k8stui.control.schedules.triggering import trigger_schedule

            return await trigger_schedule(cluster, one.name, namespace=one.namespace or None)

        if len(targets) > 1:
            self.ask(f"Start a run of each of {self.called(targets)} now?", "start", _standing(targets), targets,
                     trigger, _started)  # fmt: skip
        elif targets:
            where = targets[0].namespace
            self.if_unprotected(where, lambda: self.at_once(targets, trigger, _started, "start"))

    def action_delete(self) -> None:
        """Delete schedules; what becomes of runs that go on is a part of the question."""
        targets = self.targets()
        if not targets:
            return
        going = sum(len(one.active) for one in targets)
        question = f"Delete {self.called(targets)}? What ended stays among the runs. This cannot be undone."
        details = _standing(targets)
        ways: dict[str, str] = {"delete": ""}
        if going:
            runs, them = ("1 run goes on", "it") if going == 1 else (f"{going} runs go on", "them")
            details = [f"{runs}: what becomes of {them}?", "", *details]
            ways = {f"let {them} run": "keep", f"stop {them}": "stop"}

        def answered(answer: str | None) -> None:
            if answer:
                self.center.act(self._delete(targets, ways[answer]))

        self.confirm(ConfirmScreen(question, *ways, details=details), answered, len(targets))

    async def _delete(self, targets: Sequence[ScheduleView], way: str) -> None:
        from k8stui.control.schedules.deleting import Running, delete_schedule

        # Without an answer to it, a run that began meanwhile is a conflict: nobody has said what becomes of it.
        running = Running(way) if way else None

        async def delete(cluster: Cluster, one: ScheduleView) -> None:
            try:
                await delete_schedule(cluster, one.name, namespace=one.namespace or None, running=running)
            except ConflictError as error:
                raise error if running else ConflictError(error.message, hint=ASKED) from error

        await self.do(targets, delete, "deleted")


def _started(runs: Sequence[str]) -> str:
    return f"Run {runs[0]} was started." if len(runs) == 1 else f"{len(runs)} runs were started: {', '.join(runs)}."


def _standing(schedules: Sequence[ScheduleView]) -> list[str]:
    return aligned([(one.name, status_of(one), one.cron) for one in schedules])
