"""An app with nothing but the widgets under test, in the colours of the real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from rich.style import Style
from textual import on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

import k8stui_tui
from k8stui_tui.theme.roles import COMPONENTS
from k8stui_tui.theme.themes import DARK, THEMES
from k8stui_tui.widgets.lines import LineView
from k8stui_tui.widgets.picking import PickView
from k8stui_tui.widgets.reading import ReadView
from k8stui_tui.widgets.rowview import INDENT

M = TypeVar("M", bound=Message)

SIZE = (60, 12)
TWO = "Screen { layout: horizontal; } LineView { width: 1fr; } Input, OptionList, Static { width: 8; }"


class Stage(App[None]):
    """Shows widgets and keeps what they tell."""

    CSS_PATH = Path(k8stui_tui.__file__).parent / "theme" / "roles.tcss"
    CSS = TWO
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *shown: Widget, theme: str = DARK.name) -> None:
        super().__init__()
        self.shown = shown
        self.told: list[Message] = []
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK.variables

    def compose(self) -> ComposeResult:
        yield from self.shown

    def on_mount(self) -> None:
        self.shown[0].focus()

    def on_pick_view_highlighted(self, message: PickView.Highlighted) -> None:
        self.told.append(message)

    def on_pick_view_selected(self, message: PickView.Selected) -> None:
        self.told.append(message)

    def on_pick_view_marks_changed(self, message: PickView.MarksChanged) -> None:
        self.told.append(message)

    @on(ReadView.Info)
    def _info(self, message: ReadView.Info) -> None:
        self.told.append(message)

    def heard(self, kind: type[M]) -> list[M]:
        """Messages of one kind, in their order."""
        return [message for message in self.told if isinstance(message, kind)]


def drawn(view: LineView) -> list[str]:
    """The rows of a view as they should stand on screen, without spaces at their ends and their common indentation."""
    rows = range(view.scrollable_content_region.height)
    return [_trimmed(view, "".join(segment.text for segment in view.render_line(y))) for y in rows]


def _trimmed(view: LineView, row: str) -> str:
    return row.rstrip().removeprefix(" " * INDENT) if isinstance(view, ReadView) else row.rstrip()


def styled(view: LineView, y: int) -> list[tuple[str, Style]]:
    """The pieces of a row, and how they look."""
    return [(segment.text, segment.style or Style.null()) for segment in view.render_line(y)]


def style_of(view: LineView, y: int, text: str) -> Style:
    """How a piece of a row looks."""
    return next(style for piece, style in styled(view, y) if piece.strip() == text)


def on_screen(view: LineView) -> list[str]:
    """The rows of a view as the compositor has them: a line that was not marked dirty is the old one."""
    region = view.scrollable_content_region
    strips = view.screen._compositor.render_strips()
    rows = [strips[y].crop(region.x, region.right) for y in range(region.y, region.bottom)]
    return [_trimmed(view, "".join(segment.text for segment in row)) for row in rows]


async def settled(pilot: Pilot[Any], *views: LineView) -> None:
    """Let messages and drawing come to rest; what stands on screen is then what the views would draw afresh."""
    await pilot.pause()
    for view in views or list(pilot.app.query(LineView)):
        assert on_screen(view) == drawn(view)


class Repaints:
    """Counts the rows of a view that are drawn anew: what a terminal at the end of a slow line is sent."""

    def __init__(self, view: LineView) -> None:
        self.rows: list[int] = []
        self._view, self._draw = view, view.render_line

    def __enter__(self) -> Self:
        def render_line(y: int) -> Any:
            self.rows.append(y)
            return self._draw(y)

        self._view.render_line = render_line  # type: ignore[method-assign]  # to note the rows
        return self

    def __exit__(self, *_: object) -> None:
        self._view.render_line = self._draw  # type: ignore[method-assign]  # as it was
