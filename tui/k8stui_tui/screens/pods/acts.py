"""What can be done with pods: look into them, and let them go by a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from k8stui.cluster.resources import PODS
from k8stui_tui.screens.acting import ActingScreen
from k8stui_tui.screens.pods.cleanup import CleanupScreen
from k8stui_tui.screens.texts import diagnoses_text
from k8stui_tui.screens.viewer import ViewerScreen

if TYPE_CHECKING:
    from k8stui.control.cleanup.carrying import Report
    from k8stui.control.cleanup.plan import CleanupPlan, Way
    from k8stui.control.pods.candidates import Candidate
    from k8stui_tui.widgets.pane import Pane


class PodActs(ActingScreen["Candidate"], inherit_bindings=False):
    """The actions of the Pods screen."""

    NOUN = "pod"

    pods_pane: Pane
    logs_pane: Pane

    @property
    def candidate(self) -> Candidate | None:
        """The pod under the cursor."""
        raise NotImplementedError

    def name_of(self, target: Candidate) -> str:
        """Its name."""
        return target.pod.name

    # Looks.

    def action_open(self) -> None:
        """To its run, or to its log where it is of none."""
        one = self.candidate
        if one is None:
            return
        board = self.store.board
        if one.pod.run and board and board.find(one.pod.namespace, one.pod.run):
            self.center.show_runs(namespace=one.pod.namespace, run=one.pod.run)
        else:
            self.action_logs()

    def action_logs(self) -> None:
        """To its log."""
        self.go_to_pane(self.logs_pane)

    def action_why(self) -> None:
        """Why it is not doing what it should."""
        if not (one := self.candidate):
            return
        pod = one.pod

        async def fetch() -> str:
            from k8stui.control.diagnosis.why import judge_pod

            found = await self.cluster().get(PODS, pod.name, namespace=pod.namespace)
            judged = await judge_pod(self.cluster(), found, namespace=pod.namespace)
            return diagnoses_text(judged, ViewerScreen.columns_in(self.size.width)) or "Nothing is wrong with it."

        self.center.view(f"Why: pod {pod.name}", fetch)

    def action_describe(self) -> None:
        """All that is known of it."""
        if not (one := self.candidate):
            return
        pod = one.pod

        async def fetch() -> str:
            from k8stui.control.describing.reading import describe_pod

            return await describe_pod(self.cluster(), pod.name, namespace=pod.namespace)

        self.center.view(f"Describe: pod {pod.name}", fetch)

    def action_yaml(self) -> None:
        """The object itself."""
        if one := self.candidate:
            self.view_yaml(PODS, one.pod.name, one.pod.namespace)

    def action_events(self) -> None:
        """What Kubernetes said about it."""
        if one := self.candidate:
            self.view_events(PODS, one.pod.name, one.pod.namespace)

    # Acts.

    def action_shell(self, container: str = "") -> None:
        """A shell in it."""
        if one := self.candidate:
            self.open_shell(one.pod.name, one.pod.namespace, container)

    def action_edit_yaml(self) -> None:
        """Edit it."""
        if one := self.candidate:
            self.edit_object(PODS, one.pod.name, one.pod.namespace)

    def action_forward(self, ports: str = "") -> None:
        """Reach one of its ports here."""
        if one := self.candidate:
            self.forward(one.pod.name, one.pod.namespace, ports)

    def action_mark_all(self) -> None:
        """Mark all that are shown, or none when all are."""
        keys = {row.key for row in self.table.rows}
        self.table.set_marks(() if keys <= self.table.marks else keys | self.table.marks)

    def action_delete(self) -> None:
        """Delete the marked ones, or the one under the cursor, by a plan."""
        from k8stui.control.cleanup.plan import Way

        self._plan(Way.DELETE)

    def action_evict(self) -> None:
        """Evict the marked ones, or the one under the cursor, by a plan."""
        from k8stui.control.cleanup.plan import Way

        self._plan(Way.EVICT)

    def _plan(self, way: Way) -> None:
        from k8stui.control.cleanup.plan import Way, plan_cleanup

        meant = self.targets()
        if not meant:
            return
        board = self.store.board
        going_on = {(run.namespace, run.run) for run in board.runs if not run.state.ended} if board else set()
        one_by_name = not self.table.marks

        def make(running: bool, forced: bool) -> CleanupPlan:
            grace = 0 if forced else None
            return plan_cleanup(meant, going_on=going_on, running=running, way=way, grace_seconds=grace)

        self._open(make, running=one_by_name or way is Way.EVICT)

    def _open(self, make: Callable[[bool, bool], CleanupPlan], *, running: bool) -> None:
        async def check(plan: CleanupPlan) -> Report:
            from k8stui.control.cleanup.carrying import clean_up

            return await clean_up(self.cluster(), plan, dry_run=True)

        async def carry(plan: CleanupPlan, report: Report, heard: Callable[[Report], None]) -> Report:
            from k8stui.control.cleanup.carrying import clean_up

            return await clean_up(self.cluster(), plan, report=report, on_progress=heard)

        where = self.acts_in()
        screen = CleanupScreen(make, running=running, check=check, carry=carry, folder=self.center.saves,
                               place=lambda: self.store.protected(where))  # fmt: skip
        self.center.push_screen(screen, self._cleaned)

    def _cleaned(self, report: Report | None) -> None:
        if report is None:
            return
        self.table.set_marks(())
        said = f"{len(report.done)} of {report.total} pods went."
        self.center.tell(said if not report.refused else f"{said} {report.lines()[0]}")
