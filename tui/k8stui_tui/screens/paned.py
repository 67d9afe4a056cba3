"""A screen with panes: which one is active, and how they share the terminal.

On a terminal too small for several panes the one with the focus is shown alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.screen import Screen

from k8stui_tui.widgets.pane import Pane

NARROW, SHORT = 100, 28
"""Columns and rows below which one pane is shown at a time."""


class PanedScreen(Screen[None], inherit_bindings=False):
    """Base of the screens with panes."""

    def __init__(self) -> None:
        """Make a screen whose panes share it as its size asks for."""
        super().__init__()
        self._zoomed = False
        self._wanted_pane: Pane | None = None

    @property
    def panes(self) -> Sequence[Pane]:
        """The panes, in the order of tab."""
        raise NotImplementedError

    @property
    def active(self) -> Pane:
        """The pane with the focus, or the one that had it last."""
        focused = self.focused
        return next((pane for pane in self.panes if focused is pane.view), self._last_active())

    def go_to_pane(self, pane: Pane) -> None:
        """Make a pane the active one; as soon as there are panes."""
        if not self.is_mounted:
            self._wanted_pane = pane
            return
        self._mark_active(pane)
        self.set_focus(pane.view)

    def on_resize(self, event: events.Resize) -> None:
        """More or less room."""
        self._arrange(event.size.width, event.size.height)

    def _step(self, step: int) -> None:
        panes = self.panes
        self.go_to_pane(panes[(panes.index(self.active) + step) % len(panes)])

    def _arrange(self, width: int, height: int) -> None:
        alone = self._zoomed or width < NARROW or height < SHORT
        self.set_class(alone, "alone")
        self.set_class(width >= NARROW * 1.6, "wide")
        self._mark_active()

    def _last_active(self) -> Pane:
        return next((pane for pane in self.panes if pane.has_class("active")), self.panes[0])

    def _mark_active(self, pane: Pane | None = None) -> None:
        active = pane or self.active
        for one in self.panes:
            one.set_class(one is active, "active")
        for group in self.query("#body > Horizontal"):
            group.set_class(active not in group.children, "vacant")

    # Actions, see actions/.

    def action_next_pane(self) -> None:
        """To the next pane."""
        self._step(1)

    def action_previous_pane(self) -> None:
        """To the pane before."""
        self._step(-1)

    def action_zoom(self) -> None:
        """This pane alone, and back."""
        self._zoomed = not self._zoomed
        self._arrange(self.size.width, self.size.height)
