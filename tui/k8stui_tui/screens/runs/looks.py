"""Looking into runs and steps: why, logs, description, YAML, events. The engine fetches them while they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.cluster.resources import JOBS, PODS
from k8stui.incluster.contract import names
from k8stui.model.errors import InvalidInputError
from k8stui_tui.screens.runs.base import RunsBase
from k8stui_tui.screens.texts import diagnoses_text
from k8stui_tui.screens.viewer import ViewerScreen

if TYPE_CHECKING:
    from k8stui.cluster.resources import Resource
    from k8stui.model.views import RunSummaryView, StepView


class RunLooks(RunsBase, inherit_bindings=False):
    """The actions that change nothing."""

    def action_why(self) -> None:
        """Why it is not doing what it should."""
        if not (run := self.run):
            return
        step, where = self.chosen_step(), run.namespace or None

        async def fetch() -> str:
            from k8stui.control.diagnosis.why import why_run, why_step

            cluster = self.cluster()
            if step:
                found = await why_step(cluster, run.run, step.name, namespace=where)
            else:
                found = await why_run(cluster, run.run, namespace=where)
            return diagnoses_text(found, ViewerScreen.columns_in(self.size.width))

        self.center.view(f"Why: {_called(run, step)}", fetch)

    def action_logs(self) -> None:
        """To the logs of what the cursor is on."""
        if self.run:
            step = self.chosen_step()
            self.listening.pipeline = False
            attempt = self.chosen_attempt()
            self.listening.step, self.listening.pod = step.name if step else "", attempt.pod if attempt else ""
            self.go_to_pane(self.logs_pane)
            self.refresh_now()

    def action_pipeline_logs(self) -> None:
        """Logs of all runs of this pipeline, and back."""
        if self.run:
            self.listening.pipeline = not self.listening.pipeline
            self.listening.step = self.listening.pod = ""
            self.go_to_pane(self.logs_pane)
            self.refresh_now()

    def action_parent(self) -> None:
        """To the schedule that started it."""
        if not (run := self.run):
            return
        if run.schedule:
            self.center.show_schedule(run.namespace, run.schedule)
        else:
            self.center.tell(f"{run.run} was started by hand, not by a schedule.")

    def action_describe(self) -> None:
        """All that is known of it."""
        if not (run := self.run):
            return
        step, where, attempt = self.chosen_step(), run.namespace or None, self.chosen_attempt()

        async def fetch() -> str:
            from k8stui.control.describing.reading import describe_attempt, describe_run, describe_step

            if step and attempt:
                number = attempt.attempt
                return await describe_attempt(self.cluster(), run.run, step.name, number, namespace=where)
            if step:
                return await describe_step(self.cluster(), run.run, step.name, namespace=where)
            return await describe_run(self.cluster(), run.run, namespace=where)

        which = f"attempt {attempt.attempt} at " if attempt else ""
        self.center.view(f"Describe: {which}{_called(run, step)}", fetch)

    def action_results(self) -> None:
        """What the step, or each step of the run, returned."""
        if not (run := self.run):
            return
        step, where = self.chosen_step(), run.namespace or None

        async def fetch() -> str:
            from k8stui.control.runs.outputs import output_lines, read_outputs

            found = await read_outputs(self.cluster(), run.run, step.name if step else "", namespace=where)
            return "\n".join(output_lines(found)) or f"{_called(run, step)} returns nothing."

        self.center.view(f"Results: {_called(run, step)}", fetch)

    def action_usage(self) -> None:
        """What its pods use now."""
        if not (run := self.run):
            return

        async def fetch() -> str:
            from k8stui.control.runs.usage import usage_text

            return await usage_text(self.cluster(), run.run, namespace=run.namespace or None)

        self.center.view(f"Usage: {_called(run, None)}", fetch)

    def action_compare(self) -> None:
        """Two runs beside each other."""
        pair = self._pair()
        if pair is None:
            return
        one, other = pair
        if one.namespace != other.namespace:
            raise InvalidInputError(f"{one.run} and {other.run} are in different namespaces.")

        async def fetch() -> str:
            from k8stui.control.comparing.reading import compare_runs
            from k8stui.control.comparing.words import comparison_lines

            found = await compare_runs(self.cluster(), one.run, other.run, namespace=one.namespace or None)
            return "\n".join(comparison_lines(found))

        self.center.view(f"Compare: {one.run} with {other.run}", fetch)

    def _pair(self) -> tuple[RunSummaryView, RunSummaryView] | None:
        """The runs to compare, the older one first: the marked ones, or the one under the cursor and that before it."""
        from k8stui.control.comparing.reading import one_before

        runs, run = list(self.targets()), self.run
        if self.table.marks and len(runs) == 1 and run and run not in runs:
            runs.append(run)  # The one that is marked, and the one under the cursor.
        if len(runs) == 1:
            before = one_before(runs[0], self.store.board.runs if self.store.board else ())
            if before is None:
                self.center.tell(f"There is no earlier run of {runs[0].pipeline} to compare {runs[0].run} with.")
                return None
            runs.append(before)
        if len(runs) != 2:
            self.center.tell(f"Mark two runs to compare, not {len(runs)}." if runs else "There is no run to compare.")
            return None
        older, newer = sorted(runs, key=lambda one: one.created or 0.0)
        return older, newer

    def action_yaml(self) -> None:
        """The object itself."""
        if run := self.run:
            self.view_yaml(*self._object(run), run.namespace)

    def action_events(self) -> None:
        """What Kubernetes said about it."""
        if run := self.run:
            self.view_events(*self._object(run), run.namespace)

    def _object(self, run: RunSummaryView) -> tuple[Resource, str]:
        """What stands for the chosen step, or for the run: kind and name."""
        if pod := self.chosen_pod():
            return PODS, pod
        return JOBS, self.view.job if self.view else names.job_name(run.run)


def _called(run: RunSummaryView, step: StepView | None) -> str:
    return f"step {step.name} of {run.run}" if step else f"run {run.run}"
