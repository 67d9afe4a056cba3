"""What the actions of the Runs screen are about; the screen itself says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.model.errors import UnreachableError
from k8stui_tui.screens.frame import FrameScreen
from k8stui_tui.screens.runs.listening import Listening
from k8stui_tui.widgets.pane import Pane
from k8stui_tui.widgets.table import LineTable

if TYPE_CHECKING:
    from k8stui.cluster.client import Cluster
    from k8stui.model.views import RunSummaryView, RunView, StepView


class RunsBase(FrameScreen, inherit_bindings=False):
    """The Runs screen without what it draws and does."""

    table: LineTable
    listening: Listening
    steps_pane: Pane
    logs_pane: Pane

    @property
    def run(self) -> RunSummaryView | None:
        """The run under the table's cursor."""
        raise NotImplementedError

    @property
    def view(self) -> RunView | None:
        """The same with its steps, as far as they are known."""
        raise NotImplementedError

    @property
    def step(self) -> StepView | None:
        """The step under the tree's cursor."""
        raise NotImplementedError

    def expect(self, namespace: str, run: str) -> None:
        """Put the cursor on a run as soon as it is known."""
        raise NotImplementedError

    def find_run(self, key: str) -> RunSummaryView | None:
        """The run of a row."""
        raise NotImplementedError

    def cluster(self) -> Cluster:
        """The connection.

        Raises:
            UnreachableError: There is none.
        """
        if self.store.cluster is None:
            raise self.store.error or UnreachableError("Not connected yet.")
        return self.store.cluster

    def chosen_step(self) -> StepView | None:
        """The step that is meant: the tree's where the keys go there, the logs' where they go to these."""
        if self.active is self.steps_pane:
            return self.step
        if self.active is self.logs_pane and self.view:
            return next((step for step in self.view.steps if step.name == self.listening.step), None)
        return None

    def chosen_pod(self) -> str:
        """The newest pod of that step; empty for none."""
        step = self.chosen_step()
        return step.attempts[-1].pod if step and step.attempts else ""
