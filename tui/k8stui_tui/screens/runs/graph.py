"""The steps of a run as a graph: what is drawn, and how its boxes look. Pure, and cached while nothing differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from k8stui.control.graph.boxes import Box, boxes
from k8stui.control.graph.drawing import Drawing, draw
from k8stui_tui.theme.roles import role_of

if TYPE_CHECKING:
    from k8stui.model.views import RunView

MOST = 300
"""Boxes that are drawn; beyond that nobody could follow the lines."""


class Graph:
    """Draws one run after another.

    Attributes:
        drawing: What is to be shown.
        roles: How its boxes look, by their names.
        many: How many boxes there would be, where that is too many to draw; 0 otherwise.
    """

    def __init__(self, *, ascii_only: bool) -> None:
        self.drawing = Drawing()
        self.roles: Mapping[str, str] = {}
        self.many = 0
        self._ascii = ascii_only
        self._run: RunView | None = None
        self._boxes: list[Box] = []

    def refresh(self, run: RunView) -> None:
        """Draw it anew where it differs."""
        if run is self._run:
            return
        self._run = run
        made = boxes(run, ascii_only=self._ascii)
        if made == self._boxes:
            return
        self._boxes, self.many = made, len(made) if len(made) > MOST else 0
        self.drawing = Drawing() if self.many else draw(made, ascii_only=self._ascii)
        self.roles = {box.name: role_of(box.state) for box in made}

    def box_of(self, step: str) -> str:
        """The box in which a step is."""
        return next((box.name for box in self._boxes if step in box.steps), "")
