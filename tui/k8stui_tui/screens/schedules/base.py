"""What the actions of the Schedules screen are about; the screen itself says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from k8stui.model.errors import K8stuiError
from k8stui_tui.screens.acting import ActingScreen
from k8stui_tui.widgets.pane import Pane

if TYPE_CHECKING:
    from k8stui.model.scheduleviews import FiringView, ScheduleView


class SchedulesBase(ActingScreen["ScheduleView"], inherit_bindings=False):
    """The Schedules screen without what it draws and does."""

    NOUN: ClassVar[str] = "schedule"

    runs_pane: Pane

    @property
    def schedule(self) -> ScheduleView | None:
        """The schedule under the table's cursor."""
        raise NotImplementedError

    @property
    def run(self) -> FiringView | None:
        """The run of it that is meant: the one under the cursor where the keys go to its runs, else the newest."""
        raise NotImplementedError

    def expect(self, namespace: str, name: str) -> None:
        """Put the cursor on a schedule as soon as it is known."""
        raise NotImplementedError

    def name_of(self, target: ScheduleView) -> str:
        """Its name."""
        return target.name

    def why_not(self, targets: Sequence[ScheduleView], word: str) -> str:
        """Its state forbids it."""
        one = targets[0].name if len(targets) == 1 else "All of these schedules"
        return f"{one}: nothing to {word}."

    def too_late(self) -> K8stuiError:
        """A run of it that does not end."""
        hint = "The schedule is suspended; D once more deletes it when they have ended."
        return K8stuiError("Its runs have not stopped yet.", hint=hint)
