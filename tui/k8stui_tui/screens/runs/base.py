"""What the actions of the Runs screen are about; the screen itself says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from k8stui.model.errors import K8stuiError
from k8stui_tui.keys import way_to
from k8stui_tui.screens.acting import ActingScreen
from k8stui_tui.screens.runs.listening import Listening
from k8stui_tui.widgets.pane import Pane

if TYPE_CHECKING:
    from k8stui.model.views import AttemptView, RunSummaryView, RunView, StepView


class RunsBase(ActingScreen["RunSummaryView"], inherit_bindings=False):
    """The Runs screen without what it draws and does."""

    NOUN: ClassVar[str] = "run"

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

    @property
    def attempt(self) -> AttemptView | None:
        """The earlier attempt under the tree's cursor; None where it stands on a step."""
        raise NotImplementedError

    def expect(self, namespace: str, run: str, *, filtered: str = "") -> None:
        """Put the cursor on a run as soon as it is known, among those that match."""
        raise NotImplementedError

    def name_of(self, target: RunSummaryView) -> str:
        """Its name."""
        return target.run

    def why_not(self, targets: Sequence[RunSummaryView], word: str) -> str:
        """Their state forbids it."""
        one = f"{targets[0].run} is {targets[0].state.value}"
        return f"{one if len(targets) == 1 else 'All of these runs have ended'}: nothing to {word}."

    def too_late(self) -> K8stuiError:
        """A run that does not end."""
        hint = f"The request stands; {way_to('runs.stop')} once more ends it by force."
        return K8stuiError("Its orchestrator has not obeyed yet.", hint=hint)

    def chosen_step(self) -> StepView | None:
        """The step that is meant: the tree's where the keys go there, the logs' where they go to these."""
        if self.active is self.steps_pane:
            return self.step
        return self.step_named(self.listening.step) if self.active is self.logs_pane else None

    def step_named(self, name: str) -> StepView | None:
        """A step of the run under the cursor."""
        view = self.view if name else None
        return next((step for step in view.steps if step.name == name), None) if view else None

    def chosen_attempt(self) -> AttemptView | None:
        """The earlier attempt at a step that is meant, as for `chosen_step`; None where a step is, or nothing."""
        if self.active is self.steps_pane:
            return self.attempt
        if self.active is self.logs_pane and (step := self.chosen_step()):
            return next((one for one in step.attempts if one.pod == self.listening.pod), None)
        return None

    def chosen_pod(self) -> str:
        """The pod of the earlier attempt that is meant, or the newest of the step; empty for none."""
        if attempt := self.chosen_attempt():
            return attempt.pod
        step = self.chosen_step()
        return step.attempts[-1].pod if step and step.attempts else ""
