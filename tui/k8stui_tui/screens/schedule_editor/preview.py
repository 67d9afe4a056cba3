"""Draws when a schedule fires; all that is drawn follows from what it was last given and from its size."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from k8stui.model.scheduleviews import FieldChange
from k8stui_tui.screens.schedule_editor.outlook import Line, Outlook, lines
from k8stui_tui.widgets.lines import LineView, Piece


class PreviewView(LineView, can_focus=False, inherit_bindings=False):
    """The outlook of a schedule."""

    def __init__(self, seen: Outlook) -> None:
        """Make it.

        Args:
            seen: What it shows at first.
        """
        super().__init__(empty="")
        self.seen = seen
        self._suspended = False
        self._changes: tuple[FieldChange, ...] = ()

    def show(self, seen: Outlook, *, suspended: bool = False, changes: Sequence[FieldChange] = ()) -> None:
        """Show this."""
        self.seen, self._suspended, self._changes = seen, suspended, tuple(changes)
        self.resized()
        self.sync()

    @property
    def line_count(self) -> int:
        """How many lines it takes."""
        return len(self._lines())

    def signature(self, line: int) -> Hashable:
        """What decides how a line looks."""
        return self._lines()[line]

    def pieces(self, line: int, columns: int) -> tuple[list[Piece], str]:  # noqa: ARG002 - lines are made for them
        """The pieces of a line."""
        return list(self._lines()[line]), ""

    def laid_out(self) -> None:
        """Wider or narrower, there are more or fewer lines."""
        self.resized()

    def _lines(self) -> list[Line]:
        size = self.scrollable_content_region.size
        return lines(self.seen, size.width, size.height, suspended=self._suspended, changes=self._changes)
